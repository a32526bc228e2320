#include "bios/edid.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace bios {

namespace {

using Block = std::array<std::uint8_t, 128>;

/// Three letters of five bits, A = 1, first letter highest (E-EDID A1 §3.4.1).
constexpr std::uint16_t manufacturer(std::string_view letters) {
  return static_cast<std::uint16_t>((letters[0] - '@') << 10 | (letters[1] - '@') << 5 | (letters[2] - '@'));
}

template <std::size_t N>
void put(Block& block, std::size_t at, const std::array<std::uint8_t, N>& bytes) {
  std::copy(bytes.begin(), bytes.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
}

/// One direction of a detailed timing.
struct Axis {
  unsigned active, blanking, sync_offset, sync_width, millimetres;
};

/// A detailed timing descriptor (E-EDID A1 table 3.16): separate syncs, both negative.
std::array<std::uint8_t, 18> detailed_timing(unsigned ten_khz, const Axis& h, const Axis& v) {
  const auto low = [](unsigned value) { return static_cast<std::uint8_t>(value); };
  return {low(ten_khz),
          low(ten_khz >> 8),
          low(h.active),
          low(h.blanking),
          low((h.active >> 8) << 4 | h.blanking >> 8),
          low(v.active),
          low(v.blanking),
          low((v.active >> 8) << 4 | v.blanking >> 8),
          low(h.sync_offset),
          low(h.sync_width),
          low((v.sync_offset & 15) << 4 | (v.sync_width & 15)),
          low((h.sync_offset >> 8) << 6 | (h.sync_width >> 8) << 4 | (v.sync_offset >> 4) << 2 | v.sync_width >> 4),
          low(h.millimetres),
          low(v.millimetres),
          low((h.millimetres >> 8) << 4 | v.millimetres >> 8),
          0,
          0,
          0x18};
}

}  // namespace

std::array<std::uint8_t, 128> edid_block() {
  Block block{};
  put<8>(block, 0x00, {0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00});
  constexpr std::uint16_t kMaker = manufacturer("BSM");
  put<4>(block, 0x08, {kMaker >> 8, kMaker & 0xFF, 1, 0});  // product 1
  block[0x11] = 35;                                         // made in 1990 + 35
  put<2>(block, 0x12, {1, 3});
  // Analogue, separate syncs; 32 x 24 cm; gamma 2.20; RGB, sRGB its standard, and the first detailed timing is the
  // preferred one.
  put<5>(block, 0x14, {0x08, 32, 24, 120, 0x0E});
  put<10>(block, 0x19, {0xEE, 0x91, 0xA3, 0x54, 0x4C, 0x99, 0x26, 0x0F, 0x50, 0x54});  // the primaries of sRGB
  put<2>(block, 0x23, {0xA1, 0x08});            // established: 720x400@70, 640x480@60, 800x600@60; 1024x768@60
  std::fill_n(block.begin() + 0x26, 16, 0x01);  // no standard timings
  // VESA DMT 1.13, 1024x768 at 60 Hz: 65.00 MHz.
  put<18>(block, 0x36, detailed_timing(6500, {1024, 320, 24, 136, 320}, {768, 38, 3, 6, 240}));
  put<18>(block, 0x48,
          {0, 0, 0, 0xFD, 0, 50, 75, 30, 60, 8, 0, '\n', ' ', ' ', ' ', ' ', ' ', ' '});  // Hz, kHz, 80 MHz
  put<18>(block, 0x5A, {0, 0, 0, 0xFC, 0, 'b', 'o', 'o', 't', 's', 'i', 'm', '\n', ' ', ' ', ' ', ' ', ' '});
  block[0x6C + 3] = 0x10;  // the fourth descriptor is unused
  block[0x7F] = static_cast<std::uint8_t>(-std::accumulate(block.begin(), block.end() - 1, 0));
  return block;
}

}  // namespace bios
