// The two 8259A interrupt controllers of an AT, cascaded on IRQ 2.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "emu/interrupt_controller.h"
#include "emu/io_ports.h"
#include "emu/snapshot.h"

namespace devices {

/// Primary at 20h/21h, secondary at A0h/A1h, edge/level control at 4D0h/4D1h (Intel 8259A data sheet 231468;
/// ELCR: 82371SB data sheet). After reset nothing is programmed and nothing is pending: POST writes ICW1-4.
/// A request latched in edge mode stays until it is acknowledged, even when its line falls (as in QEMU).
class Pic8259Pair : public emu::PortDevice, public emu::InterruptController {
 public:
  /// One 8259A.
  struct Chip {
    std::uint8_t irr = 0;          ///< interrupt request register
    std::uint8_t isr = 0;          ///< in-service register
    std::uint8_t imr = 0xFF;       ///< interrupt mask register
    std::uint8_t lines = 0;        ///< the levels of IR0-IR7
    std::uint8_t elcr = 0;         ///< 1 = level triggered
    std::uint8_t vector_base = 0;  ///< ICW2 bits 7-3
    std::uint8_t lowest = 7;       ///< the input with the lowest priority (7 = fixed order)
    std::uint8_t init_step = 0;    ///< the ICW that is expected next (2, 3, 4), 0 = initialized, kRaw = never
    bool programmed = false;       ///< an ICW sequence was completed since reset
    bool level_mode = false;       ///< ICW1 LTIM: all inputs level triggered
    bool single = false;           ///< ICW1 SNGL
    bool expects_icw4 = false;     ///< ICW1 IC4
    bool auto_eoi = false;         ///< ICW4 AEOI
    bool fully_nested = false;     ///< ICW4 SFNM
    bool rotate_on_aeoi = false;   ///< OCW2 R=1 SL=0 EOI=0
    bool special_mask = false;     ///< OCW3 SMM
    bool read_isr = false;         ///< OCW3 RIS: command port reads ISR rather than IRR
    bool poll = false;             ///< OCW3 P: the next read is a poll
  };
  struct State {
    Chip primary, secondary;
  };

  explicit Pic8259Pair(emu::IoPorts& ports);
  Pic8259Pair(const Pic8259Pair&) = delete;
  Pic8259Pair& operator=(const Pic8259Pair&) = delete;

  void reset();

  /// The input that a device drives. `n` is 0-15; 2 is the cascade and ignores its caller. The line lives as
  /// long as the controller does.
  emu::IrqLine& irq(int n) { return lines_[static_cast<std::size_t>(n) & 15]; }

  /// Called after the INTR line to the CPU has changed, for emu::Machine::interrupt_line_changed.
  std::function<void()> on_intr_change;

  // InterruptController
  bool pending() const override { return intr_; }
  std::uint8_t acknowledge() override;

  // PortDevice
  std::uint8_t in8(std::uint16_t port) override;
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  const State& state() const { return state_; }
  void restore(const State& state);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(state_, intr_); }

  class Line : public emu::IrqLine {
   public:
    void set(bool level) override;
    Pic8259Pair* pic = nullptr;
    int number = 0;
  };

  void set_line(int number, bool level);
  void update();

  State state_;
  bool intr_ = false;
  std::array<Line, 16> lines_;
};

}  // namespace devices
