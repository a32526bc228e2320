// Steps of the debugger, ahead and back: one instruction, a call as a whole, out of a routine.
#include <algorithm>

#include <fmt/core.h>

#include "debugger/debugger.h"
#include "debugger/routine_ends.h"
#include "debugger/views/call_stack.h"

namespace debugger {
namespace {

/// A stop of ours, which no list of breakpoints shows.
Breakpoint internal_at(std::uint64_t linear) {
  Breakpoint b{.kind = BreakKind::kAddress, .text = {}};
  b.first = b.last = linear;
  b.internal = true;
  return b;
}

std::uint64_t stack_pointer(const emu::Registers& r) { return r[emu::Seg::kSs].base + r[emu::Gpr::kSp]; }

}  // namespace

// --- Ahead

Stop Debugger::step(std::uint64_t count) {
  if (stands_crashed()) return stop_ = crash_->second;
  const Motion motion(*this);
  stands_.reset();
  emu::StopReason reason = emu::StopReason::kPosition;
  // In pieces, so that Ctrl-C or a limit ends a long one.
  constexpr std::uint64_t kPiece = 256;
  quietly([&] {
    for (;;) {
      const std::uint64_t piece = std::min(count, kPiece);
      reason = travel_ ? travel_->step(piece) : target_.machine.step(piece);
      count -= piece;
      if (count == 0 || reason != emu::StopReason::kPosition || ends_early()) return true;
    }
  });
  if (count > 0 && reason == emu::StopReason::kPosition) return ended_early();
  return machine_stopped(reason);
}

Stop Debugger::next() {
  const Motion motion(*this);
  const Instruction instruction = here();
  const bool whole = instruction.flow == Flow::kCall || instruction.flow == Flow::kInterrupt ||
                     instruction.flow == Flow::kLoop || instruction.flow == Flow::kRepeat;
  if (!whole) return step();
  const emu::Registers before = target_.machine.registers();
  const std::uint64_t behind =
      before[emu::Seg::kCs].base + instruction.offset + static_cast<std::uint64_t>(instruction.size);
  const int id = breakpoints_.add(internal_at(behind));
  Stop stop;
  // A deeper recursion passes the same address with less stack.
  do {
    stop = run();
  } while (stop.cause == StopCause::kArrived && stack_pointer(target_.machine.registers()) < stack_pointer(before));
  breakpoints_.remove(id);
  return stop.cause == StopCause::kArrived ? stand(StopCause::kStep, {}) : stop;
}

Stop Debugger::finish() {
  const Motion motion(*this);
  const std::uint64_t stack = stack_pointer(target_.machine.registers());
  const auto ends =
      routine_ends(disassembler_, code_reader(), target_.machine.registers().rip, code_size(target_.machine));
  if (ends && !ends->empty()) {
    if (Stop stop = run_to_return(*ends, stack); stop.cause != StopCause::kArrived) return stop;
  }
  return step_to_return(stack);
}

bool Debugger::returns(std::uint64_t stack) {
  return here().flow == Flow::kReturn && stack_pointer(target_.machine.registers()) >= stack;
}

/// To one of these RETs with the stack not deeper than it is now: a recursion's are passed.
Stop Debugger::run_to_return(const std::vector<std::uint64_t>& ends, std::uint64_t stack) {
  if (returns(stack)) return stand(StopCause::kArrived, {});
  const std::uint64_t base = target_.machine.registers()[emu::Seg::kCs].base;
  std::vector<int> ids;
  for (const std::uint64_t end : ends) ids.push_back(breakpoints_.add(internal_at(base + end)));
  Stop stop;
  do {
    stop = run();
  } while (stop.cause == StopCause::kArrived && !returns(stack));
  for (const int id : ids) breakpoints_.remove(id);
  return stop;
}

/// Instruction by instruction; slow, but no jump gets away.
Stop Debugger::step_to_return(std::uint64_t stack) {
  for (;;) {
    const bool last = returns(stack);
    Stop stop = last ? step() : next();
    if (stop.cause != StopCause::kStep) return stop;
    if (last) return stand(StopCause::kArrived, fmt::format("returned to {}", place()));
    if (ends_early()) return ended_early();
  }
}

// --- Back

Stop Debugger::reverse_step(std::uint64_t count) {
  TimeTravel& travel = history();
  stands_.reset();
  const Motion motion(*this);
  const TimeTravel::Abandoning abandoning(travel, [this] { return ends_early(); });
  const bool arrived = quietly([&] { return travel.step_back(count); });
  if (abandoning.happened()) return ended_early();
  return arrived ? stand(StopCause::kStep, {}) : beginning();
}

Stop Debugger::reverse_next() {
  const std::uint64_t linear = linear_ip(), stack = stack_pointer(target_.machine.registers());
  const emu::Position from = target_.machine.position();
  Stop stop = reverse_step();
  if (stop.cause != StopCause::kStep || here().flow != Flow::kReturn) return stop;
  // Something returned: the INT or CALL that ends where we were is meant, with the stack as it is after the return.
  quietly([&] { return history().go_to(from); });
  const auto before = code_before(target_.machine.registers().rip, 1);
  const bool called = !before.empty() && (before[0].flow == Flow::kCall || before[0].flow == Flow::kInterrupt);
  if (!called) return reverse_step();
  const std::uint64_t caller = linear - static_cast<std::uint64_t>(before[0].size);
  const int id = breakpoints_.add(internal_at(caller));
  const bool found = quietly([&] {
    return history().go_back_to([&](emu::StopReason reason) {
      return reason == emu::StopReason::kBreakpoint && target_.machine.breakpoint_address() == caller &&
             stack_pointer(target_.machine.registers()) == stack;
    });
  });
  breakpoints_.remove(id);
  if (found) return stand(StopCause::kStep, {});
  quietly([&] { return history().go_to(from); });  // an IRQ, or a jump dressed up as a return
  return reverse_step();
}

/// To before what pushed the innermost return address of the stack. False: none does, and the machine is anywhere.
bool Debugger::find_entry() {
  TimeTravel& travel = history();
  const emu::Position now = target_.machine.position();
  constexpr std::uint64_t kDepth = 512;
  for (const views::Frame& f : views::entry_candidates(target_.machine, disassembler_, symbols_, kDepth)) {
    travel.go_to(now);
    const auto where = target_.machine.translate(f.stack);
    const auto call = linear_address(target_.machine, f.cs, f.offset);
    const auto written = where && call ? travel.last_write(*where) : std::nullopt;
    if (!written || !travel.go_to(written->access.position)) continue;
    const bool irq = f.kind == views::Frame::Kind::kIrq;
    if (written->access.delivery && (written->access.instruction != f.resumes || !travel.step_back())) continue;
    if (irq ? written->access.instruction == f.resumes : linear_ip() == *call) return true;
  }
  return false;
}

Stop Debugger::reverse_finish() {
  history();
  const emu::Position from = target_.machine.position();
  const Motion motion(*this);
  stands_.reset();
  if (quietly([&] { return find_entry(); })) return stand(StopCause::kArrived, fmt::format("entered from {}", place()));
  quietly([&] { return history().go_to(from); });
  std::optional<emu::Position> entry;  // on the stack of the mode that this one was entered from
  visit_mode_entry([&] {
    if (find_entry()) entry = target_.machine.position();
  });
  if (entry && quietly([&] { return history().go_to(*entry); }))
    return stand(StopCause::kArrived, fmt::format("entered from {}", place()));
  throw emu::Error(emu::ErrorKind::kUsage,
                   "nothing on the stack was pushed by a CALL or an interrupt, as far as history goes; "
                   "reverse-step and reverse-continue go back without one");
}

}  // namespace debugger
