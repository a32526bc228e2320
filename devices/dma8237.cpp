#include "devices/dma8237.h"

namespace devices {

namespace {

// Registers of a controller after its eight address and count registers (data sheet, figure 6).
enum Register {
  kCommandStatus = 8,
  kRequest = 9,
  kSingleMask = 10,
  kMode = 11,
  kClearFlipFlop = 12,
  kMasterClear = 13,  // reads the temporary register
  kClearMask = 14,
  kAllMask = 15,
};

struct Place {
  std::size_t controller;
  int reg;
};

/// The secondary's registers lie two ports apart, as its address lines start at A1.
Place place_of(std::uint16_t port) {
  if (port < 0x10) return {0, port};
  return {1, (port - 0xC0) >> 1};
}

bool is_page(std::uint16_t port) { return (port & 0xF0) == 0x80; }

void master_clear(Dma8237::Controller& c) {
  c.command = c.status = c.request = c.temporary = 0;
  c.mask = 0x0F;
  c.high_byte = false;
}

std::uint8_t with_bit(std::uint8_t bits, std::uint8_t value) {
  const auto bit = static_cast<std::uint8_t>(1u << (value & 3));
  return static_cast<std::uint8_t>(value & 4 ? bits | bit : bits & ~bit);
}

/// The base and the current register are written together.
void write_half(std::uint16_t& base, std::uint16_t& current, bool high, std::uint8_t value) {
  base = static_cast<std::uint16_t>(high ? (base & 0x00FF) | value << 8 : (base & 0xFF00) | value);
  current = base;
}

}  // namespace

Dma8237::Dma8237(emu::IoPorts& ports) {
  ports.claim(0x00, 0x0F, *this, "8237A DMA, primary");
  ports.claim(0x80, 0x8F, *this, "DMA page registers");
  ports.claim(0xC0, 0xDF, *this, "8237A DMA, secondary");
}

std::uint8_t Dma8237::in8(std::uint16_t port) {
  const std::uint8_t value = peek8(port);
  if (is_page(port)) return value;
  const auto [index, reg] = place_of(port);
  Controller& c = state_.controllers[index];
  if (reg < 8) c.high_byte = !c.high_byte;
  if (reg == kCommandStatus) c.status &= 0xF0;  // reading clears the terminal counts
  return value;
}

std::uint8_t Dma8237::peek8(std::uint16_t port) const {
  if (is_page(port)) return state_.pages[port & 15];
  const auto [index, reg] = place_of(port);
  const Controller& c = state_.controllers[index];
  if (reg < 8) {
    const Channel& channel = c.channels[static_cast<std::size_t>(reg) >> 1];
    const std::uint16_t value = reg & 1 ? channel.count : channel.address;
    return static_cast<std::uint8_t>(c.high_byte ? value >> 8 : value);
  }
  if (reg == kCommandStatus) return c.status;
  if (reg == kMasterClear) return c.temporary;
  if (reg == kAllMask) return static_cast<std::uint8_t>(0xF0 | c.mask);
  return 0xFF;
}

void Dma8237::out8(std::uint16_t port, std::uint8_t value) {
  if (is_page(port)) {
    state_.pages[port & 15] = value;
    return;
  }
  const auto [index, reg] = place_of(port);
  Controller& c = state_.controllers[index];
  if (reg < 8) {
    Channel& channel = c.channels[static_cast<std::size_t>(reg) >> 1];
    if (reg & 1)
      write_half(channel.base_count, channel.count, c.high_byte, value);
    else
      write_half(channel.base_address, channel.address, c.high_byte, value);
    c.high_byte = !c.high_byte;
    return;
  }
  switch (reg) {
    case kCommandStatus: c.command = value; break;
    case kRequest: c.request = with_bit(c.request, value); break;
    case kSingleMask: c.mask = with_bit(c.mask, value); break;
    case kMode: c.channels[value & 3].mode = value; break;
    case kClearFlipFlop: c.high_byte = false; break;
    case kMasterClear: master_clear(c); break;
    case kClearMask: c.mask = 0; break;
    case kAllMask: c.mask = value & 0x0F; break;
  }
}

}  // namespace devices
