// INT 14h: serial ports.
#include <algorithm>

#include <fmt/core.h>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/call_table.h"

namespace bios {

namespace {

// 8250/16550 registers (National PC16550D data sheet).
constexpr std::uint16_t kData = 0, kInterruptEnable = 1, kLineControl = 3, kModemControl = 4, kLineStatus = 5,
                        kModemStatus = 6;
constexpr std::uint8_t kDivisorLatch = 0x80;
constexpr std::uint8_t kDataReady = 0x01, kTransmitterEmpty = 0x60;
constexpr std::uint8_t kDtrRts = 0x03;
constexpr std::uint8_t kTimedOut = 0x80;

struct Port {
  emu::IoPorts& ports;
  std::uint16_t base;
  std::uint8_t in(std::uint16_t reg) const { return static_cast<std::uint8_t>(ports.in(base + reg, 1)); }
  void out(std::uint16_t reg, std::uint8_t value) const { ports.out(base + reg, value, 1); }
};

// Base address of COM(DX + 1), or 0 with CF set.
std::uint16_t base_of(Bios& bios, Call& call) {
  const std::uint16_t n = call.regs.dx();
  const std::uint16_t base = n < 4 ? bios.memory().read<std::uint16_t>(bda::kComPorts + 2u * n) : 0;
  call.set_carry(base == 0);
  return base;
}

// The time-out at 40:7C counts in ticks of the BIOS timer here, as in SeaBIOS; IBM's counted turns of a loop.
emu::Nanoseconds timeout(Bios& bios, std::uint16_t port) {
  return bios.memory().read<std::uint8_t>(bda::kComTimeouts + port) * 54'925 * emu::kMicrosecond;
}

// Waits, with the chip's events but without interrupts, until `ready` holds or the time-out is over.
template <class Ready>
bool poll(Bios& bios, emu::Nanoseconds limit, Ready ready) {
  const emu::Nanoseconds end = bios.clock().now() + limit;
  while (!ready()) {
    const emu::Nanoseconds now = bios.clock().now();
    if (now >= end) return false;
    const emu::Nanoseconds next =
        std::min(std::max(bios.clock().next_event(), now + emu::kMicrosecond), now + 100 * emu::kMicrosecond);
    bios.clock().advance(std::min(next, end) - now);
    bios.clock().run_due_events();
  }
  return true;
}

void initialize(Bios& bios, Call& call) {
  const std::uint16_t base = base_of(bios, call);
  if (base == 0) return;
  const Port port{bios.ports(), base};
  // AL bits 7-5: 110 baud, then 150 doubled each time; the clock is 115200 = 1843200 / 16.
  const unsigned rate = call.regs.al() >> 5;
  const unsigned divisor = rate == 0 ? 1047 : 0x600 >> rate;
  port.out(kLineControl, kDivisorLatch);
  port.out(kData, static_cast<std::uint8_t>(divisor));
  port.out(kInterruptEnable, static_cast<std::uint8_t>(divisor >> 8));
  port.out(kLineControl, call.regs.al() & 0x1F);
  call.regs.set_ah(port.in(kLineStatus));
  call.regs.set_al(port.in(kModemStatus));
}

void send(Bios& bios, Call& call) {
  const std::uint16_t base = base_of(bios, call);
  if (base == 0) return;
  const Port port{bios.ports(), base};
  port.out(kModemControl, static_cast<std::uint8_t>(port.in(kModemControl) | kDtrRts));
  std::uint8_t status = 0;
  const bool ready = poll(bios, timeout(bios, call.regs.dx()), [&] {
    status = port.in(kLineStatus);
    return (status & kTransmitterEmpty) == kTransmitterEmpty;
  });
  if (ready) port.out(kData, call.regs.al());
  call.regs.set_ah(ready ? status : status | kTimedOut);
}

void receive(Bios& bios, Call& call) {
  const std::uint16_t base = base_of(bios, call);
  if (base == 0) return;
  const Port port{bios.ports(), base};
  port.out(kModemControl, static_cast<std::uint8_t>(port.in(kModemControl) | kDtrRts));
  std::uint8_t status = 0;
  const bool ready = poll(bios, timeout(bios, call.regs.dx()), [&] {
    status = port.in(kLineStatus);
    return (status & kDataReady) != 0;
  });
  if (ready) call.regs.set_al(port.in(kData));
  call.regs.set_ah(ready ? status : status | kTimedOut);
}

void get_status(Bios& bios, Call& call) {
  const std::uint16_t base = base_of(bios, call);
  if (base == 0) return;
  const Port port{bios.ports(), base};
  call.regs.set_ah(port.in(kLineStatus));
  call.regs.set_al(port.in(kModemStatus));
}

void describe_port(const CallView& view, Arguments& arguments) {
  arguments.text = fmt::format("COM{}", view.in.dx() + 1u);
}

void describe_send(const CallView& view, Arguments& arguments) {
  arguments.text = fmt::format("COM{} {:02X}h", view.in.dx() + 1u, view.in.al());
}

constexpr Function kFunctions[] = {
    {0x14, Selector::kAh, 0x00, "serial initialize", "AL parameters, DX port", "AH line status, AL modem status",
     "RBIL 14-00", initialize, describe_port},
    {0x14, Selector::kAh, 0x01, "serial write", "AL character, DX port", "AH line status, bit 7 timed out",
     "RBIL 14-01", send, describe_send},
    {0x14, Selector::kAh, 0x02, "serial read", "DX port", "AL character, AH line status, bit 7 timed out", "RBIL 14-02",
     receive, describe_port},
    {0x14, Selector::kAh, 0x03, "serial status", "DX port", "AH line status, AL modem status", "RBIL 14-03", get_status,
     describe_port},
};

}  // namespace

std::span<const Function> int14_functions() { return kFunctions; }

}  // namespace bios
