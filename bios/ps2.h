// Commands to the 8042 and to the keyboard and mouse behind it, by polling ports 60h and 64h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "emu/clock.h"
#include "emu/io_ports.h"

namespace bios {

/// While a command and its answer cross the wire (a millisecond a byte) the BIOS polls: virtual time passes,
/// other devices' events happen, but no interrupt is served. Interrupts of both devices are off meanwhile,
/// and keys typed meanwhile are not lost: the keyboard keeps them.
class Ps2 {
 public:
  Ps2(emu::IoPorts& ports, emu::Clock& clock) : ports_(ports), clock_(clock) {}

  /// Self test of the controller, then both devices enabled with interrupts and translation on. False: no
  /// controller.
  bool initialize();

  /// Sends `bytes` (a command and its parameters), each of which must be acknowledged with FAh, then collects
  /// as many answer bytes as `answer` holds. False: no device, or it refused.
  bool keyboard(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> answer = {});
  bool mouse(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> answer = {});

 private:
  bool command(bool to_mouse, std::span<const std::uint8_t> bytes, std::span<std::uint8_t> answer);
  bool exchange(bool to_mouse, std::span<const std::uint8_t> bytes, std::span<std::uint8_t> answer);
  std::uint8_t status() { return static_cast<std::uint8_t>(ports_.in(0x64, 1)); }
  void controller(std::uint8_t command) { ports_.out(0x64, command, 1); }
  std::optional<std::uint8_t> read_controller(std::uint8_t command);
  std::optional<std::uint8_t> receive(bool from_mouse);
  std::optional<std::uint8_t> receive_any();
  void drain();

  emu::IoPorts& ports_;
  emu::Clock& clock_;
};

}  // namespace bios
