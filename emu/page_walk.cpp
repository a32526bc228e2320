#include "emu/page_walk.h"

#include <array>

namespace emu {
namespace {

constexpr PageLevel kDirectory{"page directory", 21, 9, true, true}, kTable{"page table", 12, 9, false, true};
constexpr std::array<PageLevel, 5> kFiveLevels = {{{"PML5", 48, 9, false, true},
                                                   {"PML4", 39, 9, false, true},
                                                   {"page directory pointer table", 30, 9, true, true},
                                                   kDirectory,
                                                   kTable}};
constexpr std::array<PageLevel, 3> kPae = {{{"page directory pointer table", 30, 2, false, false}, kDirectory, kTable}};
constexpr std::array<PageLevel, 2> kTwoLevels = {
    {{"page directory", 22, 10, true, true}, {"page table", 12, 10, false, true}}};

constexpr std::uint64_t kAddress32 = 0xFFFF'F000, kPaeRoot = 0xFFFF'FFE0;

}  // namespace

PageTables::PageTables(const SystemRegisters& registers)
    : format("32-bit"),
      levels(kTwoLevels),
      root(registers.cr3 & kAddress32),
      entry_size(4),
      large_pages(registers.cr4 & cr4::kPageSizeExtension) {
  const bool active = registers.efer & efer::kLongModeActive;
  if (!active && !(registers.cr4 & cr4::kPae)) return;
  entry_size = 8;
  large_pages = true;
  format = "PAE";
  levels = kPae;
  root = registers.cr3 & kPaeRoot;
  if (!active) return;
  const bool five = registers.cr4 & cr4::kLa57;
  format = five ? "5-level" : "4-level";
  levels = std::span(kFiveLevels).subspan(five ? 0 : 1);
  root = registers.cr3 & page_entry::kAddress;
}

std::uint64_t PageTables::frame(const PageLevel& level, std::uint64_t entry) const {
  if (!is_page(level, entry)) return entry & (entry_size == 8 ? page_entry::kAddress : kAddress32);
  const std::uint64_t offset = level.page_size() - 1;
  if (entry_size == 8) return entry & page_entry::kAddress & ~offset;
  const std::uint64_t above = level.shift == kPageShift ? 0 : (entry >> 13 & 0xFF) << 32;  // PSE-36
  return (entry & kAddress32 & ~offset) | above;
}

PageWalk walk_pages(const Memory& memory, const PageTables& tables, std::uint64_t linear) {
  const std::uint64_t a20 = memory.a20_mask();
  PageWalk walk;
  std::uint64_t table = tables.root;
  for (const PageLevel& level : tables.levels) {
    walk.table = level.table;
    walk.index = linear >> level.shift & (level.entries() - 1);
    walk.address = (table + walk.index * tables.entry_size) & a20;
    walk.entry = tables.entry_size == 8 ? memory.read<std::uint64_t>(PhysAddr(walk.address))
                                        : memory.read<std::uint32_t>(PhysAddr(walk.address));
    if (!(walk.entry & page_entry::kPresent)) return walk;
    table = tables.frame(level, walk.entry);
    if (!tables.is_page(level, walk.entry)) continue;
    walk.physical = (table | (linear & (level.page_size() - 1))) & a20;
    return walk;
  }
  return walk;
}

}  // namespace emu
