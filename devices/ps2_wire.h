// The wire between the 8042 and a keyboard or mouse, and the bytes that both send.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>

#include "emu/types.h"

namespace devices {

/// A device on one of the two PS/2 wires. Answers to commands overtake events. Plain data.
struct Ps2Wire {
  static constexpr emu::Nanoseconds kByteTime = emu::kMillisecond;  ///< a byte needs so long

  // Answers of the devices.
  static constexpr std::uint8_t kAck = 0xFA;
  static constexpr std::uint8_t kResend = 0xFE;
  static constexpr std::uint8_t kTestPassed = 0xAA;

  std::deque<std::uint8_t> answers;
  std::deque<std::uint8_t> events;
  emu::Nanoseconds ready_at = 0;  ///< when the next byte has crossed the wire
  std::uint8_t last_sent = 0;     ///< for FEh resend
  std::uint8_t parameter_of = 0;  ///< the command whose parameter byte is expected, 0 = none

  bool waiting() const { return !answers.empty() || !events.empty(); }
  /// Says `bytes` to a command that came at `now`; what was said before and not read is lost.
  void answer(std::initializer_list<std::uint8_t> bytes, emu::Nanoseconds now) {
    answers.assign(bytes);
    ready_at = now + kByteTime;
  }
};

}  // namespace devices
