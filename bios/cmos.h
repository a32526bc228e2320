// The RTC's registers and the CMOS memory, through ports 70h and 71h.
#pragma once

#include <cstdint>

#include "emu/io_ports.h"

namespace bios::cmos {

inline constexpr std::uint8_t kSeconds = 0x00, kSecondsAlarm = 0x01, kMinutes = 0x02, kMinutesAlarm = 0x03;
inline constexpr std::uint8_t kHours = 0x04, kHoursAlarm = 0x05, kDay = 0x07, kMonth = 0x08, kYear = 0x09;
inline constexpr std::uint8_t kRegisterA = 0x0A, kRegisterB = 0x0B, kRegisterC = 0x0C, kRegisterD = 0x0D;
inline constexpr std::uint8_t kShutdown = 0x0F, kFloppyTypes = 0x10, kCentury = 0x32;

/// Register A: update in progress. Register B: as below. Register C: flags at the same bits as B's enables.
inline constexpr std::uint8_t kUpdateInProgress = 0x80;
inline constexpr std::uint8_t kSet = 0x80, kPeriodic = 0x40, kAlarm = 0x20, k24Hours = 0x02, kDaylightSaving = 0x01;

/// The index's top bit keeps NMIs masked while the BIOS is between the two ports.
inline std::uint8_t read(emu::IoPorts& ports, std::uint8_t index) {
  ports.out(0x70, index | 0x80, 1);
  return static_cast<std::uint8_t>(ports.in(0x71, 1));
}
inline void write(emu::IoPorts& ports, std::uint8_t index, std::uint8_t value) {
  ports.out(0x70, index | 0x80, 1);
  ports.out(0x71, value, 1);
}
constexpr std::uint8_t from_bcd(std::uint8_t value) {
  return static_cast<std::uint8_t>((value >> 4) * 10 + (value & 15));
}

}  // namespace bios::cmos
