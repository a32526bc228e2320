// The RAM under the ROMs at C0000h-FFFFFh, which the host bridge's PAM registers switch in.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "devices/pci.h"
#include "emu/memory.h"
#include "emu/snapshot.h"

namespace devices {

/// Programmable attribute map of the 82441FX (Intel data sheet 290549, §3.2.18): registers 59h-5Fh say for
/// each 16 KiB from C0000h and for the 64 KiB at F0000h whether reads and writes go to RAM. A BIOS copies
/// itself there, then locks it.
///
/// Reads from ROM with writes to RAM cannot be had (nor under QEMU): such a range stays as without RAM. RAM
/// is undefined at power-on; here it starts out with what the ROMs hold, so that what a BIOS had shadowed is
/// there for programs that unlock it later.
class ShadowRam {
 public:
  static constexpr emu::PhysAddr kBase{0xC0000};
  static constexpr std::uint32_t kSize = 0x40000;
  static constexpr int kFirstRegister = 0x59, kLastRegister = 0x5F;  ///< PAM0-PAM6

  /// Listens to `bridge`. Both must outlive this.
  ShadowRam(emu::Memory& memory, PciFunction& bridge);
  ShadowRam(const ShadowRam&) = delete;
  ShadowRam& operator=(const ShadowRam&) = delete;

  /// The ROMs are back. Call it after the bridge's own reset.
  void reset();

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(shown_, rom_); }

  static constexpr std::uint32_t kBlock = 0x4000;
  static constexpr int kBlocks = kSize / kBlock;

  void update(int block);
  void show_ram(int block, bool writable);
  void show_rom(int block);

  emu::Memory& memory_;
  PciFunction& bridge_;
  std::array<std::uint8_t, kBlocks> shown_{};          // attribute bits in force
  std::array<std::vector<emu::Region>, kBlocks> rom_;  // what lies there without RAM; empty: has not been replaced yet
};

}  // namespace devices
