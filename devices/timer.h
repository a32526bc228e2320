// One pending event of a chip on the machine's clock.
#pragma once

#include <functional>
#include <utility>

#include "emu/clock.h"
#include "emu/snapshot.h"

namespace devices {

/// A chip's alarm: at most one event waits at any time. Which time that is belongs to the chip's state, so a
/// restored chip only has to set() again.
class Timer {
 public:
  Timer(emu::Clock& clock, std::function<void()> action) : clock_(clock), action_(std::move(action)) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Fires once at `at`, instead of whenever it was set to before; kNever disarms.
  void set(emu::Nanoseconds at) {
    if (at == at_) return;
    clock_.cancel(event_);
    event_ = 0;
    at_ = at;
    if (at == emu::kNever) return;
    event_ = clock_.schedule_at(at, [this] {
      event_ = 0;
      at_ = emu::kNever;
      action_();
    });
  }
  emu::Nanoseconds due() const { return at_; }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(event_, at_); }

  emu::Clock& clock_;
  std::function<void()> action_;
  emu::EventId event_ = 0;
  emu::Nanoseconds at_ = emu::kNever;
};

}  // namespace devices
