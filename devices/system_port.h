// Port 92h (fast A20 and reset) and CF9h (reset control).
#pragma once

#include <cstdint>

#include "emu/io_ports.h"
#include "emu/snapshot.h"
#include "emu/system_control.h"

namespace devices {

/// System control port A of the PS/2 and the reset control register of the 82371 (PIIX). The A20 bit is read
/// from and written to emu::SystemControl, which the 8042 uses too: the last writer wins.
class SystemPort : public emu::PortDevice {
 public:
  struct State {
    std::uint8_t port92 = 0;         ///< all bits but A20, as written
    std::uint8_t reset_control = 0;  ///< CF9h as written
  };

  SystemPort(emu::IoPorts& ports, emu::SystemControl& system);
  SystemPort(const SystemPort&) = delete;
  SystemPort& operator=(const SystemPort&) = delete;

  void reset() { state_ = {}; }

  std::uint8_t in8(std::uint16_t port) override { return peek8(port); }
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;

  const State& state() const { return state_; }
  void restore(const State& state) { state_ = state; }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(state_); }

  emu::SystemControl& system_;
  State state_;
};

}  // namespace devices
