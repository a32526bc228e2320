// Commands about breakpoints and watchpoints.
#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/core.h>

#include "bootsim/debug/foreign_words.h"
#include "bootsim/debug/shell.h"
#include "debugger/call_here.h"

namespace bootsim {
namespace {

using debugger::Breakpoint;

void describe(Shell& shell, const Breakpoint& b) {
  shell.print(fmt::format("{:<3} {}{}{}", b.id, b.text, b.enabled ? "" : "  (disabled)", b.once ? "  (once)" : ""));
  if (b.rests_after > 0)
    shell.print(b.rests_after == 1 ? "  (then disabled)" : fmt::format("  (disabled after {} stops)", b.rests_after));
  if (b.hits > 0) shell.print(fmt::format("  hit {} time{}", b.hits, b.hits == 1 ? "" : "s"));
  if (b.ignore > 0) shell.print(fmt::format(", ignores {} more", b.ignore));
  shell.print("\n");
  for (const std::string& command : b.commands) shell.print(fmt::format("      {}\n", command));
}

void say(Shell& shell, int id) {
  shell.print(fmt::format("breakpoint {}: {}\n", id, shell.debugger().breakpoints().find(id)->text));
}

void set(Shell& shell, Breakpoint breakpoint) { say(shell, shell.debugger().breakpoints().add(std::move(breakpoint))); }

Breakpoint parse(Shell& shell, std::string_view text) {
  const debugger::NamesHere here(shell.debugger());
  return debugger::parse_breakpoint(text, shell.debugger().names(), &here);
}

void list(Shell& shell, std::string_view) {
  const auto all = shell.debugger().breakpoints().all();
  if (all.empty()) shell.print("no breakpoints\n");
  for (const Breakpoint* b : all) describe(shell, *b);
}

/// Without a place: here, as in gdb.
void set_break(Shell& shell, std::string_view arguments) {
  set(shell, parse(shell, arguments.empty() ? shell.debugger().place() : std::string(arguments)));
}

void set_once(Shell& shell, std::string_view arguments) {
  Breakpoint b = parse(shell, arguments);
  b.once = true;
  set(shell, std::move(b));
}

void set_log(Shell& shell, std::string_view arguments) {
  Breakpoint b = parse(shell, arguments);
  b.logs = true;
  b.text = "log " + b.text;
  set(shell, std::move(b));
}

/// gdb's *ADDRESS and *(TYPE *)ADDRESS, which watch as many bytes as the type has, as ADDRESS len N; all else as it is.
std::string watched_place(std::string_view text) {
  if (text.starts_with("-l ") || text.starts_with("-location ")) take_word(text);
  if (!text.starts_with('*')) return std::string(text);
  text = trimmed(text.substr(1));
  int size = 4;  // gdb's int
  if (const std::size_t star = text.find('*'), end = text.find(')');
      text.starts_with('(') && star < end && end != text.npos) {
    const auto bytes = bytes_of_type(text.substr(0, star));
    if (!bytes)
      refuse_command(fmt::format("how many bytes has {}? watch ADDRESS len N", trimmed(text.substr(1, star - 1))));
    size = *bytes;
    text = trimmed(text.substr(end + 1));
  }
  const std::size_t condition = std::min(text.find(" if "), text.size());
  return fmt::format("{} len {}{}", text.substr(0, condition), size, text.substr(condition));
}

/// Bochs says first which: watch read ADDRESS.
void watch(Shell& shell, std::string_view arguments) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kAccesses = {
      {{"read", "read"}, {"r", "read"}, {"write", "write"}, {"w", "write"}}};
  std::string_view rest = arguments;
  const std::string_view word = take_word(rest);
  for (const auto& [theirs, ours] : kAccesses) {
    if (word == theirs && !rest.empty()) return set(shell, parse(shell, fmt::format("{} {}", ours, rest)));
  }
  set(shell, parse(shell, fmt::format("write {}", watched_place(arguments))));
}
void watch_reads(Shell& shell, std::string_view arguments) {
  set(shell, parse(shell, fmt::format("read {}", watched_place(arguments))));
}
void watch_accesses(Shell& shell, std::string_view arguments) {
  set(shell, parse(shell, fmt::format("access {}", watched_place(arguments))));
}

int id_argument(Shell& shell, std::string_view text) {
  const std::uint64_t id = count_argument(shell, text, 0, 1u << 30);
  if (text.empty()) refuse_command("which breakpoint? `breakpoints` lists them");
  if (!shell.debugger().breakpoints().find(static_cast<int>(id)))
    refuse_command(fmt::format("there is no breakpoint {}", id));
  return static_cast<int>(id);
}

/// The breakpoints named, "2" or "2-5", or all. gdb says what they are: delete breakpoints 2.
std::vector<int> ids_of(Shell& shell, std::string_view arguments) {
  std::vector<int> all, ids;
  for (const Breakpoint* b : shell.debugger().breakpoints().all()) all.push_back(b->id);
  std::string_view rest = arguments;
  if (rest.starts_with("breakpoints")) take_word(rest);
  if (rest.empty()) return all;
  while (!rest.empty()) {
    const std::string_view word = take_word(rest);
    const std::size_t dash = word.find('-');
    const int first = id_argument(shell, word.substr(0, dash)),
              last = dash == word.npos ? first : id_argument(shell, word.substr(dash + 1));
    std::copy_if(all.begin(), all.end(), std::back_inserter(ids), [&](int id) { return first <= id && id <= last; });
  }
  return ids;
}

void remove(Shell& shell, std::string_view arguments) {
  for (const int id : ids_of(shell, arguments)) shell.debugger().breakpoints().remove(id);
}
void disable(Shell& shell, std::string_view arguments) {
  for (const int id : ids_of(shell, arguments)) shell.debugger().breakpoints().enable(id, false);
}

/// For good; `once`, to be disabled at the next stop; `count N`, at the N-th; `delete`, to be removed then.
void enable(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments, words = arguments;
  std::uint64_t rests_after = 0;
  const std::string_view word = take_word(words);
  const bool once = word == "delete";
  if (word == "once") rests_after = 1;
  if (word == "count") rests_after = count_argument(shell, take_word(words), 0, ~std::uint64_t{0});
  if (word == "count" && rests_after == 0) refuse_command("after how many stops? enable count 3 1");
  if (once || rests_after > 0) rest = words;
  if (rest.empty() && !arguments.empty()) refuse_command(fmt::format("which breakpoint? enable {} 1", arguments));
  for (const int id : ids_of(shell, rest)) {
    shell.debugger().breakpoints().enable(id, true);
    Breakpoint& b = *shell.debugger().breakpoints().find(id);
    b.once = b.once || once;
    b.rests_after = rests_after;
  }
}

void change_condition(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const int id = id_argument(shell, take_word(rest));
  if (rest.starts_with("if ")) take_word(rest);
  debugger::set_condition(*shell.debugger().breakpoints().find(id), rest, shell.debugger().names());
  say(shell, id);
}

void ignore(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const int id = id_argument(shell, take_word(rest));
  shell.debugger().breakpoints().find(id)->ignore = count_argument(shell, rest, 0, ~std::uint64_t{0});
}

void commands(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  Breakpoint& b = *shell.debugger().breakpoints().find(id_argument(shell, take_word(rest)));
  if (b.logs)
    refuse_command(fmt::format("breakpoint {} does not stop; `break` in place of `log` takes commands", b.id));
  if (rest.empty()) return shell.collect_commands(b.id);
  b.commands.clear();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    if (const auto command = trimmed(rest.substr(0, end)); !command.empty()) b.commands.emplace_back(command);
    rest = trimmed(rest.substr(std::min(end + 1, rest.size())));
  }
}

