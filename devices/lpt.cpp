#include "devices/lpt.h"

namespace devices {

namespace {

// Status: with no cable every input is pulled high; BUSY is inverted on its way, so the port reads busy (bit
// 7 = 0), no acknowledge, out of paper, selected, no error. Bits 2-0 are not connected.
constexpr std::uint8_t kStatusNoPrinter = 0x7F;
constexpr std::uint8_t kControlUnused = 0xC0;  // bits 7-6 read as ones
constexpr std::uint8_t kControlBits = 0x3F;

}  // namespace

ParallelPort::ParallelPort(emu::IoPorts& ports) { ports.claim(0x378, 0x37A, *this, "LPT1"); }

std::uint8_t ParallelPort::peek8(std::uint16_t port) const {
  switch (port & 3) {
    case 0: return state_.data;
    case 1: return kStatusNoPrinter;
    default: return kControlUnused | state_.control;
  }
}

void ParallelPort::out8(std::uint16_t port, std::uint8_t value) {
  if ((port & 3) == 0) state_.data = value;
  if ((port & 3) == 2) state_.control = value & kControlBits;
}

}  // namespace devices
