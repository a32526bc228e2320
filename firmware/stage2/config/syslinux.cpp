#include "stage2/base/format.h"
#include "stage2/config/config.h"

namespace stage2 {
namespace {

constexpr int kMostIncludes = 8;  // deep
constexpr int kMostIncludedFiles = 100;

struct Label {
  String name;
  String title;
  String help;
  char key = 0;
  u32 line_number = 0;
  String kernel;
  String command;  ///< what starts the kernel: linux, chainloader, …
  String append;
  bool has_append = false;
  String initrds;
  String local_boot;
  Vector<String> says;
  bool is_default = false;
  bool is_submenu = false;
};

// Syslinux doc/syslinux.txt: how a KERNEL is loaded when only its name says what it is
const char* command_for(Text file) {
  size_t dot = file.size;
  while (dot > 0 && file[dot - 1] != '.' && file[dot - 1] != '/') --dot;
  const Text extension = file.from(dot);
  static constexpr const char* kBootSectors[] = {"bin", "bs", "bss", "0"};
  for (const char* known : kBootSectors)
    if (dot > 0 && equal_ignoring_case(extension, known)) return "chainloader";
  if (equal_ignoring_case(extension, "c32")) return "com32";
  return "linux";
}

class SyslinuxParser {
 public:
  SyslinuxParser(Text directory, IncludeSource& includes) : directory_(directory), includes_(includes) {}

  void file(Text text, int depth) {
    for (u32 number = 1; !text.empty(); ++number) {
      Text line = trim(take_line(text));
      if (line.empty() || line[0] == '#') continue;
      if (in_help_) {
        help_line(line);
        continue;
      }
      number_ = number;
      const Text word = take_word(line);
      if (equal_ignoring_case(word, "include")) {
        include(line, depth);
      } else {
        directive(word, line);
      }
    }
  }

  Config finish() {
    finish_label();
    while (open_.size() > 0) end_submenu();
    if (!default_.empty() && find_entry(config_.entries, default_) < 0) default_command();
    if (!default_.empty()) set("default", default_);
    // Without a menu or a prompt the default starts at once; 0 means to wait for ever (doc/syslinux.txt, TIMEOUT).
    if (!has_menu_ && !prompt_) {
      set("timeout", "0");
    } else if (timeout_ != 0 && timeout_ < 1000000) {
      set("timeout", format("{}", lib32::divide(timeout_ + 9, 10).quotient));
    }
    return move(config_);
  }

 private:
  bool is(Text word, const char* known) const { return equal_ignoring_case(word, known); }

  void directive(Text word, Text rest) {
    if (is(word, "label")) {
      finish_label();
      label_.name = rest;
      label_.line_number = number_;
      in_label_ = true;
    } else if (is(word, "menu")) {
      menu(rest);
    } else if (is(word, "append")) {
      if (in_label_) label_.has_append = true;
      (in_label_ ? label_.append : append_) = rest == Text("-") ? Text() : rest;
    } else if (in_label_ && label_directive(word, rest)) {
      return;
    } else {
      global_directive(word, rest);
    }
  }

  bool label_directive(Text word, Text rest) {
    if (is(word, "kernel") || is(word, "config") || is(word, "com32")) {
      kernel(rest, is(word, "config") ? "configfile" : is(word, "com32") ? "com32" : command_for(rest));
    } else if (is(word, "linux")) {
      kernel(rest, "linux");
    } else if (is(word, "boot") || is(word, "bss") || is(word, "pxe") || is(word, "fdimage")) {
      kernel(rest, "chainloader");
    } else if (is(word, "initrd")) {
      add_initrds(rest);
    } else if (is(word, "localboot")) {
      label_.local_boot = rest.empty() ? Text("0") : rest;
    } else if (is(word, "say")) {
      label_.says.push_back(rest);
    } else if (is(word, "text")) {
      in_help_ = true;
    } else {
      return is(word, "ipappend") || is(word, "sysappend");
    }
    return true;
  }

  void global_directive(Text word, Text rest) {
    u64 number = 0;
    if (is(word, "default")) {
      default_ = rest;
      const char* command = command_for(rest);
      if (Text(command) == Text("com32")) has_menu_ = true, default_.clear();  // DEFAULT vesamenu.c32
    } else if (is(word, "ui")) {
      has_menu_ = true;
    } else if (is(word, "timeout")) {
      if (!parse_number(rest, timeout_)) problem("TIMEOUT wants tenths of seconds");
    } else if (is(word, "prompt")) {
      prompt_ = parse_number(rest, number) && number != 0;
    } else if (is(word, "ontimeout")) {
      default_ = rest;
    } else if (is(word, "say")) {
      config_.lines.push_back(format("echo {}", quote(rest)));
    } else if (is(word, "display")) {
      config_.lines.push_back(format("cat {}", quote(path(rest))));
    } else if (is(word, "serial")) {
      serial(rest);
    }
    // The rest (fonts, F-key files, flags) changes how things look at most.
  }

  void serial(Text rest) {
    u64 port = 0, speed = 9600;
    const Text port_word = take_word(rest), speed_word = take_word(rest);
    if (!parse_number(port_word, port) || (!speed_word.empty() && !parse_number(speed_word, speed)) || port > 3) {
      problem("SERIAL wants a port from 0 to 3 and a speed");
      return;
    }
    config_.lines.push_back(format("serial --unit={} --speed={}", port, speed));
    config_.lines.push_back("terminal console serial");
  }

