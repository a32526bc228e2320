// A whole PC: the machine's core, every chip, the display, the BIOS and the drives, wired together.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bios/bios.h"
#include "devices/keyboard_8042.h"
#include "devices/vga.h"
#include "emu/machine.h"

namespace debugger::views {
struct Chips;
}

namespace bootsim {

struct PcOptions {
  emu::Machine::Options machine;
  bios::Options bios;
  std::vector<bios::AttachedMedium> media;             ///< in the order of the command line
  std::vector<std::vector<std::uint8_t>> option_roms;  ///< images, entered during POST
  /// A ROM to start instead of our BIOS: all of it ends at 4 GiB, its last 128 KiB also at 1 MiB. Empty: our BIOS.
  std::vector<std::uint8_t> bios_rom;
  std::string rtc;                             ///< date at power-on, ISO 8601; empty = 2024-01-01T00:00:00
  std::function<void(std::uint8_t)> serial;    ///< bytes that COM1 sends
  std::function<void(std::uint8_t)> debugcon;  ///< bytes written to ports E9h and 402h
};

/// Owns everything. Throws emu::Error for options that cannot be met.
class Pc {
 public:
  explicit Pc(PcOptions options);
  ~Pc();
  Pc(const Pc&) = delete;
  Pc& operator=(const Pc&) = delete;

  emu::Machine& machine();
  bios::Bios& bios();
  devices::Vga& vga();
  devices::Keyboard8042& keyboard();
  /// All chips, to look at (debugger/views/chips.h).
  debugger::views::Chips chips() const;

  /// Reset and start at the reset vector; machine().run() goes on from there. Also used to go on after a guest's reset.
  void power_on();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace bootsim
