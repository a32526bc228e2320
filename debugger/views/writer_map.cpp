#include "debugger/views/writer_map.h"

#include <iterator>

#include <fmt/core.h>

namespace debugger::views {

WriterMap::Mark WriterMap::mark(const LoggedCall& logged) {
  const auto& lba = logged.described.arguments.lba;
  return {.number = logged.number,
          .position = logged.call.position,
          .lba = lba ? std::optional<std::uint64_t>(*lba) : std::nullopt,
          .finished = logged.call.finished};
}

bool WriterMap::update(const CallLog& calls, const DriveFacts& drives, std::size_t most) {
  if (taken_.number > 0) {
    const LoggedCall* same = calls.find(taken_.number);
    const Mark now = same ? mark(*same) : Mark{};
    // A call that had returned and has not any more: time went back into it.
    const bool undone = taken_.finished && !now.finished;
    if (now.number != taken_.number || now.position != taken_.position || now.lba != taken_.lba || undone) clear();
  }
  std::erase_if(pending_, [&](std::uint64_t number) {
    const LoggedCall* logged = calls.find(number);
    return !logged || take(*logged, drives);
  });
  const auto all = calls.all();
  for (; taken_.number < all.size() && most > 0; --most) {
    const LoggedCall& logged = all[static_cast<std::size_t>(taken_.number)];
    if (!take(logged, drives)) pending_.push_back(logged.number);
    taken_ = mark(logged);
  }
  if (const LoggedCall* last = calls.find(taken_.number)) taken_ = mark(*last);
  return taken_.number == all.size();
}

/// False: it has not returned, so it may fill memory yet.
bool WriterMap::take(const LoggedCall& logged, const DriveFacts& drives) {
  if (!logged.call.finished) return false;
  const bios::Arguments& a = logged.described.arguments;
  const bool fills =
      moves_sectors(logged.described) && !logged.failed() && !a.writes_medium && a.buffer && *a.count > 0;
  if (!fills) return true;
  const std::uint32_t known = a.drive ? drives.sector_size(*a.drive) : 0;
  const std::uint64_t bytes = std::uint64_t{*a.count} * (known ? known : 512);
  const std::uint64_t first = a.buffer->linear();
  paint(first, first + bytes - 1, logged.number);
  return true;
}

/// The later call has the say, in whatever order they return.
void WriterMap::paint(std::uint64_t first, std::uint64_t last, std::uint64_t call) {
  split(first);
  split(last + 1);
  auto next = pieces_.lower_bound(first);
  for (std::uint64_t at = first; at <= last;) {
    while (next != pieces_.end() && next->first <= last && next->second.call < call) next = pieces_.erase(next);
    const bool stays = next != pieces_.end() && next->first <= last;
    const std::uint64_t end = stays ? next->first : last + 1;
    if (end > at) pieces_.emplace_hint(next, at, Piece{.last = end - 1, .call = call});
    if (!stays) break;
    at = next->second.last + 1;
    ++next;
  }
}

void WriterMap::split(std::uint64_t at) {
  const auto behind = pieces_.lower_bound(at);
  if (behind == pieces_.begin()) return;
  auto& [first, piece] = *std::prev(behind);
  if (piece.last < at) return;
  pieces_[at] = piece;
  piece.last = at - 1;
}

std::optional<std::uint64_t> WriterMap::call_at(std::uint64_t address) const {
  const auto behind = pieces_.upper_bound(address);
  if (behind == pieces_.begin()) return std::nullopt;
  const Piece& piece = std::prev(behind)->second;
  return address <= piece.last ? std::optional(piece.call) : std::nullopt;
}

std::string writer_words(const LoggedCall& logged) {
  const bios::Arguments& a = logged.described.arguments;
  const std::string name = logged.described.function ? std::string(logged.described.function->name) : "";
  std::string words = fmt::format("INT 13h/{:02X}h {}, call {}: drive {:02X}h", logged.described.ax >> 8, name,
                                  logged.number, a.drive.value_or(0));
  if (a.lba) words += fmt::format(" LBA {}", *a.lba);
  if (!logged.file.empty()) words += fmt::format(", {}", logged.file);
  return words;
}

}  // namespace debugger::views
