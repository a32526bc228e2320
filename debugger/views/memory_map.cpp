#include "debugger/views/memory_map.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/core.h>

#include "bios/memory_map.h"

namespace debugger::views {
namespace {

/// Ranges that later ones cover.
class Painting {
 public:
  void paint(std::uint64_t first, std::uint64_t last, std::uint64_t call) {
    split(first);
    if (last != ~std::uint64_t{0}) split(last + 1);
    pieces_.erase(pieces_.lower_bound(first), pieces_.upper_bound(last));
    pieces_[first] = {last, call};
  }
  struct Piece {
    std::uint64_t last, call;
  };
  const std::map<std::uint64_t, Piece>& pieces() const { return pieces_; }

 private:
  void split(std::uint64_t at) {
    auto behind = pieces_.lower_bound(at);
    if (behind == pieces_.begin()) return;
    auto& [first, piece] = *std::prev(behind);
    if (piece.last < at) return;
    pieces_[at] = piece;
    piece.last = at - 1;
  }
  std::map<std::uint64_t, Piece> pieces_;
};

std::string size_words(std::uint64_t bytes) {
  if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) return fmt::format("{} MiB", bytes >> 20);
  return bytes % 1024 == 0 ? fmt::format("{} KiB", bytes >> 10) : fmt::format("{} B", bytes);
}

}  // namespace

std::vector<E820Row> e820_view(const emu::Memory& memory) {
  std::vector<E820Row> rows;
  for (const bios::MemoryRange& r : bios::memory_map(memory)) {
    rows.push_back({.base = r.base, .size = r.size, .type = r.type == bios::RangeType::kRam ? "RAM" : "reserved"});
  }
  return rows;
}

std::string to_text(const std::vector<E820Row>& rows) {
  std::string text;
  for (const E820Row& r : rows) text += fmt::format("{:010X}h..{:010X}h  {:<8}  {}\n", r.base, r.base + r.size - 1, r.type, size_words(r.size));
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
  Painting painting;
  for (const LoggedCall& logged : calls.all()) {
    const bios::Arguments& a = logged.described.arguments;
    const bool fills = moves_sectors(logged.described) && logged.call.finished && !logged.failed() && !a.writes_medium && a.buffer && *a.count > 0;
    if (!fills) continue;
    const std::uint32_t known = a.drive ? drives.sector_size(*a.drive) : 0;
    const std::uint64_t bytes = std::uint64_t{*a.count} * (known ? known : 512);
    const std::uint64_t first = a.buffer->linear();
    painting.paint(first, first + bytes - 1, logged.number);
  }
  std::vector<WriterRow> rows;
  for (const auto& [first, piece] : painting.pieces()) {
    const LoggedCall& logged = *calls.find(piece.call);
    const bios::Arguments& a = logged.described.arguments;
    const std::string name = logged.described.function ? std::string(logged.described.function->name) : "";
    std::string words = fmt::format("INT 13h/{:02X}h {}, call {}: drive {:02X}h", logged.described.ax >> 8, name, piece.call, a.drive.value_or(0));
    if (a.lba) words += fmt::format(" LBA {}", *a.lba);
    if (!logged.file.empty()) words += fmt::format(", {}", logged.file);
    rows.push_back({.first = first, .last = piece.last, .call = piece.call, .words = std::move(words)});
  }
  return rows;
}

std::string to_text(const std::vector<WriterRow>& rows) {
  std::string text;
  for (const WriterRow& r : rows) text += fmt::format("{:05X}h..{:05X}h  {}\n", r.first, r.last, r.words);
  return text.empty() ? "no disk call has filled memory\n" : text;
}

}  // namespace debugger::views
