// The SMBIOS tables (DMTF DSP0134 2.8.0): what inventory tools and installers read about the machine.
#pragma once

#include <cstdint>
#include <vector>

#include "emu/memory.h"

namespace bios {

struct SmbiosTables {
  std::vector<std::uint8_t> structures;
  std::uint16_t count = 0;
  std::uint16_t largest = 0;  ///< bytes, strings included
};
/// Types 0, 1, 3, 4, 16, 17, 19, 32 and 127 for a machine with this much RAM (bytes, below and above 4 GiB).
SmbiosTables make_smbios_tables(std::uint64_t ram_below_4g, std::uint64_t ram_above_4g);

/// The 31 bytes of the entry point for structures at `address`.
std::vector<std::uint8_t> make_smbios_anchor(const SmbiosTables& tables, std::uint32_t address);

/// Writes both into the ROM.
void write_smbios_tables(emu::Memory& memory);

}  // namespace bios
