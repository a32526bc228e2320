// Commands about breakpoints and watchpoints.
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "debugger/call_here.h"

namespace bootsim {
namespace {

using debugger::Breakpoint;

void describe(Shell& shell, const Breakpoint& b) {
  shell.print(fmt::format("{:<3} {}{}{}", b.id, b.text, b.enabled ? "" : "  (disabled)", b.once ? "  (once)" : ""));
  if (b.hits > 0) shell.print(fmt::format("  hit {} time{}", b.hits, b.hits == 1 ? "" : "s"));
  if (b.ignore > 0) shell.print(fmt::format(", ignores {} more", b.ignore));
  shell.print("\n");
  for (const std::string& command : b.commands) shell.print(fmt::format("      {}\n", command));
}

void set(Shell& shell, Breakpoint breakpoint) {
  const int id = shell.debugger().breakpoints().add(std::move(breakpoint));
  shell.print(fmt::format("breakpoint {}: {}\n", id, shell.debugger().breakpoints().find(id)->text));
}

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
void set_break(Shell& shell, std::string_view arguments) { set(shell, parse(shell, arguments.empty() ? "cs:eip" : arguments)); }

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
std::string without_star(std::string_view text) {
  if (text.starts_with("-l ") || text.starts_with("-location ")) take_word(text);
  if (!text.starts_with('*')) return std::string(text);
  text = trimmed(text.substr(1));
  int size = 4;  // gdb's int
  if (const std::size_t star = text.find('*'), end = text.find(')'); text.starts_with('(') && star < end && end != text.npos) {
    static constexpr std::array<std::pair<std::string_view, int>, 8> kTypes = {
        {{"char", 1}, {"int8_t", 1}, {"int16_t", 2}, {"short", 2}, {"int64_t", 8}, {"long long", 8}, {"int", 4}, {"long", 4}}};
    const std::string_view type = text.substr(0, star);
    const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return type.find(t.first) != type.npos; });
    if (found == kTypes.end()) refuse_command(fmt::format("how many bytes has {}? watch ADDRESS len N", trimmed(type.substr(1))));
    size = found->second;
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
  set(shell, parse(shell, fmt::format("write {}", without_star(arguments))));
}
void watch_reads(Shell& shell, std::string_view arguments) { set(shell, parse(shell, fmt::format("read {}", without_star(arguments)))); }
void watch_accesses(Shell& shell, std::string_view arguments) { set(shell, parse(shell, fmt::format("access {}", without_star(arguments)))); }

int id_argument(Shell& shell, std::string_view text) {
  const std::uint64_t id = count_argument(shell, text, 0, 1u << 30);
  if (!shell.debugger().breakpoints().find(static_cast<int>(id))) refuse_command(fmt::format("there is no breakpoint {}", id));
  return static_cast<int>(id);
}

/// Calls `act` for the breakpoints named, or for all.
template <class Act>
void each(Shell& shell, std::string_view arguments, Act act) {
  std::vector<int> ids;
  std::string_view rest = arguments;
  while (!rest.empty()) ids.push_back(id_argument(shell, take_word(rest)));
  if (arguments.empty()) {
    for (const Breakpoint* b : shell.debugger().breakpoints().all()) ids.push_back(b->id);
  }
  for (const int id : ids) act(shell.debugger().breakpoints(), id);
}

void remove(Shell& shell, std::string_view arguments) {
  each(shell, arguments, [](debugger::Breakpoints& all, int id) { all.remove(id); });
}
void enable(Shell& shell, std::string_view arguments) {
  each(shell, arguments, [](debugger::Breakpoints& all, int id) { all.enable(id, true); });
}
void disable(Shell& shell, std::string_view arguments) {
  each(shell, arguments, [](debugger::Breakpoints& all, int id) { all.enable(id, false); });
}

void ignore(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const int id = id_argument(shell, take_word(rest));
  shell.debugger().breakpoints().find(id)->ignore = count_argument(shell, rest, 0, ~std::uint64_t{0});
}

void commands(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  Breakpoint& b = *shell.debugger().breakpoints().find(id_argument(shell, take_word(rest)));
  b.commands.clear();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    if (const auto command = trimmed(rest.substr(0, end)); !command.empty()) b.commands.emplace_back(command);
    rest = trimmed(rest.substr(std::min(end + 1, rest.size())));
  }
}

constexpr ShellCommand kCommands[] = {
    {"break", "b lb vb br lbreak vbreak hbreak", "PLACE [if CONDITION]", "stop at an address, an INT, a port, a mode, a sector, ... (`help places`)",
     "break int13/42 if drive == 80h && lba > 1000", set_break},
    {"tbreak", "tb thbreak", "PLACE [if CONDITION]", "the same, once", "tbreak mode protected", set_once},
    {"log", "dprintf", "PLACE [if CONDITION]", "say when it happens, and go on", "log int10/0e", set_log},
    {"watch", "wp", "ADDRESS [len N] [if CONDITION]", "stop when memory is written", "watch word [0x413]", watch},
    {"rwatch", "", "ADDRESS [len N]", "stop when memory is read", "rwatch 0000:7DFE len 2", watch_reads},
    {"awatch", "", "ADDRESS [len N]", "stop when memory is read or written", "awatch B8000h len 4000", watch_accesses},
    {"breakpoints", "blist bl", "", "list them with their hits", "info breakpoints", list, Does::kLook},
    {"delete", "d del", "[N...]", "remove breakpoints; all without a number", "delete 2", remove},
    {"enable", "bpe", "[N...]", "switch on", "enable 2", enable},
    {"disable", "bpd", "[N...]", "switch off", "disable 2", disable},
    {"ignore", "", "N COUNT", "let a breakpoint pass COUNT times", "ignore 1 10", ignore},
    {"commands", "", "N COMMAND; COMMAND...", "what to do whenever breakpoint N stops", "commands 1 registers; stack", commands},
};

}  // namespace

std::span<const ShellCommand> breakpoint_commands() { return kCommands; }

}  // namespace bootsim
