#include "ui/panes/timeline_lanes.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "ui/panes/file_colours.h"

namespace ui {
namespace {

constexpr std::size_t kMostUnderWay = 32;
/// Disk calls further apart than this are of different activities: a menu waits for its user in between.
constexpr emu::Nanoseconds kLongPause = 400 * emu::kMillisecond;

struct Kind {
  std::uint8_t vector;
  const char* name;
};
/// Behind the drives, in this order; all others are "Other".
constexpr Kind kKinds[] = {{0x10, "Video"}, {0x16, "Keyboard"}, {0x15, "System"}, {0x1A, "Clock"}, {0x14, "Serial"}};
constexpr int kAfterDrives = Lane::kAfterDrives;

}  // namespace

void TimelineLanes::forget() {
  lanes_.clear();
  places_.clear();
  under_way_.clear();
  next_other_ = 0;
  last_other_.reset();
}

bool TimelineLanes::still_there(const CallSource& source) const {
  if (places_.size() > source.disk.size() || next_other_ > source.others.size()) return false;
  if (!places_.empty() && bar(places_.back()).begin != source.disk[places_.size() - 1].call.begin) return false;
  return next_other_ == 0 || source.others[next_other_ - 1].call.begin == last_other_begin_;
}

bool TimelineLanes::take(const CallSource& source, std::size_t budget) {
  if (!still_there(source)) forget();
  for (; budget > 0 && places_.size() < source.disk.size(); --budget) add_disk(source.disk[places_.size()]);
  if (last_other_) bar(*last_other_).end = std::max(bar(*last_other_).end, source.others[next_other_ - 1].last);
  for (; budget > 0 && next_other_ < source.others.size(); --budget) add_other(source.others[next_other_++]);
  const auto waiting = std::exchange(under_way_, {});
  for (const std::uint32_t index : waiting) {
    if (source.disk[index].ever_returned) {
      finish(bar(places_[index]), source.disk[index]);
    } else {
      under_way_.push_back(index);
    }
  }
  if (under_way_.size() > kMostUnderWay) under_way_.erase(under_way_.begin(), under_way_.end() - kMostUnderWay);
  return budget > 0;
}

std::uint32_t TimelineLanes::lane(int order, const std::string& name) {
  const auto found = std::find_if(lanes_.begin(), lanes_.end(), [order](const Lane& l) { return l.order == order; });
  if (found != lanes_.end()) return static_cast<std::uint32_t>(found - lanes_.begin());
  lanes_.push_back({.name = name, .order = order, .bars = {}});
  return static_cast<std::uint32_t>(lanes_.size() - 1);
}

void TimelineLanes::add_disk(const debugger::LoggedCall& logged) {
  const auto drive = logged.described.arguments.drive;
  const std::uint32_t at =
      lane(drive ? *drive : kAfterDrives - 1, drive ? fmt::format("Drive {:02X}h", *drive) : "Disk");
  const auto index = static_cast<std::uint32_t>(places_.size());
  lanes_[at].bars.push_back(
      {.begin = logged.call.begin, .index = index, .hooked = logged.call.hook.has_value(), .file = {}});
  places_.push_back({at, static_cast<std::uint32_t>(lanes_[at].bars.size() - 1)});
  if (logged.ever_returned) {
    finish(lanes_[at].bars.back(), logged);
  } else {
    under_way_.push_back(index);
  }
}

void TimelineLanes::finish(CallBar& bar, const debugger::LoggedCall& logged) {
  bar.end = logged.call.end;
  bar.failed = logged.call.out.rflags & emu::flag::kCarry;
  bar.hooked = logged.call.hook.has_value();
  if (!logged.file.empty()) bar.file = file_kind(logged.file);
}

void TimelineLanes::add_other(const OtherCall& other) {
  int order = kAfterDrives + static_cast<int>(std::size(kKinds));
  const char* name = "Other";
  for (std::size_t i = 0; i < std::size(kKinds); ++i) {
    if (kKinds[i].vector == other.call.vector) order = kAfterDrives + static_cast<int>(i), name = kKinds[i].name;
  }
  const std::uint32_t at = lane(order, name);
  lanes_[at].bars.push_back({.begin = other.call.begin,
                             .end = std::max({other.call.finished ? other.call.end : 0, other.last, other.call.begin}),
                             .index = static_cast<std::uint32_t>(next_other_ - 1),
                             .disk = false,
                             .file = {}});
  last_other_ = Place{at, static_cast<std::uint32_t>(lanes_[at].bars.size() - 1)};
  last_other_begin_ = other.call.begin;
}

const CallBar* TimelineLanes::disk_call(std::uint64_t number) const {
  return number >= 1 && number <= places_.size() ? &bar(places_[number - 1]) : nullptr;
}

std::optional<std::pair<emu::Nanoseconds, emu::Nanoseconds>> TimelineLanes::last_activity() const {
  if (places_.empty()) return std::nullopt;
  std::size_t first = places_.size() - 1;
  while (first > 0 &&
         bar(places_[first]).begin - std::max(bar(places_[first - 1]).end, bar(places_[first - 1]).begin) < kLongPause)
    --first;
  const CallBar& last = bar(places_.back());
  return std::pair(bar(places_[first]).begin, std::max(last.end, last.begin));
}

void visit_bars(const Lane& lane, emu::Nanoseconds from, emu::Nanoseconds to, double nanoseconds_per_pixel,
                const std::function<void(const CallBar&)>& bar) {
  // Bars are short or nested: those that reach into the view from before it begin not far before.
  constexpr std::ptrdiff_t kReach = 8;
  const auto begins_before = [](const CallBar& b, emu::Nanoseconds time) { return b.begin < time; };
  auto next = std::lower_bound(lane.bars.begin(), lane.bars.end(), from, begins_before);
  next -= std::min(kReach, next - lane.bars.begin());
  const auto pixel = static_cast<emu::Nanoseconds>(nanoseconds_per_pixel);
  while (next != lane.bars.end() && next->begin <= to) {
    bar(*next);
    const emu::Nanoseconds drawn = next->begin + pixel;
    const bool crowded = std::next(next) != lane.bars.end() && std::next(next)->begin < drawn;
    if (!crowded) {
      ++next;
      continue;
    }
    // The longest of those that begin in this pixel stands for all.
    const auto behind = std::lower_bound(next, lane.bars.end(), drawn, begins_before);
    if (behind - next < 64) {
      const auto longest =
          std::max_element(next, behind, [](const CallBar& a, const CallBar& b) { return a.end < b.end; });
      if (longest != next) bar(*longest);
    } else {
      bar(*std::prev(behind));
    }
    next = behind;
  }
}

}  // namespace ui
