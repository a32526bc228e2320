// Going back in time: snapshots while the PC runs, and running again from them.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emu/call_tracker.h"
#include "emu/machine.h"
#include "emu/memory_watch.h"
#include "emu/position.h"

namespace debugger {

/// Who wrote a byte last.
struct LastWrite {
  emu::MemoryAccess access;
  /// The BIOS call in progress then (its sequence number), when the BIOS wrote it or a hook did while answering it.
  std::optional<std::uint64_t> call;
};

/// Runs a machine so that every position it has passed can be visited again. The machine's breakpoints, watches and
/// observers stay in force whenever it runs; observers are told by CallObserver::time_went_back when it jumps back.
///
/// A run has one line of time: what is typed or changed at an earlier position than the latest discards what came after
/// it; going back and forth alone does not. Whoever looks may do so at any time. Not thread-safe.
class TimeTravel : private emu::CallObserver {
 public:
  struct Options {
    std::uint64_t memory_budget = 512u << 20;  ///< bytes of saved pages; beyond it old snapshots are thinned out
    double step_ms = 20;                       ///< processor time of guest work between two snapshots
  };

  static constexpr double kAllWork = std::numeric_limits<double>::infinity();

  /// Attach when the machine has been reset and before it runs. `on_reset` is called for StopReason::kReset; true: the
  /// guest may go on, the machine has been reset (null: stop there).
  TimeTravel(emu::Machine& machine, Options options, std::function<bool()> on_reset = nullptr);
  ~TimeTravel() override;
  TimeTravel(const TimeTravel&) = delete;
  TimeTravel& operator=(const TimeTravel&) = delete;

  emu::Position now() const;
  /// Where history begins, and the furthest position that was reached.
  emu::Position first() const;
  emu::Position last() const;

  // --- Forward
  /// As Machine::run, with snapshots. The reasons are the machine's.
  emu::StopReason run(emu::Nanoseconds until = emu::kNever);
  /// Executes `count` instructions, or stops earlier for another reason (not for breakpoints). kPosition = done.
  emu::StopReason step(std::uint64_t count = 1);

  // --- Anywhere. True: done. False: history begins later (then at first()), or the guest does not get there.
  /// To the first instruction at or after `position`. Stops at no breakpoint.
  bool go_to(emu::Position position);
  /// `count` instructions back.
  bool step_back(std::uint64_t count = 1);
  /// Back to the last stop before now at which `hit` says yes: `hit` is asked at each stop of the machine (breakpoint,
  /// watch), forwards, in runs from one snapshot to the next. May look, must not change anything. False: there is none,
  /// and the machine is at first(), or further than `most_ms` of guest work (host time) back.
  bool go_back_to(const std::function<bool(emu::StopReason)>& hit, double most_ms = kAllWork);
  /// To the INT instruction of the call with this sequence number (CallObserver; calls of all observed vectors count).
  bool go_to_call(std::uint64_t sequence);
  /// Who wrote this byte last before now; nothing since first(). The machine is back where it was.
  std::optional<LastWrite> last_write(emu::PhysAddr address);

  /// While it is there, going back many steps or far asks now and then whether to give up: step_back() then stays where
  /// it has come to, go_back_to() where it began; both answer false.
  class Abandoning {
   public:
    Abandoning(TimeTravel& travel, std::function<bool()> wanted);
    ~Abandoning();
    Abandoning(const Abandoning&) = delete;
    Abandoning& operator=(const Abandoning&) = delete;
    bool happened() const { return happened_; }

   private:
    friend class TimeTravel;
    bool asks() { return happened_ = happened_ || wanted_(); }
    TimeTravel& travel_;
    std::function<bool()> wanted_;
    bool happened_ = false;
  };

  // --- Input from outside
  /// Does something to the PC now (types a key, changes a register), remembers it, and does it again whenever time
  /// passes this position. Discards the future.
  void input(std::function<void()> action);
  /// The stop that ended the last run(), for a front end that shows where it is.
  emu::StopReason last_stop() const;

  struct Figures {
    std::size_t snapshots = 0;
    std::uint64_t page_bytes = 0;  ///< host memory of saved pages
    double save_ms = 0;            ///< host time spent on saving, in all
  };
  Figures figures() const;

 private:
  struct Impl;
  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;
  std::unique_ptr<Impl> impl_;
  Abandoning* abandoning_ = nullptr;
};

}  // namespace debugger
