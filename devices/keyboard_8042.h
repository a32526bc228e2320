// The 8042 keyboard controller with a keyboard and a PS/2 mouse.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>

#include "devices/ps2_mouse.h"
#include "devices/timer.h"
#include "emu/clock.h"
#include "emu/interrupt_controller.h"
#include "emu/io_ports.h"
#include "emu/snapshot.h"
#include "emu/system_control.h"

namespace devices {

/// Ports 60h and 64h (IBM PS/2 Hardware Interface Technical Reference, "Keyboard/Auxiliary Device
/// Controller"). The controller's own answers are there at once; a byte from the keyboard or the mouse takes
/// a millisecond on its wire. The keyboard speaks scan code set 2 (or 1 when told); the controller translates
/// to set 1 when its command byte says so. The last key pressed repeats while it is held, after 500 ms at 10.9/s
/// unless command F3h sets it otherwise.
class Keyboard8042 : public emu::PortDevice {
 public:
  struct Keyboard {
    Ps2Wire wire;
    bool scanning = true;
    std::uint8_t scan_set = 2;  ///< 1 or 2
    std::uint8_t leds = 0;
    std::uint8_t typematic = 0x2B;             ///< F3h: delay in bits 5-6, rate in bits 0-4
    std::uint8_t held = 0;                     ///< the key that repeats, a make code of set 1; 0 = none
    bool held_extended = false;                ///< E0h comes before it
    emu::Nanoseconds repeat_at = emu::kNever;  ///< its next make code
  };
  struct State {
    std::array<std::uint8_t, 32> ram{};  ///< ram[0] is the command byte
    std::uint8_t output_port = 0;        ///< as written by D1h; the A20 bit lives in emu::SystemControl
    std::uint8_t data_for = 0;           ///< command written to 64h that takes a byte on 60h, 0 = none
    bool system_flag = false;            ///< status SYS
    bool last_was_command = false;       ///< status A2
    bool full = false;                   ///< status OBF
    bool from_mouse = false;             ///< status AUXB
    bool break_prefix = false;           ///< translation has swallowed F0h
    std::uint8_t output = 0;             ///< output buffer
    std::deque<std::uint16_t> own;       ///< the controller's own bytes to come; bit 8: as if from the mouse
    Keyboard keyboard;
    Ps2Mouse mouse;
  };

  Keyboard8042(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& irq1, emu::IrqLine& irq12,
               emu::SystemControl& system);
  Keyboard8042(const Keyboard8042&) = delete;
  Keyboard8042& operator=(const Keyboard8042&) = delete;

  void reset();

  /// Presses or releases keys: bytes of scan code set 1 as they would be read at port 60h with translation
  /// on, prefixes included (see scan_codes.h). Queued without limit and delivered in order by IRQ 1; a key that is
  /// not released repeats. Ignored while the guest has told the keyboard not to scan.
  void key(std::span<const std::uint8_t> set1_scan_codes);
  /// Nothing that key() queued is still on its way or unread.
  bool idle() const;
  /// Moves the mouse by counts (right and down are positive) with the buttons as given (bit 0 left, 1 right,
  /// 2 middle). Ignored while the guest has not enabled reporting.
  void move_mouse(int dx, int dy, std::uint8_t buttons);

  std::uint8_t in8(std::uint16_t port) override;
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  const State& state() const { return state_; }
  void restore(const State& state);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() {
    return std::tuple_cat(std::tie(state_), emu::SnapshotAccess::fields(timer_),
                          emu::SnapshotAccess::fields(repeat_timer_));
  }

  std::uint8_t status() const;
  void controller_command(std::uint8_t command);
  void controller_data(std::uint8_t command, std::uint8_t value);
  void write_output_port(std::uint8_t value);
  void send(std::span<const std::uint8_t> set1_scan_codes);
  void note_held(std::span<const std::uint8_t> set1_scan_codes);
  void repeat();
  void release_held();
  void keyboard_byte(std::uint8_t value);
  void keyboard_parameter(std::uint8_t command, std::uint8_t value);
  void reply(std::uint8_t value, bool as_mouse = false);
  void fill_output();
  void take_byte(Ps2Wire& wire, bool is_mouse);
  void put_output(std::uint8_t value, bool from_mouse);
  void update_irqs();

  emu::Clock& clock_;
  emu::IrqLine& irq1_;
  emu::IrqLine& irq12_;
  emu::SystemControl& system_;
  Timer timer_;
  Timer repeat_timer_;
  State state_;
};

}  // namespace devices
