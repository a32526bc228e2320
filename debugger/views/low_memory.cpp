#include "debugger/views/low_memory.h"

#include <fmt/core.h>

#include "bios/low_memory.h"
#include "debugger/views/ivt.h"

namespace debugger::views {
namespace {

using namespace bios::low_memory;
constexpr emu::PhysAddr kEbdaSegment(0x40E), kBaseMemory(0x413);
constexpr std::uint64_t kLeastBase = 0x10000;  // less than 64 KiB of base memory is nonsense

void add_base(const emu::Memory& memory, std::vector<LowRange>& ranges) {
  std::uint64_t ebda = std::uint64_t{memory.read<std::uint16_t>(kEbdaSegment)} << 4;
  const bool has_ebda = ebda >= 0x80000 && ebda < kVideo;
  if (!has_ebda) ebda = kVideo;
  const std::uint64_t base = std::uint64_t{memory.read<std::uint16_t>(kBaseMemory)} * 1024;
  if (base >= kLeastBase && base < ebda)
    ranges.push_back({.first = base,
                      .last = ebda - 1,
                      .kind = LowKind::kTaken,
                      .words = fmt::format("taken by a resident program: 40:13 says {} KiB", base / 1024)});
  if (has_ebda) ranges.push_back({.first = ebda, .last = kVideo - 1, .kind = LowKind::kEbda, .words = "EBDA"});
}

}  // namespace

std::vector<LowRange> low_memory_view(const emu::Memory& memory, const Symbols& symbols) {
  std::vector<LowRange> ranges = {
      {.first = 0, .last = kBda - 1, .kind = LowKind::kVectors, .words = "interrupt vectors"},
      {.first = kBda, .last = kBdaEnd - 1, .kind = LowKind::kBda, .words = "BIOS data area"},
      {.first = kBootSector, .last = kBootSectorEnd - 1, .kind = LowKind::kBootSector, .words = "boot sector"}};
  add_base(memory, ranges);
  ranges.push_back({.first = kVideo, .last = kAdapterRoms - 1, .kind = LowKind::kVideo, .words = "video memory"});
  for (const emu::Region& region : memory.regions()) {
    const std::uint64_t first = region.base.value;
    if (region.kind != emu::RegionKind::kRom || first < kAdapterRoms || first >= kMegabyte) continue;
    ranges.push_back({.first = first,
                      .last = first + region.size - 1,
                      .kind = LowKind::kRom,
                      .words = region.name.empty() ? "ROM" : region.name});
  }
  for (const VectorRow& row : ivt_view(memory, symbols, true)) {
    const HookOwner& owner = row.chain.front();
    const std::uint64_t at = owner.entry.linear();
    ranges.push_back({.first = at,
                      .last = at,
                      .kind = LowKind::kHook,
                      .words = fmt::format("INT {:02X}h: {}", row.vector, owner.owner)});
  }
  return ranges;
}

}  // namespace debugger::views
