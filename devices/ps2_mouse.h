// The PS/2 mouse behind the 8042.
#pragma once

#include <cstdint>
#include <deque>

#include "devices/ps2_wire.h"

namespace devices {

/// A mouse with three buttons (IBM PS/2 Hardware Interface Technical Reference, "Auxiliary Device"). Its bytes wait in
/// `wire` for the controller. Plain data.
struct Ps2Mouse {
  Ps2Wire wire;
  bool reporting = false;
  bool remote = false;
  bool wrap = false;
  bool scaling_2_to_1 = false;
  std::uint8_t resolution = 2;  ///< counts per mm = 1 << resolution
  std::uint8_t sample_rate = 100;
  std::uint8_t buttons = 0;  ///< bit 0 left, 1 right, 2 middle
  std::uint8_t reported_buttons = 0;
  int dx = 0, dy = 0;  ///< not yet reported, dy up

  /// A byte from the controller.
  void receive(std::uint8_t value, emu::Nanoseconds now);
  /// Moves it by counts (right and down are positive) with the buttons as given. Ignored while reporting is off.
  void move(int right, int down, std::uint8_t new_buttons, emu::Nanoseconds now);

 private:
  void parameter(std::uint8_t command, std::uint8_t value, emu::Nanoseconds now);
  void command(std::uint8_t command, emu::Nanoseconds now);
  void set_defaults();
  std::uint8_t status() const;
  void queue_packet(std::deque<std::uint8_t>& queue);
};

}  // namespace devices
