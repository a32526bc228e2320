#include "debugger/views/drives.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/core.h>

namespace debugger::views {
namespace {

/// "17", "17 18 19" or "17 18 ... 40".
std::string numbers(const std::vector<std::uint64_t>& calls) {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const bool skip = calls.size() > kMost && i >= kMost - 1 && i + 1 < calls.size();
    if (skip && i > kMost - 1) continue;
    if (!text.empty()) text += ' ';
    text += skip ? std::string("...") : fmt::format("{}", calls[i]);
  }
  return text;
}

}  // namespace

std::vector<DriveRow> drives_view(const bios::Drives& drives) {
  std::vector<DriveRow> rows;
  for (const std::uint8_t number : drives.numbers()) {
    const bios::Drive& d = *drives.find(number);
    rows.push_back({.number = number,
                    .words = bios::drive_words(number),
                    .medium = d.medium ? d.medium->name() : "",
                    .sectors = d.sectors,
                    .sector_size = d.sector_size,
                    .geometry = d.logical,
                    .emulated = d.emulated});
  }
  return rows;
}

std::string to_text(const std::vector<DriveRow>& rows) {
  std::string text;
  for (const DriveRow& row : rows) {
    text += fmt::format("{:<14}", row.words);
    if (row.medium.empty()) {
      text += " empty\n";
      continue;
    }
    text += fmt::format(" {} sectors of {} bytes", row.sectors, row.sector_size);
    if (row.geometry.heads > 0)
      text += fmt::format(", CHS {}/{}/{}", row.geometry.cylinders, row.geometry.heads, row.geometry.sectors);
    const std::string& path = row.medium;
    text += fmt::format("  {}{}\n", path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1),
                        row.emulated ? " (El Torito image)" : "");
  }
  return text.empty() ? "there are no drives\n" : text;
}

std::vector<SectorRange> sectors_view(const CallLog& calls) {
  // Begins and ends of transfers cut the drives into ranges.
  struct Event {
    std::uint8_t drive;
    std::uint64_t at;
    bool begins;
    std::uint64_t call;
    bool writes;
  };
  std::vector<Event> events;
  for (const LoggedCall& logged : calls.all()) {
    const bios::Arguments& a = logged.described.arguments;
    if (!moves_sectors(logged.described) || !logged.call.finished || logged.failed() || !a.drive || !a.lba ||
        *a.count == 0)
      continue;
    const std::uint64_t end = *a.lba + std::min<std::uint64_t>(*a.count, ~*a.lba);
    events.push_back({*a.drive, *a.lba, true, logged.number, a.writes_medium});
    events.push_back({*a.drive, end, false, logged.number, a.writes_medium});
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return std::tie(a.drive, a.at) < std::tie(b.drive, b.at); });
  std::vector<SectorRange> ranges;
  std::map<std::uint64_t, bool> open;  // call -> writes
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.begins) open[event.call] = event.writes;
    if (!event.begins) open.erase(event.call);
    const bool last_here =
        i + 1 == events.size() || std::tie(events[i + 1].drive, events[i + 1].at) != std::tie(event.drive, event.at);
    if (!last_here || open.empty() || i + 1 == events.size()) continue;
    SectorRange range{.drive = event.drive, .first = event.at, .last = events[i + 1].at - 1, .reads = {}, .writes = {}};
    for (const auto& [call, writes] : open) (writes ? range.writes : range.reads).push_back(call);
    ranges.push_back(std::move(range));
  }
  return ranges;
}

std::string to_text(const std::vector<SectorRange>& ranges) {
  std::string text;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    SectorRange r = ranges[i];
    // A file that is read piece by piece, each by the next call, is one line.
    const std::uint64_t first_call = r.reads.size() == 1 && r.writes.empty() ? r.reads[0] : 0;
    std::uint64_t last_call = first_call;
    while (first_call && i + 1 < ranges.size() && ranges[i + 1].drive == r.drive && ranges[i + 1].first == r.last + 1 &&
           ranges[i + 1].writes.empty() && ranges[i + 1].reads == std::vector{last_call + 1}) {
      r.last = ranges[++i].last;
      ++last_call;
    }
    text += fmt::format("drive {:02X}h  LBA {}", r.drive, r.first);
    if (r.last != r.first) text += fmt::format("..{}", r.last);
    if (last_call != first_call) {
      text += fmt::format("  read by calls {}..{}", first_call, last_call);
    } else if (!r.reads.empty()) {
      text += fmt::format("  read by call {}", numbers(r.reads));
    }
    if (!r.writes.empty()) text += fmt::format("  written by call {}", numbers(r.writes));
    text += '\n';
  }
  return text.empty() ? "no sector has been read or written by INT 13h\n" : text;
}

}  // namespace debugger::views
