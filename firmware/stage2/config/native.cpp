#include "stage2/base/format.h"
#include "stage2/config/config.h"
#include "stage2/config/words.h"

namespace stage2 {
namespace {

constexpr size_t kMostNested = 8;

// Titles are read before there are variables; but grub-mkconfig writes $menuentry_id_option, which GRUB 2 has set to
// --id.
constexpr const char* kIdOption = "menuentry_id_option";
class NoVariables final : public VariableSource {
 public:
  Text variable(Text name) const override { return name == Text(kIdOption) ? Text("--id") : Text(); }
};

// Without a comment: # at the beginning of a word, outside of quotes.
Text code_of(Text line) {
  char open_quote = 0;
  for (size_t i = 0; i < line.size; ++i) {
    const char c = line[i];
    if (c == '\\' && open_quote != '\'') {
      ++i;
    } else if (open_quote != 0) {
      if (c == open_quote) open_quote = 0;
    } else if (c == '"' || c == '\'') {
      open_quote = c;
    } else if (c == '#' && (i == 0 || is_space(line[i - 1]))) {
      return trim(line.first(i));
    }
  }
  return line;
}

class NativeParser {
 public:
  explicit NativeParser(Text text) : text_(text) {}

  Config run() {
    while (!text_.empty()) {
      ++line_number_;
      line(trim(take_logical_line()));
    }
    while (!open_.empty()) {
      problem(open_.back().line_number, "the entry is not closed by }");
      close();
    }
    close_ifs();
    return move(config_);
  }

 private:
  // A backslash at its end joins a line with the next one.
  Text take_logical_line() {
    Text taken = take_line(text_);
    if (taken.empty() || taken[taken.size - 1] != '\\') return taken;
    joined_.clear();
    for (;;) {
      const bool goes_on = !taken.empty() && taken[taken.size - 1] == '\\' && !text_.empty();
      joined_ += taken.first(goes_on ? taken.size - 1 : taken.size);
      if (!goes_on) return joined_;
      ++line_number_;
      taken = take_line(text_);
    }
  }

  void line(Text text) {
    Text rest = text;
    const bool is_help = !open_.empty() && take_word(rest) == Text("info");  // prose: it may speak of #1
    if (!is_help) text = code_of(text);
    if (text.empty()) return;
    rest = text;
    const Text word = take_word(rest);
    if (word == Text("entry") || word == Text("menuentry")) return open(text, false);
    if (word == Text("submenu")) return open(text, true);
    if (word == Text("if") && holds_lines()) return open_if(text);
    if (text[0] == '}' && in_if()) return end_of_branch(text, trim(text.from(1)));
    if (text == Text("}")) {
      if (open_.empty()) return problem(line_number_, "} without an entry");
      return close();
    }
    if (open_.empty()) return config_.lines.push_back(text);
    MenuEntry& entry = open_.back();
    if (word == Text("info")) {
      if (!entry.help.empty()) entry.help += '\n';
      entry.help += rest;
    } else if (entry.is_submenu) {
      problem(line_number_, "a submenu holds entries, submenus and info alone");
    } else {
      entry.lines.push_back(text);
    }
  }

  bool holds_lines() const { return open_.empty() || !open_.back().is_submenu; }
  Vector<String>& lines() { return open_.empty() ? config_.lines : open_.back().lines; }
  // The innermost thing that is open is an `if`.
  bool in_if() const { return !ifs_.empty() && ifs_.back().depth == open_.size(); }

  // if CONDITION {
  void open_if(Text text) {
    if (text[text.size - 1] != '{') return problem(line_number_, "an if's line ends in {");
    ifs_.push_back({open_.size(), line_number_});
    lines().push_back(text);
  }

