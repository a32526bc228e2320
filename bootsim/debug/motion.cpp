// Commands that run the guest.
#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "bootsim/units.h"

namespace bootsim {
namespace {

using debugger::StopCause;

void go(Shell& shell, std::string_view arguments) {
  // gdb's `continue N` passes the breakpoint N - 1 times more.
  const std::uint64_t times = step_count(shell, arguments);
  debugger::Debugger& d = shell.debugger();
  shell.show_stop(d.repeat(times, StopCause::kBreakpoint, [&d] { return d.go(); }));
}

void step(Shell& shell, std::string_view arguments) {
  shell.show_stop(shell.debugger().step(step_count(shell, arguments)));
}

void next(Shell& shell, std::string_view arguments) {
  debugger::Debugger& d = shell.debugger();
  shell.show_stop(d.repeat(step_count(shell, arguments), StopCause::kStep, [&d] { return d.next(); }));
}

void finish(Shell& shell, std::string_view) { shell.show_stop(shell.debugger().finish()); }

void until(Shell& shell, std::string_view arguments) {
  if (arguments.empty()) refuse_command("until where? for example: until 0000:7C3E");
  shell.show_stop(shell.debugger().until_linear(shell.debugger().address(without_star(arguments))));
}

void disk(Shell& shell, std::string_view arguments) {
  debugger::Debugger& d = shell.debugger();
  shell.show_stop(d.repeat(step_count(shell, arguments), StopCause::kArrived, [&d] { return d.until_disk_call(); }));
}

void screen_change(Shell& shell, std::string_view) { shell.show_stop(shell.debugger().until_screen()); }

void go_to(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const std::string_view what = take_word(rest);
  if (what == "call" && !rest.empty()) {
    const std::uint64_t number = count_argument(shell, rest, 1, ~std::uint64_t{0});
    if (number == 0) refuse_command("disk calls count from 1");
    return shell.show_stop(shell.debugger().until_call(number));
  }
  if (what == "time" && !rest.empty()) return shell.show_stop(shell.debugger().until_time(parse_time(rest)));
  if (what == "start" && shell.debugger().travel())
    return shell.show_stop(shell.debugger().go_to(shell.debugger().travel()->first()));
  if (what == "end" && shell.debugger().travel())
    return shell.show_stop(shell.debugger().go_to(shell.debugger().travel()->last()));
  refuse_command("goto where? goto call 17, goto time 12.5ms, goto start, goto end");
}

constexpr ShellCommand kCommands[] = {
    {"continue", "c go g cont run", "[N]", "run on, to the N-th stop", "continue", go},
    {"step", "s si stepi", "[N]", "execute N instructions, into INT and CALL", "step 5", step},
    {"next", "n ni nexti", "[N]", "the same, but INT, CALL, LOOP and REP as a whole", "next", next},
    {"finish", "fin out", "", "run until the present routine or interrupt handler returns", "finish", finish},
    {"until", "advance", "PLACE", "run to an instruction", "until 0000:7C3E", until},
    {"disk", "nd", "[N]", "run to the next INT 13h, or the N-th from here", "disk", disk},
    {"output", "", "", "run until the text screen changes", "output", screen_change},
    {"goto", "", "call N | time T | start | end",
     "go to a disk call, a virtual time, or an end of history; ahead or behind", "goto call 17", go_to},
};

}  // namespace

std::span<const ShellCommand> motion_commands() { return kCommands; }

}  // namespace bootsim
