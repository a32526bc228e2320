// The two 8237A DMA controllers and the page registers.
#pragma once

#include <array>
#include <cstdint>

#include "emu/io_ports.h"
#include "emu/snapshot.h"

namespace devices {

/// Channels 0-3 at 00h-0Fh, channels 4-7 at C0h-DEh (even ports), page registers at 80h-8Fh (Intel 8237A data
/// sheet 231466). Registers only: no device of this machine transfers by DMA. Port 80h holds the POST code.
class Dma8237 : public emu::PortDevice {
 public:
  struct Channel {
    std::uint16_t base_address = 0, base_count = 0;
    std::uint16_t address = 0, count = 0;
    std::uint8_t mode = 0;
  };
  struct Controller {
    std::array<Channel, 4> channels;
    std::uint8_t command = 0, status = 0, request = 0, mask = 0x0F, temporary = 0;
    bool high_byte = false;  ///< the first/last flip-flop
  };
  struct State {
    std::array<Controller, 2> controllers;
    std::array<std::uint8_t, 16> pages{};
  };

  explicit Dma8237(emu::IoPorts& ports);
  Dma8237(const Dma8237&) = delete;
  Dma8237& operator=(const Dma8237&) = delete;

  void reset() { state_ = {}; }

  std::uint8_t in8(std::uint16_t port) override;
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  /// The last byte that was written to port 80h.
  std::uint8_t post_code() const { return state_.pages[0]; }

  const State& state() const { return state_; }
  void restore(const State& state) { state_ = state; }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(state_); }

  State state_;
};

}  // namespace devices
