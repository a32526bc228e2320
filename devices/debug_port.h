// The debug consoles of Bochs (port E9h) and SeaBIOS (port 402h).
#pragma once

#include <cstdint>
#include <functional>

#include "emu/io_ports.h"

namespace devices {

/// Bytes written to E9h or 402h go to `sink`. Both read E9h, by which guests find them.
class DebugPort : public emu::PortDevice {
 public:
  struct State {};

  explicit DebugPort(emu::IoPorts& ports);
  DebugPort(const DebugPort&) = delete;
  DebugPort& operator=(const DebugPort&) = delete;

  void reset() {}

  std::function<void(std::uint8_t)> sink;

  std::uint8_t in8(std::uint16_t port) override { return peek8(port); }
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;
};

}  // namespace devices
