#include "debugger/mode_log.h"

#include <algorithm>

namespace debugger {

void ModeLog::saw(emu::Nanoseconds time, emu::CpuMode mode) {
  const ModeSet bit = mode_bit(mode);
  if (stretches_.empty()) return stretches_.push_back({time, time, bit});
  ModeStretch& last = stretches_.back();
  if (time < last.to) return;
  if (last.modes == bit) {
    last.to = time;
    return;
  }
  stretches_.push_back({time, time, bit});
  if (stretches_.size() > most_) thin_out();
}

void ModeLog::forget_after(emu::Nanoseconds now) {
  const auto later =
      std::find_if(stretches_.begin(), stretches_.end(), [now](const ModeStretch& s) { return s.from > now; });
  stretches_.erase(later, stretches_.end());
  if (!stretches_.empty()) stretches_.back().to = std::min(stretches_.back().to, now);
  ++generation_;
}

void ModeLog::thin_out() {
  const auto join = [this] {
    std::size_t kept = 0;
    for (std::size_t i = 1; i < stretches_.size(); ++i) {
      ModeStretch& last = stretches_[kept];
      if (stretches_[i].to - last.from <= shortest_) {
        last.to = stretches_[i].to;
        last.modes |= stretches_[i].modes;
      } else {
        stretches_[++kept] = stretches_[i];
      }
    }
    stretches_.resize(kept + 1);
  };
  while (stretches_.size() > most_ / 2 && stretches_.size() > 1) {
    shortest_ *= 2;
    join();
  }
  ++generation_;
}

ModeSet modes_between(std::span<const ModeStretch> stretches, emu::Nanoseconds from, emu::Nanoseconds to) {
  if (stretches.empty()) return 0;
  auto at = std::lower_bound(stretches.begin(), stretches.end(), from,
                             [](const ModeStretch& s, emu::Nanoseconds time) { return s.to < time; });
  if (at == stretches.end()) return stretches.back().modes;
  ModeSet modes = at->modes;
  if (at->from > from && at != stretches.begin()) modes |= std::prev(at)->modes;  // from within the gap on
  for (; at->to < to && std::next(at) != stretches.end(); ++at) modes |= std::next(at)->modes;
  return modes;
}

}  // namespace debugger
