// Option ROMs given by the user: where they are mapped, and how POST calls them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bios/memory_map.h"
#include "emu/registers.h"
#include "emu/snapshot.h"

namespace bios {

class Bios;

/// Why `file` is no option ROM (55h AAh, length in 512-byte blocks, bytes that add up to 0); empty: it is
/// one.
std::string option_rom_problem(std::span<const std::uint8_t> file);

/// The ROMs lie from C8000h up, each on the next 4 KiB boundary. The first one that is for a display (its PCI
/// class says so, or "IBM" at 1Eh as in every EGA and VGA ROM) lies at C0000h instead of our own video ROM
/// and is entered before all others, as on a real PC. While its INIT runs a ROM may be written, afterwards
/// not (PCI Local Bus Specification 2.1 §6.3.3).
class OptionRoms {
 public:
  OptionRoms(Bios& bios, std::vector<std::vector<std::uint8_t>> images);

  /// Maps the ROMs. One that does not fit below F0000h, or is no option ROM (55AAh, length, checksum 0), gets
  /// a notice and is left out. Call once.
  void map();
  /// For each POST: the ROMs are as they were given, and none has run.
  void reset();
  bool any() const { return !placed_.empty(); }
  /// Does a ROM lie at C0000h, so that POST leaves the display to it?
  bool has_display() const { return !placed_.empty() && placed_.front().display; }

  /// Where low memory ended when the last ROM had run: one that needs some takes it off 40:13, as sgabios and
  /// network ROMs do, and the memory map must not give it to anybody else.
  std::uint32_t low_memory_end() const { return low_memory_end_; }

  /// Trap F4h. Pushes onto the guest's stack what the RETF that follows goes to, above where that returns to:
  /// the next ROM's entry, the first text mode after a display's ROM, or the start of booting. A display's
  /// ROM that did not take INT 10h gets a notice, and our own video BIOS its place.
  void enter_next(emu::Registers& regs);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(next_, running_, low_memory_end_); }

  struct Placed {
    std::string name;                 ///< of the memory region
    std::vector<std::uint8_t> image;  ///< whole pages
    std::uint32_t base = 0;
    bool display = false;
    std::uint32_t pci_id = 0;  ///< device and vendor of a PCI ROM's header, else 0
  };

  void place(std::span<const std::uint8_t> file, const std::string& name);
  void set_writable(const Placed& rom, bool writable);
  bool left(const Placed& rom, emu::Registers& regs);
  void enter(const Placed& rom, emu::Registers& regs);
  std::uint16_t pci_address(const Placed& rom) const;
  void push(emu::Registers& regs, emu::FarPtr target);

  Bios& bios_;
  std::vector<std::vector<std::uint8_t>> images_;
  std::vector<Placed> placed_;  ///< in the order in which they run
  std::size_t next_ = 0;        ///< into placed_
  bool running_ = false;        ///< the one before next_
  std::uint32_t low_memory_end_ = kLowMemoryEnd;
};

}  // namespace bios
