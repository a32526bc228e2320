#include "debugger/time_travel.h"

#include <algorithm>
#include <bitset>
#include <ctime>
#include <map>
#include <utility>

namespace debugger {

namespace {

using emu::Nanoseconds;
using emu::Position;
using emu::StopReason;

/// How often a run looks at the host's clock.
constexpr Nanoseconds kTick = emu::kMillisecond;
/// A stop that need not be exact comes at most this much behind its time: no block of code is longer.
constexpr Nanoseconds kLongestBlock = 16'384;
/// How far before now the search for the instruction before begins.
constexpr Nanoseconds kNear = 48;
constexpr std::size_t kMostSnapshots = 4096;

/// Processor time of this thread: on a busy host neither a snapshot nor going back from it needs more of that.
double host_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

}  // namespace

struct TimeTravel::Impl {
  struct Entry {
    std::shared_ptr<const emu::Snapshot> snapshot;
    std::size_t next_input = 0;       // the first that had not happened yet
    std::vector<std::uint64_t> open;  // calls
    double work_ms = 0;               // host time from the beginning to here
  };
  struct Input {
    Position at;
    std::function<void()> action;
  };
  using Snapshots = std::map<Position, Entry>;

  Impl(emu::Machine& m, Options o, std::function<bool()> reset)
      : machine(m), options(o), on_reset(std::move(reset)), step_ms(o.step_ms) {
    save();
  }

  Position now() const { return machine.position(); }

  Entry entry() { return {machine.save_snapshot(), next_input, open, work_ms}; }
  void save() {
    const double begin = host_ms();
    snapshots.try_emplace(now(), entry());
    thin_out();
    save_ms += host_ms() - begin;
    unsaved_ms = 0;
  }

  /// The one that leaves the smallest gap, in proportion to how long ago it is: old history gets coarser.
  void thin_out() {
    for (int i = 0; i < 8 && snapshots.size() > 3; ++i) {
      if (machine.snapshot_bytes() <= options.memory_budget && snapshots.size() <= kMostSnapshots) return;
      auto worst = snapshots.end();
      double least = 0;
      for (auto it = std::next(snapshots.begin()); std::next(it) != snapshots.end(); ++it) {
        const double gap = std::next(it)->second.work_ms - std::prev(it)->second.work_ms;
        const double cost = gap / (std::max(furthest_ms - it->second.work_ms, 0.0) + options.step_ms);
        if (worst == snapshots.end() || cost < least) {
          worst = it;
          least = cost;
        }
      }
      snapshots.erase(worst);
    }
  }

  void restore(const Entry& entry) {
    machine.restore_snapshot(*entry.snapshot);
    next_input = entry.next_input;
    open = entry.open;
    work_ms = entry.work_ms;
    unsaved_ms = 0;
  }
  void restore(Snapshots::iterator it) { restore(Entry(it->second)); }
  Snapshots::iterator at_or_before(Position position) {
    const auto it = snapshots.upper_bound(position);
    return it == snapshots.begin() ? it : std::prev(it);
  }

  void apply_inputs() {
    while (next_input < inputs.size() && inputs[next_input].at <= now()) inputs[next_input++].action();
  }

  /// Runs to the first instruction at or after `to`, or to an earlier stop. kPosition: it is there.
  StopReason advance(Nanoseconds to, bool stops) {
    for (bool paused = false;; paused = true) {
      apply_inputs();
      if (now().time >= to) return StopReason::kPosition;
      if (paused) machine.heed_breakpoint_here();  // the pause was ours
      const Nanoseconds exact = next_input < inputs.size() ? std::min(to, inputs[next_input].at.time) : to;
      const Position before = now(), tick{before.time + kTick};
      const double begin = host_ms();
      const bool near = exact <= tick.time + kLongestBlock;
      const StopReason reason = near ? machine.run_to({exact}, stops) : machine.run_past(tick, stops);
      const double spent = host_ms() - begin;
      work_ms += spent;
      unsaved_ms += spent;
      furthest = std::max(furthest, now());
      furthest_ms = std::max(furthest_ms, work_ms);
      if (reason == StopReason::kReset && on_reset && on_reset()) continue;
      if (reason != StopReason::kPosition) return reason;
      keep_snapshots(before);
    }
  }
  void keep_snapshots(Position before) {
    const auto passed = snapshots.upper_bound(before);
    if (passed != snapshots.end() && passed->first <= now()) {
      unsaved_ms = 0;
    } else if (unsaved_ms >= step_ms) {
      save();
    }
  }

  bool go_to(Position position) {
    const auto from = at_or_before(position);
    if (position < from->first) {
      restore(from);
      return false;
    }
    if (now() > position || now() < from->first) restore(from);
    if (advance(position.time, false) != StopReason::kPosition) return now() == position;
    if (const auto block = machine.passed(); block && now() > position && *block < position) {
      restore(at_or_before(*block));
      advance(block->time, false);
      while (now() < position && step_one()) {
      }
    }
    return true;
  }

