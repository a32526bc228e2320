// INT 17h: parallel printers.
#include <fmt/core.h>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/call_table.h"

namespace bios {

namespace {

constexpr std::uint16_t kData = 0, kStatus = 1, kControl = 2;
constexpr std::uint8_t kStrobe = 0x01, kInit = 0x04, kSelect = 0x08;
constexpr std::uint8_t kNotBusy = 0x80;
constexpr std::uint8_t kTimedOut = 0x01;

std::uint16_t base_of(Bios& bios, Call& call) {
  const std::uint16_t n = call.regs.dx();
  const std::uint16_t base = n < 3 ? bios.memory().read<std::uint16_t>(bda::kLptPorts + 2u * n) : 0;
  call.set_carry(base == 0);
  return base;
}

// AH as the calls return it: the status port with acknowledge and error inverted and the unused bits 0-2
// clear.
std::uint8_t status_of(Bios& bios, std::uint16_t base) {
  return static_cast<std::uint8_t>((bios.ports().in(base + kStatus, 1) ^ 0x48) & 0xF8);
}

void print(Bios& bios, Call& call) {
  const std::uint16_t base = base_of(bios, call);
  if (base == 0) return;
  bios.ports().out(base + kData, call.regs.al(), 1);
  const std::uint8_t status = status_of(bios, base);
  if (status & kNotBusy) {
    const auto control = static_cast<std::uint8_t>(bios.ports().in(base + kControl, 1));
    bios.ports().out(base + kControl, control | kStrobe, 1);
    bios.ports().out(base + kControl, control & ~kStrobe, 1);
    call.regs.set_ah(status);
  } else {
    call.regs.set_ah(status | kTimedOut);
  }
}

void initialize(Bios& bios, Call& call) {
  const std::uint16_t base = base_of(bios, call);
  if (base == 0) return;
  bios.ports().out(base + kControl, kSelect, 1);
  bios.ports().out(base + kControl, kSelect | kInit, 1);
  call.regs.set_ah(status_of(bios, base));
}

void get_status(Bios& bios, Call& call) {
  const std::uint16_t base = base_of(bios, call);
  if (base != 0) call.regs.set_ah(status_of(bios, base));
}

void describe_port(const CallView& view, Arguments& arguments) {
  arguments.text = fmt::format("LPT{}", view.in.dx() + 1u);
}

constexpr Function kFunctions[] = {
    {0x17, Selector::kAh, 0x00, "print character", "AL character, DX printer", "AH status, bit 0 timed out",
     "RBIL 17-00", print, describe_port},
    {0x17, Selector::kAh, 0x01, "printer initialize", "DX printer", "AH status", "RBIL 17-01", initialize,
     describe_port},
    {0x17, Selector::kAh, 0x02, "printer status", "DX printer", "AH status", "RBIL 17-02", get_status, describe_port},
};

}  // namespace

std::span<const Function> int17_functions() { return kFunctions; }

}  // namespace bios
