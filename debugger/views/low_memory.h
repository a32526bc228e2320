// What the first megabyte holds: the map that everybody draws, with this PC's addresses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "debugger/symbols.h"
#include "emu/memory.h"

namespace debugger::views {

enum class LowKind : std::uint8_t { kVectors, kBda, kBootSector, kTaken, kEbda, kVideo, kRom, kHook };

struct LowRange {
  std::uint64_t first = 0, last = 0;
  LowKind kind = LowKind::kVectors;
  std::string words;  ///< "EBDA", "INT 13h: MEMDISK (safe hook)"
};

/// Ascending by address; hooks, which are entry points of one byte, last. Base memory below the EBDA that 40:13 does
/// not count any more is kTaken: a resident program lies there.
std::vector<LowRange> low_memory_view(const emu::Memory& memory, const Symbols& symbols);

}  // namespace debugger::views
