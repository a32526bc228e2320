#include "devices/system_port.h"

namespace devices {

namespace {

// Port 92h (IBM PS/2 Hardware Interface Technical Reference, "System Control Port A").
constexpr std::uint8_t kFastReset = 0x01;
constexpr std::uint8_t kAlternateA20 = 0x02;
// CF9h, RC (82371SB data sheet, §2.5.4).
constexpr std::uint8_t kSystemReset = 0x02;  // SRST: hard rather than soft
constexpr std::uint8_t kResetCpu = 0x04;     // RCPU: 0 -> 1 resets

}  // namespace

SystemPort::SystemPort(emu::IoPorts& ports, emu::SystemControl& system) : system_(system) {
  ports.claim(0x92, 0x92, *this, "system control port A");
  ports.claim(0xCF9, 0xCF9, *this, "reset control");
}

std::uint8_t SystemPort::peek8(std::uint16_t port) const {
  if (port == 0xCF9) return state_.reset_control;
  return static_cast<std::uint8_t>(state_.port92 | (system_.a20() ? kAlternateA20 : 0));
}

void SystemPort::out8(std::uint16_t port, std::uint8_t value) {
  if (port == 0xCF9) {
    const bool was_set = (state_.reset_control & kResetCpu) != 0;
    state_.reset_control = value & (kSystemReset | kResetCpu);
    if (!was_set && (value & kResetCpu)) system_.request_reset("port CF9h");
    return;
  }
  const bool was_set = (state_.port92 & kFastReset) != 0;
  state_.port92 = value & static_cast<std::uint8_t>(~kAlternateA20);
  system_.set_a20((value & kAlternateA20) != 0);
  if (!was_set && (value & kFastReset)) system_.request_reset("port 92h");
}

}  // namespace devices
