// How fast a PC's time passes for whoever watches it.
#pragma once

#include <chrono>

#include "emu/types.h"

namespace ui {

enum class Speed {
  kThousandth,  ///< slow motion: a thousandth of the PC's own speed
  kHundredth,
  kTenth,
  kRealTime,
  kFull,       ///< work as fast as the host can, waits (menu time-outs, HLT) as long as they last
  kUnlimited,  ///< nothing is waited for
};

/// Says how long the thread that runs the guest should sleep.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  /// From this moment on. `now` is virtual, `idle` what of it the CPU was idle.
  void begin(Speed speed, emu::Nanoseconds now, emu::Nanoseconds idle, Clock::time_point host);
  Speed speed() const { return speed_; }
  /// How far the guest is ahead of where it should be, in host time; zero or less: it may run. Ask every few
  /// milliseconds: time that the guest was late is not made up for.
  std::chrono::nanoseconds ahead(emu::Nanoseconds now, emu::Nanoseconds idle, Clock::time_point host);

 private:
  Speed speed_ = Speed::kFull;
  emu::Nanoseconds passed_ = 0;  // of what is paced, virtual, when last asked
  Clock::time_point asked_{};    // when that was
  Clock::time_point due_{};      // when the guest may be where it is
};

}  // namespace ui