constexpr ShellCommand kCommands[] = {
    {"break", "b lb vb br lbreak vbreak hbreak", "PLACE [if CONDITION]",
     "stop at an address, an INT, a port, a mode, a sector, ... (`help places`)",
     "break int13/42 if drive == 80h && lba > 1000", set_break},
    {"tbreak", "tb thbreak", "PLACE [if CONDITION]", "the same, once", "tbreak mode protected", set_once},
    {"log", "dprintf", "PLACE [if CONDITION]", "say when it happens, and go on", "log int10/0e", set_log},
    {"watch", "wp", "ADDRESS [len N] [if CONDITION]", "stop when memory is written", "watch word [0x413]", watch},
    {"rwatch", "", "ADDRESS [len N]", "stop when memory is read", "rwatch 0000:7DFE len 2", watch_reads},
    {"awatch", "", "ADDRESS [len N]", "stop when memory is read or written", "awatch B8000h len 4000", watch_accesses},
    {"breakpoints", "blist bl", "", "list them with their hits", "info breakpoints", list, Does::kLook},
    {"delete", "d del", "[N...]", "remove breakpoints; all without a number", "delete 2", remove},
    {"condition", "", "N [CONDITION]", "give a breakpoint another condition, or none", "condition 1 cf && drive == 80h",
     change_condition},
    {"enable", "bpe", "[once | delete | count C] [N...]", "switch on: for one stop, or C, then off; or removed",
     "enable once 2", enable},
    {"disable", "bpd", "[N...]", "switch off", "disable 2", disable},
    {"ignore", "", "N COUNT", "let a breakpoint pass COUNT times", "ignore 1 10", ignore},
    {"commands", "", "N [COMMAND; ...]", "what to do whenever breakpoint N stops; else lines up to `end`",
     "commands 1 registers; stack", commands},
};

}  // namespace

std::span<const ShellCommand> breakpoint_commands() { return kCommands; }

}  // namespace bootsim
