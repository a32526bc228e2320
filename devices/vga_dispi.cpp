// The Bochs VBE extension: modes beyond the VGA's by a handful of 16-bit registers.
#include <algorithm>

#include "devices/vga.h"

namespace devices {

using namespace vga;

std::uint32_t Vga::vbe_line_bytes() const {
  const std::uint32_t bits = state_.dispi[kDispiBpp] == 15 ? 16 : state_.dispi[kDispiBpp];
  return state_.dispi[kDispiVirtualWidth] * bits / 8;
}

std::uint16_t Vga::read_dispi() const {
  const auto& d = state_.dispi;
  const bool capabilities = d[kDispiEnable] & kDispiGetCaps;
  switch (state_.dispi_index) {
    case kDispiXres: return capabilities ? kDispiMaxXres : d[kDispiXres];
    case kDispiYres: return capabilities ? kDispiMaxYres : d[kDispiYres];
    case kDispiBpp: return capabilities ? kDispiMaxBpp : d[kDispiBpp];
    case kDispiVideoMemory64K: return kMemorySize >> 16;
    default: return state_.dispi_index < kDispiRegisters ? d[state_.dispi_index] : 0;
  }
}

void Vga::write_dispi(std::uint16_t value) {
  auto& d = state_.dispi;
  switch (state_.dispi_index) {
    case kDispiId:
      if (value >= kDispiId0 && value <= kDispiId5) d[kDispiId] = value;
      return;
    case kDispiXres:
      if (!vbe_enabled() && value <= kDispiMaxXres) d[kDispiXres] = value & ~7;
      return;
    case kDispiYres:
      if (!vbe_enabled() && value <= kDispiMaxYres) d[kDispiYres] = value;
      return;
    case kDispiBpp:
      if (!vbe_enabled() && (value == 8 || value == 15 || value == 16 || value == 24 || value == 32))
        d[kDispiBpp] = value;
      return;
    case kDispiEnable: return enable_dispi(value);
    case kDispiBank: d[kDispiBank] = value & ((kMemorySize >> 16) - 1); return update_layout();
    case kDispiVirtualWidth:
    case kDispiXOffset:
    case kDispiYOffset: d[state_.dispi_index] = value; return limit_dispi();
    default: return;  // the virtual height follows from the width; the memory size is fixed
  }
}

/// Keeps the displayed part inside video memory, whatever was asked.
void Vga::limit_dispi() {
  auto& d = state_.dispi;
  if (!vbe_enabled()) return;
  d[kDispiVirtualWidth] = static_cast<std::uint16_t>(std::clamp<int>(d[kDispiVirtualWidth], d[kDispiXres], 0xFFF8));
  if (vbe_line_bytes() * std::uint64_t{d[kDispiYres]} > kMemorySize) d[kDispiVirtualWidth] = d[kDispiXres];
  const auto height = static_cast<std::uint16_t>(std::min<std::uint64_t>(kMemorySize / vbe_line_bytes(), 0xFFFF));
  d[kDispiVirtualHeight] = height;
  d[kDispiYres] = std::min(d[kDispiYres], height);
  d[kDispiXOffset] = std::min<std::uint16_t>(d[kDispiXOffset], d[kDispiVirtualWidth] - d[kDispiXres]);
  d[kDispiYOffset] = std::min<std::uint16_t>(d[kDispiYOffset], height - d[kDispiYres]);
}

void Vga::enable_dispi(std::uint16_t value) {
  auto& d = state_.dispi;
  const bool was_enabled = vbe_enabled();
  if (d[kDispiXres] == 0 || d[kDispiYres] == 0) value &= ~kDispiEnabled;
  d[kDispiEnable] = value & (kDispiEnabled | kDispiGetCaps | kDispi8BitDac | kDispiLfb | kDispiNoClear);
  if (vbe_enabled() && !was_enabled) {
    d[kDispiBank] = 0;
    d[kDispiVirtualWidth] = d[kDispiXres];
    d[kDispiXOffset] = d[kDispiYOffset] = 0;
    limit_dispi();
    update_layout();
    // Through guest memory: it may hold code that was translated.
    if (!(value & kDispiNoClear) && frame_buffer_)
      memory_.fill(*frame_buffer_, std::uint64_t{vbe_line_bytes()} * d[kDispiYres], 0);
  }
  update_layout();
}

}  // namespace devices
