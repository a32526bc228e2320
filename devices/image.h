// A picture in memory: what the display shows, ready for a file or a window.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace devices {

/// 24-bit RGB, rows from the top, no padding.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;  ///< width * height * 3 bytes

  Image() = default;
  Image(int w, int h) : width(w), height(h), rgb(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 3) {}

  /// Colour as 0xRRGGBB. (x, y) must lie inside.
  void set(int x, int y, std::uint32_t colour) {
    std::uint8_t* p = &rgb[offset(x, y)];
    p[0] = static_cast<std::uint8_t>(colour >> 16);
    p[1] = static_cast<std::uint8_t>(colour >> 8);
    p[2] = static_cast<std::uint8_t>(colour);
  }
  std::uint32_t at(int x, int y) const {
    const std::uint8_t* p = &rgb[offset(x, y)];
    return std::uint32_t{p[0]} << 16 | std::uint32_t{p[1]} << 8 | p[2];
  }

 private:
  std::size_t offset(int x, int y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3;
  }
};

}  // namespace devices
