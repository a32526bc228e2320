// INT 1Ah: the time of day, and the PCI BIOS.
#include "bios/int1a.h"

#include <fmt/core.h>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/cmos.h"

namespace bios {

namespace {

void read_ticks(Bios& bios, Call& call) {
  emu::Memory& memory = bios.memory();
  const auto ticks = memory.read<std::uint32_t>(bda::kTicks);
  call.regs.set_cx(static_cast<std::uint16_t>(ticks >> 16));
  call.regs.set_dx(static_cast<std::uint16_t>(ticks));
  call.regs.set_al(memory.read<std::uint8_t>(bda::kMidnight));
  memory.write<std::uint8_t>(bda::kMidnight, 0);
  call.set_carry(false);
  bios.system().note_idle_poll();
}

void set_ticks(Bios& bios, Call& call) {
  bios.memory().write(bda::kTicks, std::uint32_t{call.regs.cx()} << 16 | call.regs.dx());
  bios.memory().write<std::uint8_t>(bda::kMidnight, 0);
  call.succeed();
}

// The registers are stable for 244 us after UIP reads 0 (MC146818 data sheet). An update takes up to 2 ms,
// which passes here on the virtual clock.
bool wait_for_update(Bios& bios) {
  for (int i = 0; i < 40; ++i) {
    if (!(cmos::read(bios.ports(), cmos::kRegisterA) & cmos::kUpdateInProgress)) return true;
    bios.clock().advance(100 * emu::kMicrosecond);
    bios.clock().run_due_events();
  }
  return false;
}

void read_time(Bios& bios, Call& call) {
  if (!wait_for_update(bios)) return call.set_carry(true);
  emu::IoPorts& ports = bios.ports();
  call.regs.set_dh(cmos::read(ports, cmos::kSeconds));
  call.regs.set_cl(cmos::read(ports, cmos::kMinutes));
  call.regs.set_ch(cmos::read(ports, cmos::kHours));
  call.regs.set_dl(cmos::read(ports, cmos::kRegisterB) & cmos::kDaylightSaving);
  call.regs.set_ah(0);
  call.regs.set_al(call.regs.ch());  // as AT BIOSes leave it
  call.set_carry(false);
  bios.system().note_idle_poll();
}

void set_time(Bios& bios, Call& call) {
  emu::IoPorts& ports = bios.ports();
  wait_for_update(bios);
  cmos::write(ports, cmos::kSeconds, call.regs.dh());
  cmos::write(ports, cmos::kMinutes, call.regs.cl());
  cmos::write(ports, cmos::kHours, call.regs.ch());
  const auto b = static_cast<std::uint8_t>((cmos::read(ports, cmos::kRegisterB) & (cmos::kPeriodic | cmos::kAlarm)) |
                                           cmos::k24Hours | (call.regs.dl() & cmos::kDaylightSaving));
  cmos::write(ports, cmos::kRegisterB, b);
  call.regs.set_ah(0);
  call.regs.set_al(b);
  call.set_carry(false);
}

void read_date(Bios& bios, Call& call) {
  call.regs.set_ah(0);
  if (!wait_for_update(bios)) return call.set_carry(true);
  emu::IoPorts& ports = bios.ports();
  call.regs.set_cl(cmos::read(ports, cmos::kYear));
  call.regs.set_dh(cmos::read(ports, cmos::kMonth));
  call.regs.set_dl(cmos::read(ports, cmos::kDay));
  call.regs.set_ch(cmos::read(ports, cmos::kCentury));
  call.regs.set_al(call.regs.ch());
  call.set_carry(false);
}

void set_date(Bios& bios, Call& call) {
  emu::IoPorts& ports = bios.ports();
  wait_for_update(bios);
  cmos::write(ports, cmos::kYear, call.regs.cl());
  cmos::write(ports, cmos::kMonth, call.regs.dh());
  cmos::write(ports, cmos::kDay, call.regs.dl());
  cmos::write(ports, cmos::kCentury, call.regs.ch());
  const auto b = static_cast<std::uint8_t>(cmos::read(ports, cmos::kRegisterB) & ~cmos::kSet);
  cmos::write(ports, cmos::kRegisterB, b);
  call.regs.set_ah(0);
  call.regs.set_al(b);
  call.set_carry(false);
}

// INT 4Ah comes when the RTC reaches the time.
void set_alarm(Bios& bios, Call& call) {
  emu::IoPorts& ports = bios.ports();
  const std::uint8_t b = cmos::read(ports, cmos::kRegisterB);
  call.regs.set_ax(0);
  if (b & cmos::kAlarm) return call.set_carry(true);
  cmos::write(ports, cmos::kSecondsAlarm, call.regs.dh());
  cmos::write(ports, cmos::kMinutesAlarm, call.regs.cl());
  cmos::write(ports, cmos::kHoursAlarm, call.regs.ch());
  cmos::write(ports, cmos::kRegisterB, static_cast<std::uint8_t>((b & ~cmos::kSet) | cmos::kAlarm));
  call.set_carry(false);
}

void reset_alarm(Bios& bios, Call& call) {
  const std::uint8_t b = cmos::read(bios.ports(), cmos::kRegisterB);
  cmos::write(bios.ports(), cmos::kRegisterB, static_cast<std::uint8_t>(b & ~(cmos::kSet | cmos::kAlarm)));
  call.regs.set_ah(0);
  call.regs.set_al(b);
  call.set_carry(false);
}

void describe_ticks(const CallView& view, Outcome& outcome) {
  outcome.text = fmt::format("{} ticks", std::uint32_t{view.out->cx()} << 16 | view.out->dx());
}

void describe_time(const CallView& view, Outcome& outcome) {
  outcome.text = fmt::format("{:02x}:{:02x}:{:02x}", view.out->ch(), view.out->cl(), view.out->dh());
}

void describe_date(const CallView& view, Outcome& outcome) {
  outcome.text =
      fmt::format("{:02x}{:02x}-{:02x}-{:02x}", view.out->ch(), view.out->cl(), view.out->dh(), view.out->dl());
}

using namespace int1a;

constexpr Function kFunctions[] = {
    {0x1A, Selector::kAh, 0x00, "read ticks", "", "CX:DX ticks, AL midnights", "RBIL 1A-00", read_ticks, nullptr,
     describe_ticks},
    {0x1A, Selector::kAh, 0x01, "set ticks", "CX:DX ticks", "", "RBIL 1A-01", set_ticks},
    {0x1A, Selector::kAh, 0x02, "read RTC time", "", "CF, CH CL DH time (BCD), DL daylight saving", "RBIL 1A-02",
     read_time, nullptr, describe_time},
    {0x1A, Selector::kAh, 0x03, "set RTC time", "CH CL DH time (BCD), DL daylight saving", "", "RBIL 1A-03", set_time},
    {0x1A, Selector::kAh, 0x04, "read RTC date", "", "CF, CH CL DH DL date (BCD)", "RBIL 1A-04", read_date, nullptr,
     describe_date},
    {0x1A, Selector::kAh, 0x05, "set RTC date", "CH CL DH DL date (BCD)", "", "RBIL 1A-05", set_date},
    {0x1A, Selector::kAh, 0x06, "set RTC alarm", "CH CL DH time (BCD)", "CF set: one is set already", "RBIL 1A-06",
     set_alarm},
    {0x1A, Selector::kAh, 0x07, "cancel RTC alarm", "", "", "RBIL 1A-07", reset_alarm},
    {0x1A, Selector::kAx, 0xB101, "PCI BIOS present", "",
     "CF, AH 0, AL mechanisms, BX version, CL last bus, EDX 'PCI ', EDI entry", "PCI BIOS 2.1 §4.2.1", pci_present},
    {0x1A, Selector::kAx, 0xB102, "PCI find device", "CX device, DX vendor, SI number", "CF, AH status, BX address",
     "PCI BIOS 2.1 §4.2.2", pci_find_device, describe_pci_device, describe_pci_found},
    {0x1A, Selector::kAx, 0xB103, "PCI find class", "ECX class, SI number", "CF, AH status, BX address",
     "PCI BIOS 2.1 §4.2.3", pci_find_class, describe_pci_device, describe_pci_found},
    {0x1A, Selector::kAx, 0xB108, "PCI read byte", "BX address, DI register", "CF, AH status, CL",
     "PCI BIOS 2.1 §4.4.1", pci_read_byte, describe_pci_register},
    {0x1A, Selector::kAx, 0xB109, "PCI read word", "BX address, DI register", "CF, AH status, CX",
     "PCI BIOS 2.1 §4.4.2", pci_read_word, describe_pci_register},
    {0x1A, Selector::kAx, 0xB10A, "PCI read dword", "BX address, DI register", "CF, AH status, ECX",
     "PCI BIOS 2.1 §4.4.3", pci_read_dword, describe_pci_register},
    {0x1A, Selector::kAx, 0xB10B, "PCI write byte", "BX address, DI register, CL", "CF, AH status",
     "PCI BIOS 2.1 §4.4.4", pci_write_byte, describe_pci_register},
    {0x1A, Selector::kAx, 0xB10C, "PCI write word", "BX address, DI register, CX", "CF, AH status",
     "PCI BIOS 2.1 §4.4.5", pci_write_word, describe_pci_register},
    {0x1A, Selector::kAx, 0xB10D, "PCI write dword", "BX address, DI register, ECX", "CF, AH status",
     "PCI BIOS 2.1 §4.4.6", pci_write_dword, describe_pci_register},
    {0x1A, Selector::kAh, 0xB1, "PCI BIOS, other", "AL function", "CF, AH 81h", "PCI BIOS 2.1 §4.1", pci_unsupported},
};

}  // namespace

std::span<const Function> int1a_functions() { return kFunctions; }

}  // namespace bios
