// Virtual time: a counter that guest work advances, and the events that wait for it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "emu/snapshot.h"
#include "emu/types.h"

namespace emu {

/// Names a scheduled event; 0 is "none".
using EventId = std::uint64_t;

/// The machine's only clock. Deterministic: it moves when guest code runs (one byte of executed code is one
/// nanosecond), when the machine is idle (straight to the next event), or when something takes time (emu/timing.h).
class Clock {
 public:
  /// Virtual time since power-on.
  Nanoseconds now() const { return now_; }

  /// Calls `action` once when the time reaches `at` (at once after the current step when `at` is past). Events with
  /// equal times fire in the order in which they were scheduled.
  EventId schedule_at(Nanoseconds at, std::function<void()> action);
  EventId schedule_in(Nanoseconds delay, std::function<void()> action) {
    return schedule_at(now_ + delay, std::move(action));
  }
  /// Forgets an event; 0 and events that have fired are ignored.
  void cancel(EventId id);

  /// When the earliest event is due, or kNever.
  Nanoseconds next_event() const { return events_.empty() ? kNever : events_.begin()->first.first; }

  /// Moves time without firing anything. Used by the CPU's accounting; never goes back except for the refund of the
  /// part of a block that an exception kept from running.
  void advance(Nanoseconds delta) { now_ += delta; }

  /// Fires everything that is due at now(), earliest first. Actions may schedule and cancel.
  void run_due_events();

 private:
  friend struct SnapshotAccess;
  auto snapshot_fields() { return std::tie(now_, next_id_, events_); }

  Nanoseconds now_ = 0;
  EventId next_id_ = 1;
  std::map<std::pair<Nanoseconds, EventId>, std::function<void()>> events_;
};

}  // namespace emu