  /// Executes one instruction, with what comes from outside at its beginning.
  bool step_one() {
    apply_inputs();
    const StopReason reason = machine.step();
    if (reason == StopReason::kReset && on_reset && on_reset()) return true;
    return reason == StopReason::kPosition;
  }

  /// Positions of the instructions from here on that begin before `end`, this one included.
  std::vector<Position> instructions_until(Position end) {
    std::vector<Position> all;
    while (now() < end) {
      all.push_back(now());
      if (!step_one()) break;
    }
    return all;
  }

  /// To a place before `end` from which it is few steps away. False: history begins at `end`.
  bool go_shortly_before(Position end) {
    auto begin = snapshots.lower_bound(end);
    if (begin == snapshots.begin()) return false;
    Entry from = std::prev(begin)->second;
    restore(from);
    // Usually the last few nanoseconds hold some instructions. When what is before took longer, because it asked the
    // host for something or waited, its place is between the nearest known before and the nearest from which `end` is
    // next; of what asked the host the machine says where it began.
    Nanoseconds low = now().time, high = end.time, middle = std::max(high - kNear, low);
    const double usual = std::exchange(step_ms, options.step_ms / 4);  // much of this may run several times
    while (high - low > kNear) {
      // What a crash lies in between is reached by steps, or not at all.
      if (advance(middle, false) != StopReason::kPosition && now().time < middle) break;
      if (now() < end) {
        from = entry();
        low = now().time;
      } else {
        high = middle;
        if (const auto kept = at_or_before({middle - 1}); kept->first.time > low) {
          from = kept->second;
          low = kept->first.time;
        }
        const auto block = machine.passed();
        restore(from);
        if (block && block->time > low && block->time < middle) {
          middle = block->time;
          continue;
        }
      }
      middle = low + (high - low) / 2;
    }
    step_ms = usual;
    restore(from);
    snapshots.try_emplace(now(), from);
    return true;
  }

  template <class Asks>
  bool step_back(std::uint64_t count, Asks abandons) {
    Position end = now();
    for (bool first = true;; first = false) {
      if (!first && abandons()) {
        go_to(end);
        return false;
      }
      if (!go_shortly_before(end)) {
        restore(snapshots.begin());
        return false;
      }
      const Position begin = now();
      const std::vector<Position> all = instructions_until(end);
      if (all.empty()) return go_to(end);
      if (all.size() >= count) return go_to(all[all.size() - count]);
      count -= all.size();
      end = begin;
    }
  }

  /// Runs the pieces between snapshots before `end`, the last first, until `found` says so at the end of one. Each
  /// piece has the instruction at its end, but for the last. Pieces that end further back than `most_ms` of work are
  /// not run.
  template <class Run>
  bool search_back(Position end, Run run, double most_ms = kAllWork) {
    auto piece = snapshots.lower_bound(end);
    Nanoseconds limit = end.time;
    const double now_ms = work_ms;
    while (piece != snapshots.begin()) {
      if (piece != snapshots.end() && piece->second.work_ms < now_ms - most_ms) return false;
      --piece;
      const Position at = piece->first;
      restore(piece);
      if (run(limit)) return true;
      piece = snapshots.find(at);  // others may have been thinned out
      if (piece == snapshots.end()) piece = snapshots.lower_bound(at);
      limit = at.time + 1;
    }
    return false;
  }

