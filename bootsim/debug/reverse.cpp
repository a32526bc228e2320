// Commands that go back in time.
#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "debugger/views/last_write.h"

namespace bootsim {
namespace {

void reverse_step(Shell& shell, std::string_view arguments) {
  shell.show_stop(shell.debugger().reverse_step(step_count(shell, arguments)));
}

void reverse_next(Shell& shell, std::string_view arguments) {
  debugger::Debugger& d = shell.debugger();
  shell.show_stop(
      d.repeat(step_count(shell, arguments), debugger::StopCause::kStep, [&d] { return d.reverse_next(); }));
}

void reverse_continue(Shell& shell, std::string_view arguments) {
  debugger::Debugger& d = shell.debugger();
  shell.show_stop(
      d.repeat(step_count(shell, arguments), debugger::StopCause::kBreakpoint, [&d] { return d.reverse_go(); }));
}

void reverse_finish(Shell& shell, std::string_view) { shell.show_stop(shell.debugger().reverse_finish()); }

void when_written(Shell& shell, std::string_view arguments) {
  debugger::Debugger& d = shell.debugger();
  const std::uint64_t linear = d.address(arguments);
  const auto physical = shell.machine().translate(linear);
  if (!physical) refuse_command(fmt::format("the page of {:X}h is not present", linear));
  const auto last = d.last_write(*physical);
  shell.print(debugger::views::last_write_words(*physical, last, d.calls(), d.symbols()) + "\n");
}

void history(Shell& shell, std::string_view) {
  debugger::TimeTravel* travel = shell.debugger().travel();
  if (!travel) return shell.print("no history is kept\n");
  shell.print(fmt::format("history from {} to {}, now at {}\n", to_string(travel->first()), to_string(travel->last()),
                          to_string(travel->now())));
}

constexpr ShellCommand kCommands[] = {
    {"reverse-step", "rs rsi reverse-stepi", "[N]", "go back N instructions", "reverse-step 10", reverse_step},
    {"reverse-next", "rn rni reverse-nexti", "[N]", "go back N instructions; an INT or CALL as a whole", "reverse-next",
     reverse_next},
    {"reverse-continue", "rc", "[N]", "go back to the last stop of a breakpoint, or the N-th", "reverse-continue",
     reverse_continue},
    {"reverse-finish", "rf", "", "go back to the CALL, INT or interrupt that entered the present routine",
     "reverse-finish", reverse_finish},
    {"when-written", "ww who", "ADDRESS", "who wrote a byte last, and when", "when-written 0000:7C40", when_written,
     Does::kLook},
    {"history", "", "", "how far back and ahead one can go", "history", history, Does::kLook},
};

}  // namespace

std::span<const ShellCommand> reverse_commands() { return kCommands; }

}  // namespace bootsim
