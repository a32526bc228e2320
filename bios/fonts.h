// The fonts of the video ROM, in code page 437's order. Made at build time by make_fonts.py.
#pragma once

#include <array>
#include <cstdint>

namespace bios {

/// One byte a line, bit 7 leftmost; glyph n starts at n * height.
extern const std::array<std::uint8_t, 256 * 8> kFont8x8;
extern const std::array<std::uint8_t, 256 * 14> kFont8x14;
extern const std::array<std::uint8_t, 256 * 16> kFont8x16;

}  // namespace bios
