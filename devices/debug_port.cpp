#include "devices/debug_port.h"

namespace devices {

namespace {
constexpr std::uint8_t kPresent = 0xE9;  // what Bochs and QEMU answer
}

DebugPort::DebugPort(emu::IoPorts& ports) {
  ports.claim(0xE9, 0xE9, *this, "debug console (Bochs)");
  ports.claim(0x402, 0x402, *this, "debug console (SeaBIOS)");
}

void DebugPort::out8(std::uint16_t, std::uint8_t value) {
  if (sink) sink(value);
}

std::uint8_t DebugPort::peek8(std::uint16_t) const { return kPresent; }

}  // namespace devices