  emu::Machine& machine;
  Options options;
  std::function<bool()> on_reset;
  double step_ms;  // between two snapshots now
  Snapshots snapshots;
  std::vector<Input> inputs;
  std::size_t next_input = 0;
  std::map<std::uint64_t, Position> calls;  // by sequence number, where they begin
  std::vector<std::uint64_t> open;          // calls in progress
  Position furthest;
  double work_ms = 0, unsaved_ms = 0, furthest_ms = 0, save_ms = 0;
  StopReason last_stop = StopReason::kPosition;
};

TimeTravel::TimeTravel(emu::Machine& machine, Options options, std::function<bool()> on_reset)
    : impl_(std::make_unique<Impl>(machine, options, std::move(on_reset))) {
  machine.observe_calls(*this, std::bitset<256>().set(0x13));
}
TimeTravel::~TimeTravel() = default;

Position TimeTravel::now() const { return impl_->now(); }
Position TimeTravel::first() const { return impl_->snapshots.begin()->first; }
Position TimeTravel::last() const { return std::max(impl_->furthest, impl_->now()); }

StopReason TimeTravel::run(Nanoseconds until) {
  const StopReason reason = impl_->advance(until, true);
  return impl_->last_stop = reason == StopReason::kPosition ? StopReason::kTimeLimit : reason;
}

StopReason TimeTravel::step(std::uint64_t count) {
  Impl& t = *impl_;
  StopReason reason = StopReason::kPosition;
  const auto go = [&](std::uint64_t together) {
    t.apply_inputs();
    reason = t.machine.step(together);
    if (reason == StopReason::kReset && t.on_reset && t.on_reset()) reason = StopReason::kPosition;
    count -= together;
  };
  // One by one where time has been before: inputs come in between, and resets are gone through. So is one that stopped
  // it here.
  for (bool first = true; count > 0 && reason == StopReason::kPosition; first = false) {
    const bool known = t.now() < t.furthest || t.next_input < t.inputs.size();
    go(first || known ? 1 : count);
  }
  t.furthest = std::max(t.furthest, t.now());
  return t.last_stop = reason;
}

bool TimeTravel::go_to(Position position) { return impl_->go_to(position); }
bool TimeTravel::step_back(std::uint64_t count) {
  return count == 0 || impl_->step_back(count, [this] { return abandoning_ && abandoning_->asks(); });
}

TimeTravel::Abandoning::Abandoning(TimeTravel& travel, std::function<bool()> wanted)
    : travel_(travel), wanted_(std::move(wanted)) {
  travel_.abandoning_ = this;
}
TimeTravel::Abandoning::~Abandoning() { travel_.abandoning_ = nullptr; }

bool TimeTravel::go_back_to(const std::function<bool(StopReason)>& hit, double most_ms) {
  Impl& t = *impl_;
  const Position end = t.now();
  std::optional<Position> found;
  bool abandoned = false;
  t.search_back(
      end,
      [&](Nanoseconds limit) {
        for (;;) {
          if ((abandoned = abandoning_ && abandoning_->asks())) return true;
          const StopReason reason = t.advance(limit, true);
          if (reason != StopReason::kBreakpoint && reason != StopReason::kWatch && reason != StopReason::kRequested)
            return found.has_value();
          const Position at = reason == StopReason::kWatch ? t.machine.watch_hit().position : t.now();
          if (at < end && hit(reason)) found = at;
        }
      },
      most_ms);
  if (abandoned) {
    t.go_to(end);
    return false;
  }
  if (found) return t.go_to(*found);
  if (most_ms == kAllWork) t.restore(t.snapshots.begin());
  return false;
}

bool TimeTravel::go_to_call(std::uint64_t sequence) {
  Impl& t = *impl_;
  if (!t.calls.contains(sequence)) {
    if (sequence == 0 || (!t.calls.empty() && sequence < t.calls.rbegin()->first)) return false;
    if (t.now() < t.furthest) t.go_to(t.furthest);
    while (!t.calls.contains(sequence)) {
      if (t.advance(t.now().time + kTick, false) != StopReason::kPosition) break;
    }
    if (!t.calls.contains(sequence)) return false;
  }
  return t.go_to(t.calls.at(sequence));
}

std::optional<LastWrite> TimeTravel::last_write(emu::PhysAddr address) {
  Impl& t = *impl_;
  const Position end = t.now();
  std::optional<LastWrite> found;
  const emu::WatchId watch =
      t.machine.watch_memory(address, 1, emu::AccessKind::kWrite, [&](const emu::MemoryAccess& access) {
        if (access.position <= end)  // at `end` is what delivered an interrupt; the instruction there does not run
          found = LastWrite{access, t.open.empty() ? std::nullopt : std::optional(t.open.back())};
        return false;
      });
  t.search_back(end, [&](Nanoseconds limit) {
    t.advance(limit, false);
    return found.has_value();
  });
  t.machine.unwatch_memory(watch);
  t.go_to(end);
  return found;
}

void TimeTravel::input(std::function<void()> action) {
  Impl& t = *impl_;
  const Position at = t.now();
  t.inputs.erase(t.inputs.begin() + static_cast<std::ptrdiff_t>(t.next_input), t.inputs.end());
  t.snapshots.erase(t.snapshots.upper_bound(at), t.snapshots.end());
  std::erase_if(t.calls, [&](const auto& call) { return call.second > at; });
  t.furthest = at;
  t.furthest_ms = t.work_ms;
  t.inputs.push_back({at, std::move(action)});
  t.apply_inputs();
}

StopReason TimeTravel::last_stop() const { return impl_->last_stop; }

TimeTravel::Figures TimeTravel::figures() const {
  return {impl_->snapshots.size(), impl_->machine.snapshot_bytes(), impl_->save_ms};
}

void TimeTravel::call_begins(const emu::InterruptCall& call) {
  impl_->calls[call.sequence] = call.position;
  impl_->open.push_back(call.sequence);
}

void TimeTravel::call_ends(const emu::InterruptCall& call) {
  // Those inside it have ended with it.
  auto& open = impl_->open;
  const auto it = std::find(open.begin(), open.end(), call.sequence);
  if (it != open.end()) open.erase(it, open.end());
}

}  // namespace debugger
