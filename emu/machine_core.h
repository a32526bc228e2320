// The machine's run loop: slices of guest code between events, and the answers that the CPU needs meanwhile.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "emu/call_tracker.h"
#include "emu/cpu.h"
#include "emu/machine.h"

namespace emu {

/// Runs slices of guest code between events, and answers the CPU meanwhile.
class Machine::Core : public CpuBus, public TrackerHost {
 public:
  explicit Core(Machine& machine)
      : m_(machine),
        cpu_(machine.memory_, machine.clock_, *this,
             {machine.options_.force_public_engine, machine.options_.most_translated_code}),
        tracker_(*this, machine.memory_) {}

  Cpu& cpu() { return cpu_; }
  CallTracker& tracker() { return tracker_; }

  void reset() {
    cpu_.reset();
    s_.wire = {};
    s_.halted = false;
    s_.in_wait = false;
    s_.polls = 0;
  }

  StopReason run(Nanoseconds until);
  StopReason step(std::uint64_t count);
  StopReason run_to(Nanoseconds time, bool stop_at_breakpoints, bool between_blocks);

  std::shared_ptr<const Snapshot> save();
  void restore(const Snapshot& snapshot);

  WatchId watch_memory(PhysAddr base, std::uint64_t size, AccessKind kind, WatchAction action);
  void unwatch_memory(WatchId id);
  void heed_breakpoint_here() { s_.resumed_from.reset(); }
  WatchId watch_execution(std::uint64_t first, std::uint64_t last, bool outside);
  void unwatch_execution(WatchId id);
  WatchId watch_mode(std::function<bool(CpuMode, CpuMode)> wanted);
  void unwatch_mode(WatchId id);
  bool crossed(WatchId id) const { return std::find(crossed_.begin(), crossed_.end(), id) != crossed_.end(); }

  void request_stop() {
    stop_requested_ = true;
    cpu_.stop();
  }
  void end_by_wire(StopReason reason) {
    s_.wire = reason;
    cpu_.stop();
  }
  void watch(Nanoseconds interval, std::function<void()> action) {
    watchers_.push_back({interval, m_.clock_.now() + interval, std::move(action)});
  }
  void add_breakpoint(std::uint64_t linear) {
    if (breakpoints_.insert(linear).second) cpu_.watch_code(linear);
  }
  void remove_breakpoint(std::uint64_t linear) {
    if (breakpoints_.erase(linear)) cpu_.unwatch_code(linear);
  }
  void on_mode_change(std::function<void(CpuMode, CpuMode)> action) { mode_actions_.push_back(std::move(action)); }
  CpuMode mode();

  void interrupt_line_changed() {
    if (m_.interrupts_->pending()) cpu_.interrupt_line_raised();
  }
  void note_idle_poll();

  // CpuBus
  std::uint32_t port_in(std::uint16_t port, int size) override;
  void port_out(std::uint16_t port, std::uint32_t value, int size) override;
  bool irq_pending() override { return m_.interrupts_ && m_.interrupts_->pending(); }
  std::uint8_t acknowledge_irq() override {
    s_.halted = false;
    return m_.interrupts_->acknowledge();
  }
  void software_interrupt(std::uint8_t vector) override {
    tracker_.look_at_vectors();
    if (tracker_.tracks(vector)) tracker_.interrupt(vector);
  }
  bool watched_code(std::uint64_t linear) override;
  void watched_access(const MemoryAccess& access) override;
  bool crosses(std::uint64_t linear) override;
  bool may_cross(std::uint64_t linear, std::uint64_t last) override;
  void spinning(Spinning by) override;

  // TrackerHost
  Registers tracker_registers() override { return cpu_.registers(); }
  Nanoseconds tracker_time() override { return m_.clock_.now(); }
  Position tracker_trap_position() override { return {cpu_.host_since()}; }
  bool tracker_in_real_mode() override;
  void tracker_watch(std::uint64_t linear) override { cpu_.watch_code(linear); }
  void tracker_unwatch(std::uint64_t linear) override { cpu_.unwatch_code(linear); }

