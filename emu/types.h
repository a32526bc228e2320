// Small strong types for the numbers that are easily confused in this field.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace emu {

/// Virtual time in nanoseconds since power-on. Never derived from the host's clock.
using Nanoseconds = std::int64_t;

inline constexpr Nanoseconds kMicrosecond = 1'000;
inline constexpr Nanoseconds kMillisecond = 1'000'000;
inline constexpr Nanoseconds kSecond = 1'000'000'000;
inline constexpr Nanoseconds kNever = std::numeric_limits<Nanoseconds>::max();

/// A physical address, as seen on the bus (after paging and after the A20 gate).
struct PhysAddr {
  std::uint64_t value = 0;
  constexpr PhysAddr() = default;
  constexpr explicit PhysAddr(std::uint64_t v) : value(v) {}
  constexpr auto operator<=>(const PhysAddr&) const = default;
  constexpr PhysAddr operator+(std::uint64_t n) const { return PhysAddr(value + n); }
};

/// A real-mode address, segment:offset.
struct FarPtr {
  std::uint16_t seg = 0;
  std::uint16_t off = 0;
  constexpr auto operator<=>(const FarPtr&) const = default;
  /// 0 to 10FFEFh: the A20 gate is not applied here.
  constexpr std::uint32_t linear() const { return (std::uint32_t{seg} << 4) + off; }
  /// The same segment, offset + n wrapping at 64 KiB as the CPU's address arithmetic does.
  constexpr FarPtr plus(std::uint16_t n) const { return {seg, static_cast<std::uint16_t>(off + n)}; }
};

}  // namespace emu
