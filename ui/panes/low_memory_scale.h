// A strip of the first megabyte on which what matters at boot is wide enough to be seen.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace ui {

/// Piecewise linear: the first 4 KiB, up to 64 KiB, base memory and what is above it each have their share.
class LowMemoryScale {
 public:
  static constexpr std::uint64_t kEnd = 0x100000;

  /// From 0 to 1.
  static float part_of(std::uint64_t address) {
    address = std::min(address, kEnd);
    for (std::size_t i = 1; i < kStops.size(); ++i) {
      const Stop &from = kStops[i - 1], &to = kStops[i];
      if (address <= to.address)
        return from.part + (to.part - from.part) * static_cast<float>(address - from.address) /
                               static_cast<float>(to.address - from.address);
    }
    return 1;
  }
  static std::uint64_t address_at(float part) {
    part = std::clamp(part, 0.0F, 1.0F);
    for (std::size_t i = 1; i < kStops.size(); ++i) {
      const Stop &from = kStops[i - 1], &to = kStops[i];
      if (part <= to.part) {
        const float within = (part - from.part) / (to.part - from.part);
        return std::min(
            from.address + static_cast<std::uint64_t>(within * static_cast<float>(to.address - from.address)),
            kEnd - 1);
      }
    }
    return kEnd - 1;
  }

 private:
  struct Stop {
    std::uint64_t address;
    float part;
  };
  static constexpr std::array<Stop, 5> kStops = {
      {{0, 0}, {0x1000, 0.12F}, {0x10000, 0.38F}, {0xA0000, 0.75F}, {kEnd, 1}}};
};

}  // namespace ui
