// INT 15h/53xxh: Advanced Power Management 1.2, for a PC on mains that knows only "off".

#include <fmt/core.h>

#include "bios/bios.h"
#include "bios/int15.h"
#include "bios/rom_labels.h"

namespace bios::int15 {

namespace {
constexpr std::uint8_t kNoEvent = 0x80;
constexpr std::uint16_t kAllDevices = 0x0001, kOff = 0x0003;
constexpr std::uint16_t kSegmentSize = 0xFFF0;
constexpr std::uint16_t kVersion = 0x0102;
}  // namespace

void apm_installation_check(Bios&, Call& call) {
  constexpr std::uint16_t k16BitInterface = 1, k32BitInterface = 2;
  call.regs.set_ax(kVersion);
  call.regs.set_bx(0x504D);  // "PM"
  call.regs.set_cx(k16BitInterface | k32BitInterface);
  call.set_carry(false);
}

void apm_accept(Bios&, Call& call) { call.set_carry(false); }
void apm_connect_real(Bios&, Call& call) { call.set_carry(false); }

void apm_connect_16(Bios&, Call& call) {
  call.regs.set_ax(rom::kSegment);
  call.regs.set_bx(rom::kApmEntry16);
  call.regs.set_cx(rom::kSegment);
  call.regs.set_si(kSegmentSize);
  call.regs.set_di(kSegmentSize);
  call.set_carry(false);
}

void apm_connect_32(Bios&, Call& call) {
  call.regs.set_ax(rom::kSegment);
  call.regs.set_ebx(rom::kApmEntry32);
  call.regs.set_cx(rom::kSegment);
  call.regs.set_dx(rom::kSegment);
  call.regs.set_esi(std::uint32_t{kSegmentSize} << 16 | kSegmentSize);
  call.regs.set_di(kSegmentSize);
  call.set_carry(false);
}

void apm_idle(Bios& bios, Call& call) {
  bios.system().note_idle_poll();
  call.set_carry(false);
}

void apm_set_power_state(Bios& bios, Call& call) {
  call.set_carry(false);
  if (call.regs.bx() == kAllDevices && call.regs.cx() == kOff) bios.system().power_off("APM");
}

void apm_power_status(Bios&, Call& call) {
  call.regs.set_bx(0x01FF);  // on mains, battery unknown
  call.regs.set_cx(0x80FF);  // no system battery, percentage unknown
  call.regs.set_dx(0xFFFF);  // time unknown
  call.regs.set_si(0);
  call.set_carry(false);
}

void apm_no_event(Bios&, Call& call) { call.fail(kNoEvent); }

void apm_driver_version(Bios&, Call& call) {
  call.regs.set_ax(kVersion);
  call.set_carry(false);
}

void apm_capabilities(Bios&, Call& call) {
  call.regs.set_bl(0);
  call.regs.set_cx(0);
  call.set_carry(false);
}

void describe_power_state(const CallView& view, Arguments& arguments) {
  arguments.text = fmt::format("device {:04X}h state {}", view.in.bx(), view.in.cx());
}

}  // namespace bios::int15