  void menu(Text rest) {
    has_menu_ = true;
    const Text word = take_word(rest);
    if (is(word, "label")) {
      menu_label(rest);
    } else if (is(word, "title") && open_.empty()) {
      set("menu_title", rest);
    } else if (is(word, "default")) {
      label_.is_default = in_label_;
    } else if (is(word, "begin")) {
      begin_submenu(rest);
    } else if (is(word, "end")) {
      finish_label();
      if (!open_.empty()) end_submenu();
    } else if (is(word, "title")) {
      open_.back().title = rest;
    }
  }

  void menu_label(Text text) {
    String title;
    char key = 0;
    for (size_t i = 0; i < text.size; ++i) {
      if (text[i] == '^' && i + 1 < text.size && key == 0) {
        key = to_lower(text[i + 1]);
      } else {
        title += text[i];
      }
    }
    if (in_label_) {
      label_.title = move(title);
      label_.key = key;
    } else if (!open_.empty()) {
      open_.back().title = move(title);
      open_.back().key = key;
    }
  }

  void begin_submenu(Text name) {
    finish_label();
    if (open_.size() == size_t(kMostIncludes)) return problem("menus are nested too deep");
    MenuEntry entry;
    entry.is_submenu = true;
    entry.title = name;
    entry.id = name;
    entry.line_number = number_;
    open_.push_back(move(entry));
  }

  void end_submenu() {
    MenuEntry entry = move(open_.back());
    open_.pop_back();
    list().push_back(move(entry));
  }

  void kernel(Text file, const char* command) {
    label_.kernel = path(file);
    label_.command = command;
  }

  void add_initrds(Text files) {
    while (!files.empty()) {
      const size_t comma = find(files, ',');
      label_.initrds += format(" {}", quote(path(files.first(comma))));
      files = files.from(comma + 1);
    }
  }

  // The text of APPEND without initrd=, whose files are added to the label's.
  String take_initrd_from(Text append) {
    String rest;
    while (!append.empty()) {
      const Text word = take_word(append);
      if (starts_with(word, "initrd=")) {
        add_initrds(word.from(7));
      } else {
        if (!rest.empty()) rest += ' ';
        rest += word;
      }
    }
    return rest;
  }

  void finish_label() {
    if (!in_label_) return;
    in_label_ = false;
    MenuEntry entry;
    entry.id = label_.name;
    entry.title = label_.title.empty() ? label_.name : label_.title;
    entry.help = label_.help;
    entry.key = label_.key;
    entry.line_number = label_.line_number;
    for (const String& say : label_.says) entry.lines.push_back(format("echo {}", quote(say)));
    const String append = take_initrd_from(label_.has_append ? label_.append : append_);
    if (!label_.local_boot.empty()) {
      entry.lines.push_back(format("localboot {}", label_.local_boot));
    } else {
      if (label_.kernel.empty()) kernel(label_.name, command_for(label_.name));
      const bool takes_text = label_.command.text() == Text("linux") || label_.command.text() == Text("com32");
      entry.lines.push_back(format("{} {} {}", label_.command, quote(label_.kernel), takes_text ? append : String()));
      if (!label_.initrds.empty()) entry.lines.push_back(format("initrd{}", label_.initrds));
    }
    if (label_.is_default) default_ = label_.name;
    list().push_back(move(entry));
    label_ = Label();
  }

  // DEFAULT may be a command line, such as `linux single`, rather than a label.
  void default_command() {
    Text rest = default_;
    const Text file = take_word(rest);
    const int known = find_entry(config_.entries, file);
    MenuEntry entry;
    entry.id = entry.title = default_;
    if (known >= 0) {
      entry.lines = config_.entries[size_t(known)].lines;
      if (!entry.lines.empty() && !rest.empty()) {
        for (String& line : entry.lines)
          if (starts_with(line, "linux ")) line += format(" {}", rest);
      }
    } else {
      entry.lines.push_back(format("{} {} {}", command_for(file), quote(path(file)), rest));
    }
    config_.entries.push_back(move(entry));
  }

  void help_line(Text line) {
    if (is(line, "endtext")) {
      in_help_ = false;
      return;
    }
    if (!label_.help.empty()) label_.help += '\n';
    label_.help += line;
  }

  void include(Text file, int depth) {
    String text, reason;
    if (depth == kMostIncludes) return problem("files include each other too deep");
    if (++included_ > kMostIncludedFiles) return problem("too many files are included");
    if (!includes_.read(path(take_word(file)), text, reason)) return problem(reason);
    this->file(text, depth + 1);
  }

  String path(Text file) const {
    if (!file.empty() && (file[0] == '/' || file[0] == '(')) return file;
    return format("{}{}", directory_, file);
  }

  void set(Text name, Text value) { config_.lines.push_back(format("set {}={}", name, quote(value))); }
  void problem(Text words) { config_.problems.push_back(format("line {}: {}", number_, words)); }
  Vector<MenuEntry>& list() { return open_.empty() ? config_.entries : open_.back().entries; }

  Text directory_;
  IncludeSource& includes_;
  Config config_;
  Vector<MenuEntry> open_;  ///< submenus, from the outermost inwards
  Label label_;
  bool in_label_ = false;
  bool in_help_ = false;
  bool has_menu_ = false;
  bool prompt_ = false;
  u64 timeout_ = 0;  ///< tenths of a second
  String default_;
  String append_;
  u32 number_ = 0;
  int included_ = 0;
};

}  // namespace

Config parse_syslinux(Text text, Text directory, IncludeSource& includes) {
  SyslinuxParser parser(directory, includes);
  parser.file(text, 0);
  return parser.finish();
}

}  // namespace stage2
