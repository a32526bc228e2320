// What every chip's test needs: ports, a clock that can be run on, and wires that remember.
#pragma once

#include <cstdint>
#include <string>

#include "emu/clock.h"
#include "emu/interrupt_controller.h"
#include "emu/io_ports.h"
#include "emu/system_control.h"

namespace devices::test {

class RecordingLine : public emu::IrqLine {
 public:
  void set(bool new_level) override {
    if (new_level && !level) ++edges;
    level = new_level;
  }
  bool level = false;
  int edges = 0;
};

class RecordingSystem : public emu::SystemControl {
 public:
  void set_a20(bool enabled) override { a20_enabled = enabled; }
  bool a20() const override { return a20_enabled; }
  void request_reset(std::string_view cause) override { reset_cause = cause; }
  void power_off(std::string_view how) override { off_by = how; }
  bool a20_enabled = false;
  std::string reset_cause, off_by;
};

/// Ports and time without a CPU.
struct Board {
  emu::IoPorts ports;
  emu::Clock clock;

  std::uint8_t in(std::uint16_t port) { return static_cast<std::uint8_t>(ports.in(port, 1)); }
  std::uint8_t peek(std::uint16_t port) const { return static_cast<std::uint8_t>(ports.peek(port, 1)); }
  void out(std::uint16_t port, std::uint8_t value) { ports.out(port, value, 1); }

  /// Goes to a virtual time and fires each event on the way at its own time.
  void run_to(emu::Nanoseconds time) {
    while (clock.next_event() <= time) {
      if (clock.next_event() > clock.now()) clock.advance(clock.next_event() - clock.now());
      clock.run_due_events();
    }
    clock.advance(time - clock.now());
  }
  void run_for(emu::Nanoseconds delay) { run_to(clock.now() + delay); }
};

}  // namespace devices::test