 private:
  struct Watcher {
    Nanoseconds interval, next;
    std::function<void()> action;
  };

  void trap(std::uint8_t number);
  std::uint64_t linear_ip() {
    const Registers r = cpu_.registers();
    return r[Seg::kCs].base + r.rip;
  }
  Nanoseconds next_watch() const {
    Nanoseconds next = kNever;
    for (const Watcher& w : watchers_) next = std::min(next, w.next);
    return next;
  }
  void run_due_watchers();
  void run_next_watcher();
  void report_mode();
  Nanoseconds deadline() const { return std::min({m_.clock_.next_event(), next_watch(), s_.until, s_.next_probe}); }
  void update_deadline() { cpu_.set_deadline(deadline()); }
  void fire_events(bool progress);
  std::optional<StopReason> idle();
  std::optional<StopReason> dead_loop();
  void begin_probe();
  std::optional<StopReason> at_deadline(Nanoseconds begin, bool probing);
  void probe();
  bool guest_can_wake() const;
  /// Moves time to the next event (not past `until`), counted as idle. False when there is none to wait for.
  bool skip_to_next_event();

  /// What goes on between the events of the run loop. Plain data.
  struct State {
    CpuMode last_mode = CpuMode::kReal;
    Nanoseconds until = 0;
    std::optional<StopReason> wire;  // a chip asked for a reset or for no more power: nothing runs until reset()
    bool halted = false;
    bool in_wait = false;  // the last trap said "waiting"
    bool starved = false;  // an event fired and no block has run since
    Nanoseconds spin_begin = 0, last_spin = 0;
    int spins = 0;
    std::uint16_t asked_port = 0;  // what a device said last
    std::uint32_t answer = 0;
    bool spin_asks = false;  // the loop that spins reads a port, which says the same again and again
    // Looking for a loop that polls memory: where and with which registers it began, and how many blocks to follow it.
    Nanoseconds next_probe = 0;
    int probe_blocks = 0;
    Registers probe_registers;
    Nanoseconds last_poll = 0;
    int polls = 0;
    // The slice that the CPU is in, also while it is paused.
    Nanoseconds slice_begin = 0;
    bool probing = false;
    std::optional<std::uint64_t> resumed_from;  // going on does not stop at this breakpoint
  };
  class CoreSnapshot;
  struct Watch {
    WatchId id;
    std::uint64_t base, size;
    AccessKind kind;
    WatchAction action;
  };
  /// Execution that enters `first`..`last`, or leaves it.
  struct ExecutionWatch {
    WatchId id;
    std::uint64_t first, last;
    bool outside;
    bool there = false;  // the instruction before was where the watch waits for one
    std::optional<bool> concerns(std::uint64_t linear) const;
  };

  struct ModeWatch {
    WatchId id;
    std::function<bool(CpuMode, CpuMode)> wanted;
    CpuMode mode;  // the instruction before was in
  };

  StopReason go(Nanoseconds until);
  std::optional<StopReason> before_slice();
  std::optional<StopReason> after_slice(CpuExit exit);
  StopReason paused();
  void watch_pages();
  void look_where_execution_is();
  void ask_blocks();

  Machine& m_;
  Cpu cpu_;
  CallTracker tracker_;
  State s_;
  std::vector<Watcher> watchers_;
  std::set<std::uint64_t> breakpoints_;
  bool ignore_breakpoints_ = false;
  bool at_breakpoint_ = false;  // the pause is for one
  std::vector<std::function<void(CpuMode, CpuMode)>> mode_actions_;
  bool stop_requested_ = false;
  std::vector<Watch> memory_watches_;
  std::vector<ExecutionWatch> execution_watches_;
  std::vector<ModeWatch> mode_watches_;
  std::vector<WatchId> crossed_;  // at the last stop
  WatchId next_id_ = 1;
  bool watch_hit_ = false;
};

}  // namespace emu
