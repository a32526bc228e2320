#include "debugger/views/memory_map.h"

#include <fmt/core.h>

#include "bios/bios.h"
#include "bios/memory_map.h"
#include "bios/option_roms.h"
#include "debugger/views/writer_map.h"

namespace debugger::views {

std::string size_words(std::uint64_t bytes) {
  if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) return fmt::format("{} MiB", bytes >> 20);
  return bytes % 1024 == 0 ? fmt::format("{} KiB", bytes >> 10) : fmt::format("{} B", bytes);
}

std::vector<E820Row> e820_view(bios::Bios& bios) {
  std::vector<E820Row> rows;
  for (const bios::MemoryRange& r : bios::memory_map(bios.memory(), bios.option_roms().low_memory_end())) {
    rows.push_back({.base = r.base, .size = r.size, .type = r.type == bios::RangeType::kRam ? "RAM" : "reserved"});
  }
  return rows;
}

std::string to_text(const std::vector<E820Row>& rows) {
  std::string text;
  for (const E820Row& r : rows)
    text += fmt::format("{:010X}h..{:010X}h  {:<8}  {}\n", r.base, r.base + r.size - 1, r.type, size_words(r.size));
  return text;
}

std::vector<RegionRow> regions_view(const emu::Memory& memory) {
  std::vector<RegionRow> rows;
  for (const emu::Region& r : memory.regions()) {
    if (r.kind == emu::RegionKind::kHole) continue;
    rows.push_back({.base = r.base.value, .size = r.size, .name = r.name.empty() ? "RAM" : r.name});
  }
  return rows;
}

std::string to_text(const std::vector<RegionRow>& rows) {
  std::string text;
  for (const RegionRow& r : rows) text += fmt::format("{:010X}h..{:010X}h  {}\n", r.base, r.base + r.size - 1, r.name);
  return text;
}

std::vector<WriterRow> writers_view(const CallLog& calls, const DriveFacts& drives) {
  WriterMap map;
  map.update(calls, drives);
  std::vector<WriterRow> rows;
  for (const auto& [first, piece] : map.pieces())
    rows.push_back(
        {.first = first, .last = piece.last, .call = piece.call, .words = writer_words(*calls.find(piece.call))});
  return rows;
}

std::string to_text(const std::vector<WriterRow>& rows) {
  std::string text;
  for (const WriterRow& r : rows) text += fmt::format("{:05X}h..{:05X}h  {}\n", r.first, r.last, r.words);
  return text.empty() ? "no disk call has filled memory\n" : text;
}

}  // namespace debugger::views
