#include "bootsim/debug/shell.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include <fmt/core.h>

#include "bootsim/debug/foreign_words.h"
#include "bootsim/host_files.h"
#include "bootsim/typist.h"
#include "debugger/annotate.h"
#include "debugger/call_here.h"
#include "emu/error.h"

namespace bootsim {
namespace {

/// Scripts that call scripts.
constexpr int kMostNested = 8;
/// The first command of a breakpoint whose stops nobody tells.
constexpr std::string_view kSilent = "silent";

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    if (take_word(words) == word) return true;
  }
  return false;
}

}  // namespace

// --- Arguments

void refuse_command(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

debugger::Value value_argument(Shell& shell, std::string_view text) {
  std::string missing;
  const auto value = debugger::Expression::parse(text).evaluate(debugger::NamesHere(shell.debugger()), &missing);
  if (!value) refuse_command(debugger::no_value_words(missing));
  return *value;
}

std::uint64_t count_argument(Shell& shell, std::string_view text, std::uint64_t otherwise, std::uint64_t most) {
  if (trimmed(text).empty()) return otherwise;
  const debugger::Value value = value_argument(shell, text);
  if (value.kind != debugger::Value::Kind::kNumber || value.number > most)
    refuse_command(fmt::format("\"{}\" is no number up to {}", trimmed(text), most));
  return value.number;
}

std::string_view without_star(std::string_view address) {
  return address.starts_with('*') ? trimmed(address.substr(1)) : address;
}

std::uint64_t step_count(Shell& shell, std::string_view text) {
  constexpr std::uint64_t kMostSteps = 1'000'000'000;
  const std::uint64_t count = count_argument(shell, text, 1, kMostSteps);
  if (count == 0) refuse_command("0 times is not at all");
  return count;
}

// --- The table

std::vector<std::span<const ShellCommand>> Shell::families() {
  return {motion_commands(), reverse_commands(), breakpoint_commands(), examine_commands(), memory_commands(),
          source_commands(), machine_commands(), call_commands(),       general_commands()};
}

const ShellCommand* Shell::find(std::string_view word) {
  for (const auto& family : families()) {
    for (const ShellCommand& command : family) {
      if (command.name == word || has_word(command.aliases, word)) return &command;
    }
  }
  return nullptr;
}

const ShellCommand& Shell::find_topic(std::string_view word) {
  // gdb's and Bochs's topics that are no commands here.
  static constexpr std::pair<std::string_view, std::string_view> kElsewhere[] = {
      {"b", "breakpoints"}, {"watchpoints", "breakpoints"}, {"all-registers", "registers"}, {"cpu", "registers"},
      {"frame", "stack"},   {"display", "displays"},        {"flags", "registers"},         {"eflags", "registers"}};
  for (const auto& [theirs, ours] : kElsewhere) {
    if (word == theirs) word = ours;
  }
  std::vector<const ShellCommand*> begun;
  std::string topics;
  for (const auto& family : families()) {
    for (const ShellCommand& command : family) {
      if (command.does != Does::kLook) continue;
      if (command.name == word || has_word(command.aliases, word)) return command;
      topics += fmt::format("{}{}", topics.empty() ? "" : ", ", command.name);
      if (!word.empty() && command.name.starts_with(word)) begun.push_back(&command);
    }
  }
  if (begun.size() == 1) return *begun.front();
  if (begun.empty()) refuse_command(fmt::format("info about what? {}", topics));
  refuse_command(fmt::format("info {} could be {} or {}", word, begun[0]->name, begun[1]->name));
}

Shell::Shell(Assembly& assembly, debugger::Debugger& debugger, Write write, Options options)
    : assembly_(assembly), debugger_(debugger), write_(std::move(write)), options_(options) {
  debugger_.breakpoints().on_log = [this](const debugger::Breakpoint& b, const std::string& words) {
    print(fmt::format("log {} at {}: {}\n", b.id, debugger::format_trace_time(machine().clock().now()), words));
  };
}

std::string Shell::strong(std::string_view text) const {
  return options_.colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}
std::string Shell::faint(std::string_view text) const {
  return options_.colour ? fmt::format("\x1b[36m{}\x1b[0m", text) : std::string(text);
}

void Shell::type(const std::vector<KeyPress>& keys) {
  if (on_type) return on_type(keys);
  debugger_.input([&pc = assembly_.pc(), keys] { type_keys(pc.machine().clock(), pc.keyboard(), keys); });
}

bool Shell::execute(std::string_view line) {
  std::string_view rest = trimmed(line);
  if (rest.empty() || rest.front() == '#') return true;
  if (collecting_) return collect(rest);
  const std::string whole(rest);
  std::string word(take_word(rest));
  std::string arguments(rest);
  // gdb writes formats to the word: x/16xb 0x7c00, p/x ax.
  if (const std::size_t slash = word.find('/'); slash != word.npos && slash > 0) {
    arguments = word.substr(slash) + " " + arguments;
    word.resize(slash);
  }
  try {
    if (const ForeignWord* foreign = find_foreign_word(word); foreign && !find(word)) {
      if (!foreign->same) refuse_command(fmt::format("`{}` is not here: {}", word, foreign->here));
      std::string_view same = foreign->here;
      word = take_word(same);
      if (const std::size_t slash = word.find('/'); slash != word.npos) {
        arguments = fmt::format("{} {}", word.substr(slash), arguments);
        word.resize(slash);
      }
      if (!same.empty()) arguments = fmt::format("{} {}", same, arguments);
    }
    const ShellCommand* command = find(word);
    if (word == "info" || word == "i") {  // info registers, info calls: the topic is a command of its own
      std::string_view behind = arguments;
      command = &find_topic(take_word(behind));
      arguments = std::string(behind);
    }
    if (!command) refuse_command(fmt::format("there is no command \"{}\"; `help` lists them", word));
    command->run(*this, trimmed(arguments));
    last_ = command->name;
    const auto families = Shell::families();
    const bool moves = std::any_of(families.begin(), families.begin() + 2, [&](const auto& family) {
      return !family.empty() && command >= family.data() && command < family.data() + family.size();
    });
    const bool goes_on =
        command->name == "x" || command->name == "disassemble" || command->name == "list";  // from where it ended
    std::string_view behind = arguments;
    const std::string format(goes_on && behind.starts_with('/') ? take_word(behind) : "");
    repeatable_ = moves ? whole : goes_on ? word + format : "";
    return true;
  } catch (const emu::Error& error) {
    print(fmt::format("error: {}\n", error.what()));
    return false;
  }
}

namespace {

/// A script's lines. Throws emu::Error(kUsage) for what is none.
std::istringstream read_script(const std::string& path) {
  if (path.empty()) refuse_command("which script? for example: source findings.cmd");
  constexpr std::uint64_t kMost = 16 << 20;
  std::string text = read_text(path, "script", kMost);
  if (text.find('\0') != text.npos)
    refuse_command(fmt::format("{}: the script is no text; it has a command in each line", path));
  constexpr std::string_view kByteOrderMark = "\357\273\277";
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  return std::istringstream(text);
}

}  // namespace

bool Shell::collect(std::string_view line) {
  if (line != "end") {
    collecting_->commands.emplace_back(line);
    return true;
  }
  if (debugger::Breakpoint* b = debugger_.breakpoints().find(collecting_->breakpoint))
    b->commands = std::move(collecting_->commands);
  collecting_.reset();
  return true;
}

bool Shell::end_of_input() {
  if (!collecting_) return true;
  print(fmt::format("error: `end` is missing: the commands of breakpoint {} go on to it\n", collecting_->breakpoint));
  collecting_.reset();
  return false;
}

bool Shell::execute_file(const std::string& path) {
  std::istringstream file = read_script(path);
  if (depth_ >= kMostNested) refuse_command("scripts that run scripts end here");
  ++depth_;
  bool worked = true;
  for (std::string line; worked && !done_ && std::getline(file, line);) {
    if (const auto text = trimmed(line); !text.empty() && text.front() != '#') print(fmt::format("> {}\n", text));
    worked = execute(line);
  }
  --depth_;
  return (!worked || end_of_input()) && worked;
}

// --- Stops

void Shell::show_stop(const debugger::Stop& stop) {
  if (stop.commands.empty() || stop.commands.front() != kSilent) {
    tell_stop(stop);
    show_displays();
  }
  run_commands_of(stop);
}

void Shell::tell_stop(const debugger::Stop& stop) {
  const auto& notices = debugger_.target().bios.notices();
  for (; notices_ < notices.size(); ++notices_) print(fmt::format("note: {}\n", notices[notices_].text));
  notices_ = std::min(notices_, notices.size());
  if (!stop.words.empty()) {
    const std::uint64_t calls = debugger_.calls().count();
    print(fmt::format("{}, {}: {}\n", debugger::format_trace_time(machine().clock().now()),
                      calls == 1 ? "1 disk call" : fmt::format("{} disk calls", calls), strong(stop.words)));
  }
  show_here();
}

/// A command that moves the guest ends them, as in gdb; the commands of the next stop follow, as often as there is one.
void Shell::run_commands_of(const debugger::Stop& stop) {
  if (in_commands_) {
    later_ = stop;
    return;
  }
  in_commands_ = true;
  debugger_.as_one_motion([&] {
    later_ = stop;
    while (const auto at = std::exchange(later_, std::nullopt)) {
      for (const std::string& command : at->commands) {
        if (command != kSilent && (!execute(command) || later_ || done_)) break;
      }
    }
  });
  in_commands_ = false;
}

void Shell::show_here() {
  const debugger::SourceLines& lines = debugger_.symbols().lines();
  if (const auto place = lines.at(debugger_.linear_ip()))
    print(fmt::format("{}:{}  {}\n", debugger::file_name(place->file), place->line, lines.text(*place).value_or("")));
  const debugger::Instruction next = debugger_.here();
  const std::uint64_t linear = debugger_.linear_ip();
  show_code(debugger::views::code_space(machine()), {{.instruction = next,
                                                      .linear = linear,
                                                      .label = {},
                                                      .note = debugger::annotate(next, surroundings(), true),
                                                      .next = true,
                                                      .source = {}}});
}

debugger::Surroundings Shell::surroundings() {
  return {machine(), machine().ports(), debugger_.symbols(), &debugger_.target().drives};
}

void Shell::show_code(const debugger::views::CodeSpace& space, const std::vector<debugger::views::CodeLine>& code) {
  for (const debugger::views::CodeLine& line : code) {
    const debugger::Instruction& i = line.instruction;
    const std::string label = line.next ? debugger_.symbols().describe(line.linear) : line.label;
    if (!label.empty()) print(fmt::format("{}:\n", label));
    std::string bytes;
    for (const std::uint8_t byte : i.code()) bytes += fmt::format("{:02X}", byte);
    const std::string where = fmt::format("{:04X}:{:0{}X}", space.selector, i.offset, i.offset > 0xFFFF ? 8 : 4);
    std::string text =
        fmt::format("{} {}  {:<14} {:<30}", line.next && code.size() > 1 ? "*" : " ", where, bytes, i.text);
    if (!line.note.empty()) text += fmt::format(" {}", faint(fmt::format("; {}", line.note)));
    while (text.back() == ' ') text.pop_back();
    print(text);
    print("\n");
  }
}

std::vector<std::string> Shell::complete(std::string_view line) const {
  std::vector<std::string> words;
  const std::size_t space = line.rfind(' ');
  const std::string_view begun = space == line.npos ? line : line.substr(space + 1);
  const auto offer = [&](std::string_view word) {
    if (word.starts_with(begun)) words.emplace_back(word);
  };
  const std::string_view before = line.substr(0, space == line.npos ? 0 : space);
  const bool info = before == "info" || before == "i";
  if (before.empty() || before == "help" || info) {
    for (const auto& family : families()) {
      for (const ShellCommand& command : family) {
        if (!info || command.does == Does::kLook) offer(command.name);
      }
    }
  } else {
    for (const debugger::Symbol& symbol : debugger_.symbols().all()) offer(symbol.name);
    for (const std::string_view word :
         {"int13",  "int10", "int15", "port", "mode",  "protected", "long", "unreal", "write", "read",  "access",
          "sector", "drive", "ivt",   "a20",  "range", "outside",   "call", "if",     "lba",   "count", "buffer"}) {
      offer(word);
    }
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace bootsim