  // }, } else { or } else if CONDITION {; `rest` is what follows the brace.
  void end_of_branch(Text text, Text rest) {
    If& innermost = ifs_.back();
    if (!rest.empty()) {
      Text behind = rest;
      const bool is_else = take_word(behind) == Text("else") && rest[rest.size - 1] == '{';
      const bool is_last = behind == Text("{");
      if (!is_else || (!is_last && take_word(behind) != Text("if")))
        return problem(line_number_, "after } comes nothing, or else {, or else if CONDITION {");
      if (innermost.had_else) return problem(line_number_, "another else");
      innermost.had_else = is_last;
    }
    lines().push_back(text);
    if (rest.empty()) ifs_.pop_back();
  }

  // Those that are open in what ends now.
  void close_ifs() {
    for (; in_if(); ifs_.pop_back()) {
      problem(ifs_.back().line_number, "the if is not closed by }");
      lines().push_back("}");
    }
  }

  // --NAME=VALUE or, as GRUB 2 has it, --NAME VALUE; `i` goes on to the word that was the value.
  static bool is_option(const SplitLine& split, size_t& i, Text name, Text& value) {
    const Text word = split.words[i];
    if (!starts_with(word, name)) return false;
    const Text behind = word.from(name.size);
    if (!behind.empty() && behind[0] != '=') return false;
    const bool has_next = i + 2 < split.words.size();  // the last word is the brace
    value = !behind.empty() ? behind.from(1) : has_next ? split.words[++i].text() : Text();
    return true;
  }

  // What an entry of GRUB 2 may have and ours need not.
  static bool is_passed_over(const SplitLine& split, size_t& i) {
    Text value;
    return split.words[i].text() == Text("--unrestricted") || is_option(split, i, "--class", value) ||
           is_option(split, i, "--users", value);
  }

  // entry "TITLE" [--id=ID] [--key=K] {
  void open(Text text, bool is_submenu) {
    SplitLine split = split_line(text, NoVariables());
    MenuEntry entry;
    entry.is_submenu = is_submenu;
    entry.line_number = line_number_;
    bool brace = false;
    for (size_t i = 1; i < split.words.size(); ++i) {
      const Text word = split.words[i];
      Text value;
      if (is_option(split, i, "--id", value) || is_option(split, i, "$menuentry_id_option", value)) {
        entry.id = value;
      } else if (is_option(split, i, "--key", value) || is_option(split, i, "--hotkey", value)) {
        if (value.size != 1) problem(line_number_, format("a key is one character, not {}", quote(value)));
        if (value.size == 1) entry.key = to_lower(value[0]);
      } else if (is_passed_over(split, i)) {
        continue;
      } else if (starts_with(word, "--")) {
        problem(line_number_, format("an entry has no option {}", word));
      } else if (word == Text("{") && i + 1 == split.words.size()) {
        brace = true;
      } else {
        if (!entry.title.empty()) entry.title += ' ';
        entry.title += word;
      }
    }
    if (!brace) problem(line_number_, "an entry's line ends in {");
    if (entry.title.empty()) problem(line_number_, "the entry has no title");
    if (!open_.empty() && !open_.back().is_submenu) {
      problem(line_number_, "an entry within an entry: is a } missing?");
      close();
    }
    if (open_.size() == kMostNested) return problem(line_number_, "submenus are nested too deep");
    open_.push_back(move(entry));
  }

  void close() {
    close_ifs();
    MenuEntry entry = move(open_.back());
    open_.pop_back();
    entry.is_conditional = open_.empty() && in_if();
    if (entry.is_conditional) lines().push_back(format("entry {}", config_.entries.size()));
    Vector<MenuEntry>& list = open_.empty() ? config_.entries : open_.back().entries;
    list.push_back(move(entry));
  }

  void problem(u32 number, Text words) { config_.problems.push_back(format("line {}: {}", number, words)); }

  struct If {
    size_t depth = 0;  ///< how many entries were open
    u32 line_number = 0;
    bool had_else = false;
  };

  Text text_;
  String joined_;
  u32 line_number_ = 0;
  Config config_;
  Vector<MenuEntry> open_;  ///< from the outermost inwards
  Vector<If> ifs_;
};

}  // namespace

Config parse_native(Text text) { return NativeParser(text).run(); }

}  // namespace stage2
