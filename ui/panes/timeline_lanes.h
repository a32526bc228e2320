// The calls of a run as bars in lanes: one lane for each drive, and for each kind of other call.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ui/panes/calls_rows.h"

namespace ui {

struct CallBar {
  emu::Nanoseconds begin = 0;
  emu::Nanoseconds end = -1;  ///< -1: still under way
  std::uint32_t index = 0;    ///< in its source
  bool disk = true;
  bool failed = false;
  bool hooked = false;                ///< a program in the guest answered
  std::optional<std::uint64_t> file;  ///< file_kind() of what it read
};

struct Lane {
  std::string name;           ///< "Drive E0h", "Video"
  int order = 0;              ///< drives by number, then the others
  std::vector<CallBar> bars;  ///< by begin

  bool is_drive() const { return order < kAfterDrives; }
  static constexpr int kAfterDrives = 0x200;
};

class TimelineLanes {
 public:
  void forget();
  /// Looks at no more than `budget` new calls; true: at all.
  bool take(const CallSource& source, std::size_t budget);
  std::span<const Lane> lanes() const { return lanes_; }
  /// The bar of a disk call; null: not taken in.
  const CallBar* disk_call(std::uint64_t number) const;
  std::size_t disk_calls() const { return places_.size(); }
  /// The latest disk calls that follow each other without a long pause: the first's begin and the last's end.
  std::optional<std::pair<emu::Nanoseconds, emu::Nanoseconds>> last_activity() const;

 private:
  struct Place {
    std::uint32_t lane, bar;
  };
  bool still_there(const CallSource& source) const;
  std::uint32_t lane(int order, const std::string& name);
  void add_disk(const debugger::LoggedCall& logged);
  void add_other(const OtherCall& other);
  CallBar& bar(Place place) { return lanes_[place.lane].bars[place.bar]; }
  const CallBar& bar(Place place) const { return lanes_[place.lane].bars[place.bar]; }
  void finish(CallBar& bar, const debugger::LoggedCall& logged);

  std::vector<Lane> lanes_;
  std::vector<Place> places_;             // of disk calls, by number - 1
  std::vector<std::uint32_t> under_way_;  // disk calls that had not returned
  std::size_t next_other_ = 0;
  std::optional<Place> last_other_;
  emu::Nanoseconds last_other_begin_ = 0;
};

/// Draws what of a lane is in view, at most about one bar for each pixel: `bar` is told where from, where to and which.
void visit_bars(const Lane& lane, emu::Nanoseconds from, emu::Nanoseconds to, double nanoseconds_per_pixel,
                const std::function<void(const CallBar&)>& bar);

}  // namespace ui
