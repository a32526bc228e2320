#include "devices/ps2_mouse.h"

#include <algorithm>

namespace devices {

namespace {

constexpr std::size_t kMostEvents = 64;  // then movement adds up until there is room

}  // namespace

void Ps2Mouse::move(int right, int down, std::uint8_t new_buttons, emu::Nanoseconds now) {
  constexpr int kFar = 1 << 20;
  dx = std::clamp(dx + std::clamp(right, -kFar, kFar), -kFar, kFar);
  dy = std::clamp(dy - std::clamp(down, -kFar, kFar), -kFar, kFar);
  buttons = new_buttons & 7;
  if (!reporting || wrap) {
    dx = dy = 0;
    return;
  }
  if (remote) return;
  if (!wire.waiting()) wire.ready_at = std::max(wire.ready_at, now + Ps2Wire::kByteTime);
  while (wire.events.size() < kMostEvents && (dx != 0 || dy != 0 || buttons != reported_buttons))
    queue_packet(wire.events);
}

/// Three bytes: buttons with sign bits, dx, dy; what does not fit into nine bits waits for the next packet.
void Ps2Mouse::queue_packet(std::deque<std::uint8_t>& queue) {
  const int x = std::clamp(dx, -255, 255), y = std::clamp(dy, -255, 255);
  dx -= x;
  dy -= y;
  reported_buttons = buttons;
  queue.push_back(static_cast<std::uint8_t>(0x08 | buttons | (x < 0 ? 0x10 : 0) | (y < 0 ? 0x20 : 0)));
  queue.push_back(static_cast<std::uint8_t>(x));
  queue.push_back(static_cast<std::uint8_t>(y));
}

void Ps2Mouse::receive(std::uint8_t value, emu::Nanoseconds now) {
  const std::uint8_t awaited = wire.parameter_of;
  wire.parameter_of = 0;
  if (wrap && value != 0xFF && value != 0xEC) return wire.answer({value}, now);
  if (awaited != 0)
    parameter(awaited, value, now);
  else
    command(value, now);
}

void Ps2Mouse::parameter(std::uint8_t command, std::uint8_t value, emu::Nanoseconds now) {
  if (command == 0xE8)
    resolution = value & 3;
  else
    sample_rate = value;
  wire.answer({Ps2Wire::kAck}, now);
}

void Ps2Mouse::set_defaults() {
  reporting = remote = wrap = scaling_2_to_1 = false;
  resolution = 2;
  sample_rate = 100;
  dx = dy = 0;
}

std::uint8_t Ps2Mouse::status() const {
  const int left_middle_right = (buttons & 1) << 2 | (buttons & 4) >> 1 | (buttons & 2) >> 1;
  return static_cast<std::uint8_t>((remote ? 0x40 : 0) | (reporting ? 0x20 : 0) | (scaling_2_to_1 ? 0x10 : 0) |
                                   left_middle_right);
}

void Ps2Mouse::command(std::uint8_t command, emu::Nanoseconds now) {
  // Every command but FEh discards what was not reported yet.
  if (command != 0xFE) wire.events.clear();
  switch (command) {
    case 0xE6: scaling_2_to_1 = false; break;
    case 0xE7: scaling_2_to_1 = true; break;
    case 0xE8:
    case 0xF3: wire.parameter_of = command; break;
    case 0xE9: return wire.answer({Ps2Wire::kAck, status(), resolution, sample_rate}, now);
    case 0xEA: remote = false; break;
    case 0xEB: wire.answer({Ps2Wire::kAck}, now); return queue_packet(wire.answers);
    case 0xEC: wrap = false; break;
    case 0xEE: wrap = true; break;
    case 0xF0: remote = true; break;
    case 0xF2: return wire.answer({Ps2Wire::kAck, 0x00}, now);  // a standard mouse
    case 0xF4: reporting = true; break;
    case 0xF5: reporting = false; break;
    case 0xF6: set_defaults(); break;
    case 0xFE: return wire.answer({wire.last_sent}, now);
    case 0xFF: set_defaults(); return wire.answer({Ps2Wire::kAck, Ps2Wire::kTestPassed, 0x00}, now);
    default: return wire.answer({Ps2Wire::kResend}, now);
  }
  wire.answer({Ps2Wire::kAck}, now);
}

}  // namespace devices
