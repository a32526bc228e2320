// Stands in for positions and history until they are there: weak, so that the real ones take over without a change here.
#include <array>

#include "debugger/disassembler.h"
#include "debugger/machine_names.h"
#include "debugger/time_travel.h"

#define BOOTSIM_PENDING [[gnu::weak]]

namespace debugger {

BOOTSIM_PENDING emu::Position TimeTravel::now() const { return {}; }
BOOTSIM_PENDING emu::Position TimeTravel::first() const { return {}; }
BOOTSIM_PENDING emu::Position TimeTravel::last() const { return {}; }

namespace {

/// Linear addresses that may come next.
std::array<std::uint64_t, 4> successors(const emu::Machine& machine, const Instruction& i) {
  const emu::Registers r = machine.registers();
  const std::uint64_t cs = r[emu::Seg::kCs].base, next = cs + i.offset + static_cast<std::uint64_t>(i.size);
  const auto word = [&](std::uint64_t at) { return std::uint64_t{machine.memory().read<std::uint16_t>(emu::PhysAddr(at))}; };
  const std::uint64_t stack = r[emu::Seg::kSs].base + r.sp();
  std::array<std::uint64_t, 4> result = {next, next, next, next};
  if (i.target) result[1] = (i.target_cs ? std::uint64_t{*i.target_cs} << 4 : cs) + *i.target;
  if (i.interrupt) result[1] = (word(*i.interrupt * 4u + 2u) << 4) + word(*i.interrupt * 4u);
  if (i.flow == Flow::kReturn) {
    result[1] = cs + word(stack);
    result[2] = (word(stack + 2) << 4) + word(stack);
  }
  return result;
}

}  // namespace
}  // namespace debugger

namespace emu {

BOOTSIM_PENDING StopReason Machine::step(std::uint64_t count) {
  debugger::Disassembler disassembler;
  StopReason reason = StopReason::kBreakpoint;
  for (; count > 0 && reason == StopReason::kBreakpoint; --count) {
    const Registers r = registers();
    std::array<std::uint8_t, 15> bytes{};
    debugger::read_linear(*this, r[Seg::kCs].base + r.rip, bytes);
    const auto next = debugger::successors(*this, disassembler.decode(bytes, r.rip, debugger::code_size(*this)));
    for (const std::uint64_t linear : next) add_breakpoint(linear);
    reason = run(kNever);
    for (const std::uint64_t linear : next) remove_breakpoint(linear);
  }
  return reason == StopReason::kBreakpoint ? StopReason::kPosition : reason;
}

}  // namespace emu
