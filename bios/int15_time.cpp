// INT 15h: waits.
#include <fmt/core.h>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/cmos.h"
#include "bios/int15.h"

namespace bios::int15 {

namespace {
constexpr std::uint8_t kWaitInProgress = 0x83, kUnsupported = 0x86;

std::uint32_t microseconds(const emu::Registers& regs) { return std::uint32_t{regs.cx()} << 16 | regs.dx(); }

bool busy(Bios& bios) { return bios.memory().read<std::uint8_t>(bda::kWaitActive) & 1; }

void set_periodic_interrupt(Bios& bios, bool on) {
  const std::uint8_t b = cmos::read(bios.ports(), cmos::kRegisterB);
  cmos::write(bios.ports(), cmos::kRegisterB,
              static_cast<std::uint8_t>(on ? b | cmos::kPeriodic : b & ~cmos::kPeriodic));
}
}  // namespace

// INT 70h counts down; see hardware_interrupts.cpp.
void event_wait(Bios& bios, Call& call) {
  emu::Memory& memory = bios.memory();
  switch (call.regs.al()) {
    case 0:
      if (busy(bios)) return call.fail(kUnsupported);  // RBIL 15-83 and SeaBIOS; 83h is for AH=86h alone
      memory.write<std::uint8_t>(bda::kWaitActive, 1);
      memory.write(bda::kUserFlag, std::uint32_t{call.regs.es()} << 16 | call.regs.bx());
      memory.write(bda::kUserMicroseconds, microseconds(call.regs));
      set_periodic_interrupt(bios, true);
      call.set_carry(false);
      break;
    case 1:
      memory.write<std::uint8_t>(bda::kWaitActive, 0);
      set_periodic_interrupt(bios, false);
      call.set_carry(false);
      break;
    default: call.fail(kUnsupported);
  }
}

// A real BIOS counts the RTC's 976 us interrupts; here the time is exact.
void wait(Bios& bios, Call& call) {
  if (busy(bios)) return call.fail(kWaitInProgress);
  call.take_time(microseconds(call.regs) * emu::kMicrosecond);
  call.set_carry(false);
}

void describe_wait(const CallView& view, Arguments& arguments) {
  arguments.text = fmt::format("{} us", microseconds(view.in));
}

}  // namespace bios::int15
