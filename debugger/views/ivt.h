// The interrupt vector table: who answers each vector, and whom that one passes calls on to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "debugger/symbols.h"
#include "emu/memory.h"

namespace debugger::views {

/// One program in a vector's chain.
struct HookOwner {
  emu::FarPtr entry;
  std::string owner;  ///< "bootsim BIOS", "video ROM", "MEMDISK (safe hook)", "code at 0000:7C00", a symbol, "empty"
};

struct VectorRow {
  std::uint8_t vector = 0;
  std::string purpose;           ///< "disk"
  std::vector<HookOwner> chain;  ///< first who answers; then, as far as it shows, to whom it chains
  bool hooked = false;           ///< it does not lead to the BIOS at once
};

VectorRow vector_row(std::uint8_t vector, const emu::Memory& memory, const Symbols& symbols);
/// All vectors, or only those that something hooked.
std::vector<VectorRow> ivt_view(const emu::Memory& memory, const Symbols& symbols, bool hooked_only);
std::string to_text(const std::vector<VectorRow>& rows);

}  // namespace debugger::views
