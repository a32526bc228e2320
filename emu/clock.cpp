#include "emu/clock.h"

#include <algorithm>

namespace emu {

EventId Clock::schedule_at(Nanoseconds at, std::function<void()> action) {
  const EventId id = next_id_++;
  events_.emplace(std::pair(at, id), std::move(action));
  return id;
}

void Clock::cancel(EventId id) {
  // A handful of events exist at any time; a second index would cost more than it saves.
  const auto it = std::find_if(events_.begin(), events_.end(), [id](const auto& e) { return e.first.second == id; });
  if (it != events_.end()) events_.erase(it);
}

void Clock::run_due_events() {
  while (!events_.empty() && events_.begin()->first.first <= now_) {
    auto node = events_.extract(events_.begin());
    node.mapped()();
  }
}

}  // namespace emu
