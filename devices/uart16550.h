// The 16550A serial port.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string_view>

#include "devices/timer.h"
#include "emu/clock.h"
#include "emu/interrupt_controller.h"
#include "emu/io_ports.h"
#include "emu/snapshot.h"

namespace devices {

/// Where a PC expects its serial ports.
struct ComPort {
  std::uint16_t base;
  int irq;
};
inline constexpr std::array<ComPort, 4> kComPorts = {{{0x3F8, 4}, {0x2F8, 3}, {0x3E8, 4}, {0x2E8, 3}}};

/// Eight registers from `base` (National Semiconductor PC16550D data sheet). Characters take their real time
/// on the wire by divisor and word length, so THRE and TEMT behave; the host sees a character when the guest
/// writes it, so that nothing is lost when the guest halts right after its last word. The other end is a
/// terminal with DCD, DSR and CTS on.
class Uart16550 : public emu::PortDevice {
 public:
  static constexpr std::size_t kFifoSize = 16;

  struct State {
    std::uint8_t ier = 0, fcr = 0, lcr = 0, mcr = 0, lsr_errors = 0, scratch = 0;
    std::uint8_t msr_delta = 0;                 ///< MSR bits 0-3
    std::uint16_t divisor = 12;                 ///< 9600 Bd
    std::deque<std::uint8_t> received;          ///< receiver FIFO, or the one byte of RBR
    std::deque<std::uint8_t> incoming;          ///< on the wire, not received yet
    emu::Nanoseconds next_arrival = 0;          ///< when incoming.front() is complete
    emu::Nanoseconds transmitted_at = 0;        ///< when the last written character has left
    emu::Nanoseconds timeout_at = emu::kNever;  ///< character time-out of the receiver FIFO
    bool thre_coming = false;                   ///< a character was sent since THRE was last reported
    bool thre_interrupt = false;                ///< THRE interrupt latched
    bool timeout_interrupt = false;
    bool irq = false;
  };

  /// `name` is for port listings: "COM1".
  Uart16550(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& irq, std::uint16_t base, std::string_view name);
  Uart16550(const Uart16550&) = delete;
  Uart16550& operator=(const Uart16550&) = delete;

  void reset();

  /// Called for each character that the guest sends (not in loopback).
  std::function<void(std::uint8_t)> on_transmit;
  /// Sends characters to the guest at the line's speed; they wait while its FIFO is full.
  void receive(std::span<const std::uint8_t> bytes);

  std::uint8_t in8(std::uint16_t port) override;
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  /// The time of one character on the wire at the present settings.
  emu::Nanoseconds character_time() const;

  const State& state() const { return state_; }
  void restore(const State& state);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tuple_cat(std::tie(state_), emu::SnapshotAccess::fields(timer_)); }

  bool fifo_enabled() const;
  bool transmitter_ready() const;
  std::uint8_t line_status() const;
  std::uint8_t modem_status() const;
  std::uint8_t interrupt_id() const;
  std::size_t trigger_level() const;
  void read_data();
  void write_data(std::uint8_t value);
  void write_fifo_control(std::uint8_t value);
  void write_modem_control(std::uint8_t value);
  emu::Nanoseconds ready_at() const;
  std::size_t capacity() const;
  bool can_receive() const;
  void push_received(std::uint8_t value);
  void on_timer();
  void update();

  emu::Clock& clock_;
  emu::IrqLine& irq_;
  std::uint16_t base_;
  Timer timer_;
  State state_;
};

}  // namespace devices
