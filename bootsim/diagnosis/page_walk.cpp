#include "bootsim/diagnosis/page_walk.h"

#include <array>
#include <span>
#include <string_view>

#include <fmt/core.h>

namespace bootsim::diagnosing {
namespace {

constexpr std::uint64_t kPresent = 1, kWritable = 2, kLargePage = 1u << 7, kCr4LargePages = 1u << 4;
constexpr std::uint64_t kFrame = 0x000F'FFFF'FFFF'F000;

struct Level {
  std::string_view table;
  int shift, bits;   ///< of the linear address
  bool may_be_page;  ///< by the entry's PS bit
};
constexpr std::array<Level, 4> kLong = {{{"PML4", 39, 9, false},
                                         {"page directory pointer table", 30, 9, true},
                                         {"page directory", 21, 9, true},
                                         {"page table", 12, 9, false}}};
constexpr std::array<Level, 3> kPae = {
    {{"page directory pointer table", 30, 2, false}, {"page directory", 21, 9, true}, {"page table", 12, 9, false}}};
constexpr std::array<Level, 2> kTwo = {{{"page directory", 22, 10, true}, {"page table", 12, 10, false}}};

}  // namespace

PageWalk walk_pages(const emu::Memory& memory, const emu::SystemRegisters& system, std::uint64_t linear) {
  const bool active = system.efer & kEferLongModeActive, pae = system.cr4 & kCr4Pae;
  const auto levels = active ? std::span<const Level>(kLong)
                      : pae  ? std::span<const Level>(kPae)
                             : std::span<const Level>(kTwo);
  const std::uint64_t size = active || pae ? 8 : 4;
  const bool large = active || pae || (system.cr4 & kCr4LargePages);
  PageWalk walk;
  std::uint64_t table = active || !pae ? system.cr3 & kFrame : system.cr3 & 0xFFFFFFE0;
  for (const Level& level : levels) {
    walk.table = level.table;
    walk.index = linear >> level.shift & ((1u << level.bits) - 1);
    walk.address = table + walk.index * size;
    walk.entry = size == 8 ? memory.read<std::uint64_t>(emu::PhysAddr(walk.address))
                           : memory.read<std::uint32_t>(emu::PhysAddr(walk.address));
    if (!(walk.entry & kPresent)) return walk;
    const bool last = level.shift == levels.back().shift;
    table = walk.entry & kFrame;
    if (!last && !(level.may_be_page && large && (walk.entry & kLargePage))) continue;
    const std::uint64_t page = (std::uint64_t{1} << level.shift) - 1;
    walk.physical = (table & ~page) | (linear & page);
    return walk;
  }
  return walk;
}

std::string walk_words(const PageWalk& walk) {
  return fmt::format("entry {} of the {}, at {:X}h, is {:X}h: not present (bit 0 is 0)", walk.index, walk.table,
                     walk.address, walk.entry);
}

bool looks_like_pml4(const emu::Memory& memory, const emu::SystemRegisters& system) {
  const auto entry = memory.read<std::uint64_t>(emu::PhysAddr(system.cr3 & kFrame));
  return (entry & kPresent) && (entry & kWritable);
}

}  // namespace bootsim::diagnosing
