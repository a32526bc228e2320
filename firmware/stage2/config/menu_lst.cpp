#include "stage2/base/format.h"
#include "stage2/config/config.h"

namespace stage2 {
namespace {

// GRUB Legacy's colours in the order of VGA's attributes
constexpr const char* kColours[16] = {
    "black",     "blue",       "green",       "cyan",       "red",       "magenta",       "brown",  "light-gray",
    "dark-gray", "light-blue", "light-green", "light-cyan", "light-red", "light-magenta", "yellow", "white"};

// "white/blue" or an attribute's number
bool parse_colour(Text text, u64& attribute) {
  if (parse_number(text, attribute)) return attribute < 256;
  const size_t slash = find(text, '/');
  int foreground = -1, background = -1;
  for (int i = 0; i < 16; ++i) {
    if (text.first(slash) == Text(kColours[i])) foreground = i;
    if (text.from(slash + 1) == Text(kColours[i])) background = i;
  }
  if (foreground < 0 || background < 0 || background > 7) return false;
  attribute = u64(background << 4 | foreground);
  return true;
}

// Of how a menu looks, what is remembered, and what no loader of today needs: nothing of it decides about a boot.
constexpr const char* kPassedOver[] = {"background",   "clear",       "color",    "debug",      "default",
                                       "fallback",     "font",        "fontfile", "foreground", "gfxmenu",
                                       "graphicsmode", "hiddenmenu",  "pager",    "quiet",      "savedefault",
                                       "setkey",       "splashimage", "timeout",  "uppermem"};
// They change partition tables. An entry that has them runs, and says that the table stays as it is.
constexpr const char* kTableWriters[] = {"hide", "makeactive", "parttype", "unhide"};

template <size_t kCount>
bool is_one_of(const char* const (&words)[kCount], Text word) {
  for (const char* known : words)
    if (word == Text(known)) return true;
  return false;
}

class MenuLstParser {
 public:
  explicit MenuLstParser(Text text) : text_(text) {}

  Config run() {
    for (u32 number = 1; !text_.empty(); ++number) {
      const Text line = trim(take_line(text_));
      if (line.empty() || line[0] == '#') continue;
      // `timeout=5` and `timeout 5` are the same
      size_t end = 0;
      while (end < line.size && !is_space(line[end]) && line[end] != '=') ++end;
      Text rest = trim(line.from(end));
      if (!rest.empty() && rest[0] == '=') rest = trim(rest.from(1));
      directive(line.first(end), rest, line, number);
    }
    return move(config_);
  }

 private:
  void directive(Text word, Text rest, Text line, u32 number) {
    if (word == Text("title")) {
      MenuEntry entry;
      entry.line_number = number;
      title(entry, rest);
      config_.entries.push_back(move(entry));
    } else if (!config_.entries.empty()) {
      entry_line(word, line);
    } else if (word == Text("default") || word == Text("timeout") || word == Text("fallback")) {
      Text list = rest;
      config_.lines.push_back(format("set {}={}", word, quote(take_word(list))));
    } else if (word == Text("color")) {
      colours(rest, number);
    } else if (word == Text("password")) {
      has_password_ = true;  // entries with `lock` want it, the others are for everybody
    } else if (!is_one_of(kPassedOver, word)) {
      config_.lines.push_back(line);
    }
  }

  void entry_line(Text word, Text line) {
    Vector<String>& lines = config_.entries.back().lines;
    if (is_one_of(kTableWriters, word)) {
      lines.push_back(format("echo {}", quote(format("{}: passed over, the partition table stays as it is", word))));
    } else if (word == Text("lock")) {
      if (has_password_) lines.push_back(line);  // fails; without a password GRUB starts the entry, too
    } else if (!is_one_of(kPassedOver, word)) {
      lines.push_back(line);
    }
  }

  // grub4dos: title [^K]Text\nhelp text
  void title(MenuEntry& entry, Text text) {
    for (size_t i = 0; i < text.size; ++i) {
      if (text[i] == '\\' && i + 1 < text.size && text[i + 1] == 'n') {
        help(entry, text.from(i + 2));
        break;
      }
      if (text[i] == '^' && i + 1 < text.size && entry.key == 0) {
        entry.key = to_lower(text[i + 1]);
        continue;
      }
      entry.title += text[i];
    }
  }

  void help(MenuEntry& entry, Text text) {
    for (size_t i = 0; i < text.size; ++i) {
      const bool newline = text[i] == '\\' && i + 1 < text.size && text[i + 1] == 'n';
      entry.help += newline ? '\n' : text[i];
      i += newline;
    }
  }

  void colours(Text rest, u32 number) {
    static constexpr const char* kNames[] = {"color_normal", "color_selected"};
    for (const char* name : kNames) {
      u64 attribute;
      const Text word = take_word(rest);
      if (word.empty()) return;
      if (!parse_colour(word, attribute)) {
        config_.problems.push_back(format("line {}: there is no colour {}", number, word));
        return;
      }
      config_.lines.push_back(format("set {}=0x{:02x}", name, attribute));
    }
  }

  Text text_;
  Config config_;
  bool has_password_ = false;
};

}  // namespace

Config parse_menu_lst(Text text) { return MenuLstParser(text).run(); }

}  // namespace stage2
