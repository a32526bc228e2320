// The debugger's commands: a line in, text out. The prompt, scripts and gdb's `monitor` all go through here.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bootsim/assembly.h"
#include "bootsim/keys.h"
#include "debugger/debugger.h"
#include "debugger/views/listing.h"
#include "emu/text.h"

namespace bootsim {

class Shell;

/// What a command does to the guest, or to what stops it.
enum class Does : std::uint8_t { kAct, kLook };

/// One command of the table.
struct ShellCommand {
  std::string_view name;       ///< "break"
  std::string_view aliases;    ///< "b lb": other words for it, gdb's and Bochs's
  std::string_view arguments;  ///< "PLACE [if CONDITION]"
  std::string_view help;       ///< one line
  std::string_view example;    ///< "break int13/42 if drive == 80h && lba == 63"
  void (*run)(Shell&, std::string_view arguments);
  Does does = Does::kAct;  ///< kLook: `info` takes it for a topic
};

/// What `display` shows at each stop.
struct Display {
  int id = 0;
  std::string text;  ///< "/i $pc", "ax"
};

// One file for each family.
std::span<const ShellCommand> motion_commands();
std::span<const ShellCommand> reverse_commands();
std::span<const ShellCommand> breakpoint_commands();
std::span<const ShellCommand> examine_commands();
std::span<const ShellCommand> memory_commands();
std::span<const ShellCommand> source_commands();
std::span<const ShellCommand> machine_commands();
std::span<const ShellCommand> call_commands();
std::span<const ShellCommand> general_commands();

/// Executes commands on one debugger.
class Shell {
 public:
  using Write = std::function<void(std::string_view)>;
  struct Options {
    bool colour = false;  ///< escape sequences for terminals
  };
  /// All must outlive it.
  Shell(Assembly& assembly, debugger::Debugger& debugger, Write write, Options options);
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  /// Output goes elsewhere from now on, in another manner; returns where it went, and how.
  std::pair<Write, Options> redirect(Write write, Options options) {
    return {std::exchange(write_, std::move(write)), std::exchange(options_, options)};
  }

  /// Who presses the keys of `type`: a front end that takes down what is typed. Null: the shell.
  std::function<void(const std::vector<KeyPress>&)> on_type;

  /// Runs one line. Errors of the user are written as "error: ...". False: the command failed.
  bool execute(std::string_view line);
  /// Runs the lines of a file up to the first that fails; '#' begins a comment. False: one did. Throws
  /// emu::Error(kUsage) when there is no such file.
  bool execute_file(const std::string& path);
  /// The lines to come are the commands of a breakpoint, up to `end`.
  void collect_commands(int breakpoint) { collecting_ = {breakpoint, {}}; }
  bool collecting() const { return collecting_.has_value(); }
  /// No more lines come. False, and an error is written: `end` was missing.
  bool end_of_input();
  /// `quit` was given.
  bool done() const { return done_; }
  void quit() { done_ = true; }
  /// Why and where the guest stands; then the commands of the breakpoints that stopped it.
  void show_stop(const debugger::Stop& stop);
  /// The same without any command.
  void tell_stop(const debugger::Stop& stop);
  /// An empty line repeats the last motion, as in gdb; for terminals.
  std::string repeatable() const { return repeatable_; }
  /// The command before this one was `command`: it may go on from there.
  bool repeats(std::string_view command) const { return last_ == command; }
  /// Words that may stand at the end of `line`, for completion.
  std::vector<std::string> complete(std::string_view line) const;

  // --- For the commands
  debugger::Debugger& debugger() { return debugger_; }
  Assembly& assembly() { return assembly_; }
  emu::Machine& machine() { return debugger_.machine(); }
  void print(std::string_view text) { write_(text); }
  /// The guest sees these keys as it runs on.
  void type(const std::vector<KeyPress>& keys);
  /// The instruction at CS:IP and what it is about to do.
  void show_here();
  void show_code(const debugger::views::CodeSpace& space, const std::vector<debugger::views::CodeLine>& code);
  /// What is known around code.
  debugger::Surroundings surroundings();
  /// Which registers the last `registers` showed, to mark changes.
  std::optional<emu::Registers>& shown_registers() { return shown_registers_; }
  /// Where `list` without an argument goes on.
  std::optional<std::pair<std::string, std::uint32_t>>& next_line() { return next_line_; }
  /// Where `x` and `disassemble` without an address go on.
  std::optional<std::uint64_t>& next_address() { return next_address_; }
  std::vector<Display>& displays() { return displays_; }
  void show_displays();
  std::string strong(std::string_view text) const;
  std::string faint(std::string_view text) const;

  static const ShellCommand* find(std::string_view word);
  /// A command that looks, by its name, another of its names or a beginning that means no other. Throws
  /// emu::Error(kUsage).
  static const ShellCommand& find_topic(std::string_view word);
  /// All, family by family.
  static std::vector<std::span<const ShellCommand>> families();

 private:
  struct Collecting {
    int breakpoint = 0;
    std::vector<std::string> commands;
  };
  bool collect(std::string_view line);
  void run_commands_of(const debugger::Stop& stop);

  Assembly& assembly_;
  debugger::Debugger& debugger_;
  Write write_;
  Options options_;
  bool done_ = false;
  int depth_ = 0;  // of scripts and breakpoint commands
  std::optional<Collecting> collecting_;
  bool in_commands_ = false;             // of a breakpoint
  std::optional<debugger::Stop> later_;  // where they have brought the guest
  std::string repeatable_;
  std::string_view last_;  // name of the command before
  std::size_t notices_ = 0;
  std::optional<emu::Registers> shown_registers_;
  std::optional<std::uint64_t> next_address_;  // linear
  std::vector<Display> displays_;
  std::optional<std::pair<std::string, std::uint32_t>> next_line_;
};

// --- Arguments of commands
using emu::take_word, emu::trimmed;

/// A number or expression as a count. Throws emu::Error(kUsage) when it is none or more than `most`.
std::uint64_t count_argument(Shell& shell, std::string_view text, std::uint64_t otherwise, std::uint64_t most);
/// The value of an expression now. Throws emu::Error(kUsage) when it has none.
debugger::Value value_argument(Shell& shell, std::string_view text);
/// gdb writes an asterisk before addresses: until *0x7c00.
std::string_view without_star(std::string_view address);
/// How often to step: 1 without a word, never 0.
std::uint64_t step_count(Shell& shell, std::string_view text);
[[noreturn]] void refuse_command(const std::string& message);

}  // namespace bootsim
