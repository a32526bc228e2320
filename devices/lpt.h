// A parallel port with no printer attached.
#pragma once

#include <cstdint>

#include "emu/io_ports.h"
#include "emu/snapshot.h"

namespace devices {

/// LPT1: data 378h (reads back what was written, by which BIOSes find it), status 379h, control 37Ah.
class ParallelPort : public emu::PortDevice {
 public:
  struct State {
    std::uint8_t data = 0;
    std::uint8_t control = 0x0C;  ///< nInit and SelectIn
  };

  explicit ParallelPort(emu::IoPorts& ports);
  ParallelPort(const ParallelPort&) = delete;
  ParallelPort& operator=(const ParallelPort&) = delete;

  void reset() { state_ = {}; }

  std::uint8_t in8(std::uint16_t port) override { return peek8(port); }
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  const State& state() const { return state_; }
  void restore(const State& state) { state_ = state; }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(state_); }

  State state_;
};

}  // namespace devices
