// The page tables' way to an address, entry by entry, and where it ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "emu/machine.h"

namespace bootsim::diagnosing {

/// CR0, CR4 and EFER (Intel SDM vol. 3, 2.5 and 2.2.1).
inline constexpr std::uint64_t kCr0Protection = 1, kCr0Paging = 1u << 31, kCr4Pae = 1u << 5;
inline constexpr std::uint64_t kEferLongModeEnable = 1u << 8, kEferLongModeActive = 1u << 10;

struct PageWalk {
  std::optional<std::uint64_t> physical;  ///< nothing: not mapped
  std::string table;                      ///< of the last entry: "PML4"
  std::uint64_t index = 0, address = 0;   ///< that entry's number, and where it lies
  std::uint64_t entry = 0;
};
/// Paging must be on. Rights are left aside.
PageWalk walk_pages(const emu::Memory& memory, const emu::SystemRegisters& system, std::uint64_t linear);

/// "entry 0 of the PML4, at 1000h, is 2000h: not present (bit 0 is 0)"; of a walk that ended nowhere.
std::string walk_words(const PageWalk& walk);

/// A page directory pointer with bits that must be zero there (SDM vol. 3, 4.4.1) and are set in every PML4
/// entry.
bool looks_like_pml4(const emu::Memory& memory, const emu::SystemRegisters& system);

}  // namespace bootsim::diagnosing
