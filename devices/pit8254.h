// The 8254 interval timer and port 61h, which gates its third channel.
#pragma once

#include <array>
#include <cstdint>

#include "devices/timer.h"
#include "emu/clock.h"
#include "emu/interrupt_controller.h"
#include "emu/io_ports.h"
#include "emu/snapshot.h"

namespace devices {

/// Channels at 40h-42h, control word at 43h, system control port B at 61h (Intel 8254 data sheet 231164).
/// Nothing ticks: a counter's value is computed from the virtual time when it is looked at, so it is exact
/// and costs nothing. Channel 0 has one pending clock event, at its next rising edge.
class Pit8254 : public emu::PortDevice {
 public:
  /// The input frequency of all channels: 14.31818 MHz / 12, as everybody rounds it.
  static constexpr std::int64_t kHertz = 1'193'182;
  /// Input clock cycles since power-on at a virtual time (whole cycles, no drift).
  static std::int64_t ticks_at(emu::Nanoseconds time);
  /// The earliest virtual time at which `ticks` cycles are complete.
  static emu::Nanoseconds time_of(std::int64_t ticks);

  struct Channel {
    std::uint8_t mode = 0;    ///< 0-5; OUT is low until somebody programs it
    std::uint8_t access = 3;  ///< control word RW bits: 1 LSB, 2 MSB, 3 LSB then MSB
    bool bcd = false;
    bool gate = true;
    bool counting = false;   ///< a count was loaded since the control word (modes 1, 5: and triggered)
    bool null_count = true;  ///< a count was written but is not loaded yet
    bool write_msb = false;  ///< flip-flop of access 3
    bool read_msb = false;
    bool status_latched = false;
    std::uint8_t latched_bytes = 0;  ///< bytes of the latched count that are still to be read
    std::uint8_t status = 0;         ///< latched status byte
    std::uint8_t written_lsb = 0;    ///< the LSB of a count whose MSB is to come
    std::uint16_t latched = 0;       ///< latched count, in the guest's representation
    std::uint32_t written = 0;       ///< the last complete count, 1-65536 (BCD 1-10000)
    std::uint32_t count = 0;         ///< the count that is running
    std::int64_t start = 0;          ///< tick at which `count` was loaded into the counting element
    std::int64_t reload_at = 0;      ///< tick at which `written` replaces `count`, while null_count
    std::int64_t held = 0;           ///< ticks counted when the gate fell (modes 0, 4), while !gate
  };
  struct State {
    std::array<Channel, 3> channels;
    std::uint8_t port61 = 0;  ///< bits 0-3 as written
  };

  Pit8254(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& irq0);
  Pit8254(const Pit8254&) = delete;
  Pit8254& operator=(const Pit8254&) = delete;

  void reset();

  std::uint8_t in8(std::uint16_t port) override;
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  /// The OUT pin of channel 0-2 now.
  bool output(int channel) const;
  /// The tone that the speaker plays now in Hz, or 0 for silence (port 61h off, or not a square wave).
  std::uint32_t speaker_hertz() const;

  const State& state() const { return state_; }
  void restore(const State& state);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tuple_cat(std::tie(state_), emu::SnapshotAccess::fields(timer_)); }

  std::int64_t now() const { return ticks_at(clock_.now()); }
  void write_control(std::uint8_t value);
  void write_count(int index, std::uint8_t value);
  std::uint8_t read_count(Channel& channel) const;
  void read_back(std::uint8_t value);
  void latch_count(Channel& channel) const;
  void set_gate(Channel& channel, bool level);
  void schedule_irq();
  void rising_edge();

  emu::Clock& clock_;
  emu::IrqLine& irq0_;
  Timer timer_;
  State state_;
};

}  // namespace devices
