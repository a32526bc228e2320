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
    pending_reset_ = false;
    halted_ = false;
    in_wait_ = false;
    polls_ = 0;
  }

  StopReason run(Nanoseconds until);

  void request_stop() {
    stop_requested_ = true;
    cpu_.stop();
  }
  void request_reset() {
    pending_reset_ = true;
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
  bool irq_pending() override { return !interrupts_held_ && m_.interrupts_ && m_.interrupts_->pending(); }
  std::uint8_t acknowledge_irq() override {
    halted_ = false;
    return m_.interrupts_->acknowledge();
  }
  void software_interrupt(std::uint8_t vector) override {
    if (tracker_.tracks(vector)) tracker_.interrupt(vector);
  }
  bool watched_code(std::uint64_t linear) override;
  void spinning() override;

  // TrackerHost
  Registers tracker_registers() override { return cpu_.registers(); }
  Nanoseconds tracker_time() override { return m_.clock_.now(); }
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
  Nanoseconds deadline() const { return std::min({m_.clock_.next_event(), next_watch(), until_, next_probe_}); }
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

  Machine& m_;
  Cpu cpu_;
  CallTracker tracker_;
  std::vector<Watcher> watchers_;
  std::set<std::uint64_t> breakpoints_;
  std::optional<std::uint64_t> resumed_from_;  // a breakpoint to step over
  std::vector<std::function<void(CpuMode, CpuMode)>> mode_actions_;
  CpuMode last_mode_ = CpuMode::kReal;
  Nanoseconds until_ = 0;
  bool interrupts_held_ = false;  // going on in the middle of a block: what is pending waits for its end, as it would have
  bool stop_requested_ = false;
  bool pending_reset_ = false;
  bool halted_ = false;
  bool in_wait_ = false;       // the last trap said "waiting"
  bool starved_ = false;       // an event fired and no block has run since
  Nanoseconds spin_begin_ = 0, last_spin_ = 0;
  int spins_ = 0;
  // Looking for a loop that polls memory: where and with which registers it began, and how many blocks to follow it.
  Nanoseconds next_probe_ = 0;
  int probe_blocks_ = 0;
  Registers probe_registers_;
  Nanoseconds last_poll_ = 0;
  int polls_ = 0;
};

}  // namespace emu
