#include "emu/machine_core.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emu/poll_loop.h"
#include "emu/timing.h"

namespace emu {

namespace {

constexpr std::uint64_t kRomBegin = 0xF0000, kRomEnd = 0x100000;  ///< where the BIOS's traps are
constexpr std::uint64_t kRomAlias = 0xFFFF0000;
constexpr std::uint8_t kFirstInternalTrap = 0xF0;  ///< traps from here on are not vectors

// Idle polls: this many in a row, each within this much guest work of the last, and nothing else asked of the BIOS.
constexpr int kPollsUntilIdle = 16;
constexpr Nanoseconds kPollWork = 200 * kMicrosecond;

// Spinning: this many reads of the time stamp counter or PAUSEs, each within this much guest work of the last. A loop
// may ask a device in between, as drivers wait for a UART's transmitter, as long as it says the same; only PAUSE counts
// then, since those that measure the time stamp counter against a timer must see it move evenly.
constexpr int kSpinsUntilIdle = 64;
constexpr Nanoseconds kSpinWork = 2 * kMicrosecond;
constexpr Nanoseconds kMostHurry = 50 * kMicrosecond;

// Every so often the machine looks whether the guest goes round in a short loop that only reads memory (the tick
// counter at 40:6C, say): this often, following it for this many blocks.
constexpr Nanoseconds kProbeInterval = kMillisecond;
constexpr Nanoseconds kProbeAgain = 10 * kMicrosecond;
constexpr int kProbeBlocks = 6;

bool is_idle_query(std::uint8_t vector) {
  return vector == 0x16 || vector == 0x1A || vector == 0x11 || vector == 0x15 || vector == 0x14 || vector == 0x08 ||
         vector == 0x1C || vector >= kFirstInternalTrap;
}

bool in_rom(std::uint64_t linear) {
  return (linear >= kRomBegin && linear < kRomEnd) || (linear >= kRomAlias && linear <= 0xFFFFFFFF);
}

}  // namespace

std::uint32_t Machine::Core::port_in(std::uint16_t port, int size) {
  const std::uint32_t value = m_.ports_.in(port, size);
  if (port != s_.asked_port || value != s_.answer) s_.spins = 0;
  s_.asked_port = port;
  s_.answer = value;
  s_.spin_asks = true;
  m_.clock_.advance(kPortTime);
  update_deadline();
  return value;
}

void Machine::Core::port_out(std::uint16_t port, std::uint32_t value, int size) {
  s_.spins = 0;
  if (size == 4 && port < 0x100 && m_.traps_ && in_rom(cpu_.block_address())) {
    trap(static_cast<std::uint8_t>(port));
  } else {
    const std::uint64_t device_writes = m_.memory_.device_writes();  // a display that clears its memory
    m_.ports_.out(port, value, size);
    m_.clock_.advance(kPortTime +
                      static_cast<Nanoseconds>(m_.memory_.device_writes() - device_writes) * kDeviceMemoryTime);
  }
  update_deadline();
}

void Machine::Core::trap(std::uint8_t number) {
  Registers regs = cpu_.registers();
  const bool vector = number < kFirstInternalTrap;
  tracker_.look_at_vectors();
  if (vector && tracker_.tracks(number)) tracker_.reached_rom(number, regs);
  if (!is_idle_query(number)) s_.polls = 0;
  if (vector) m_.clock_.advance(kCallTime);
  const std::uint64_t port_accesses = m_.ports_.accesses(), device_writes = m_.memory_.device_writes();
  const TrapResult result = m_.traps_->on_trap(number, regs);
  // What the BIOS does on the buses takes the time that it takes the guest. (POST and boot say how long they take.)
  if (vector)
    m_.clock_.advance(static_cast<Nanoseconds>(m_.ports_.accesses() - port_accesses) * kPortTime +
                      static_cast<Nanoseconds>(m_.memory_.device_writes() - device_writes) * kDeviceMemoryTime);
  s_.in_wait = result == TrapResult::kWaiting;
  m_.waiting_in_bios_ = false;
  cpu_.set_data_registers(regs);
  if (result == TrapResult::kAnswered && tracker_.open_calls() > 0)
    tracker_.answered_by_rom(vector ? std::optional(number) : std::nullopt, regs);
}

bool Machine::Core::watched_code(std::uint64_t linear) {
  tracker_.reached(linear);
  if (s_.resumed_from == linear) {
    s_.resumed_from.reset();
    return false;
  }
  if (ignore_breakpoints_ || !breakpoints_.contains(linear)) return false;
  crosses(linear);  // nobody else asks when the CPU stops here
  m_.breakpoint_address_ = linear;
  at_breakpoint_ = true;
  return true;
}

CpuMode Machine::Core::mode() {
  const std::uint32_t hf = cpu_.hflags();
  if (!(cpu_.cr0() & 1)) return CpuMode::kReal;
  if (hf & hflag::kVm86) return CpuMode::kVm86;
  if ((hf & hflag::kLongMode) && (hf & hflag::kCs64)) return CpuMode::kLong;
  return hf & hflag::kCs32 ? CpuMode::kProtected32 : CpuMode::kProtected16;
}

bool Machine::Core::tracker_in_real_mode() {
  const CpuMode now = mode();
  return now == CpuMode::kReal || now == CpuMode::kVm86;
}

void Machine::Core::report_mode() {
  if (mode_actions_.empty()) return;
  const CpuMode now = mode();
  if (now == s_.last_mode) return;
  const CpuMode before = std::exchange(s_.last_mode, now);
  for (const auto& action : mode_actions_) action(before, now);
}

/// Watchers that time has passed: once each, however many intervals an idle machine skipped.
void Machine::Core::run_due_watchers() {
  const Nanoseconds now = m_.clock_.now();
  for (Watcher& w : watchers_) {
    if (w.next > now) continue;
    w.next += ((now - w.next) / w.interval + 1) * w.interval;
    w.action();
  }
}

/// The CPU stopped before the block that would pass the earliest watcher. Time does not move for it: whether somebody
/// watches must not show.
void Machine::Core::run_next_watcher() {
  const auto first = std::min_element(watchers_.begin(), watchers_.end(),
                                      [](const Watcher& a, const Watcher& b) { return a.next < b.next; });
  first->next += first->interval;
  first->action();
}

void Machine::Core::fire_events(bool progress) {
  s_.starved = !progress;
  m_.clock_.run_due_events();
}

bool Machine::Core::skip_to_next_event() {
  const Nanoseconds next = m_.clock_.next_event();
  if (next == kNever) return false;
  const Nanoseconds target = std::max(std::min(next, s_.until), m_.clock_.now());
  m_.idle_time_ += target - m_.clock_.now();
  m_.clock_.advance(target - m_.clock_.now());
  s_.next_probe = std::max(s_.next_probe, target + kProbeAgain);
  return true;
}

void Machine::Core::note_idle_poll() {
  const Nanoseconds now = m_.clock_.now();
  s_.polls = now - s_.last_poll <= kPollWork ? s_.polls + 1 : 1;
  if (s_.polls >= kPollsUntilIdle) skip_to_next_event();
  s_.last_poll = m_.clock_.now();
}

/// A guest that reads the time stamp counter or pauses again and again is waiting for time to pass. Let it: by a
/// sixteenth of what it has waited so far each time, so that it waits about as long as it meant to; never past the next
/// event, and never by much at once, because many short waits in a row look like a long one.
void Machine::Core::spinning(Spinning by) {
  const Nanoseconds now = m_.clock_.now();
  if (now - s_.last_spin > kSpinWork) {
    s_.spins = 0;
    s_.spin_asks = false;
  }
  if (by == Spinning::kTimeStamp && s_.spin_asks) return;
  if (s_.spins++ == 0) s_.spin_begin = now;
  if (s_.spins > kSpinsUntilIdle) {
    const Nanoseconds hurry =
        std::clamp<Nanoseconds>(m_.clock_.next_event() - now, 0, std::min((now - s_.spin_begin) / 16, kMostHurry));
    m_.clock_.advance(hurry);
    m_.idle_time_ += hurry;
    update_deadline();
  }
  s_.last_spin = m_.clock_.now();
}

/// Could an interrupt take a halted or looping guest somewhere else? Not when the vectors that can fire are our own
/// ROM's.
bool Machine::Core::guest_can_wake() const {
  if (!m_.interrupts_) return false;
  for (const std::uint8_t vector : {0x08, 0x09, 0x1C, 0x70, 0x4A, 0x74})
    if (m_.memory_.read<std::uint16_t>(PhysAddr(vector * 4u + 2)) != 0xF000) return true;
  return false;
}

std::optional<StopReason> Machine::Core::idle() {
  if (irq_pending() && cpu_.interrupts_enabled()) {
    cpu_.interrupt_line_raised();
    return std::nullopt;
  }
  if (!cpu_.interrupts_enabled()) return StopReason::kDeadHalt;
  m_.waiting_in_bios_ = s_.in_wait;
  if (!skip_to_next_event()) return StopReason::kDeadHalt;
  return std::nullopt;
}

/// `jmp $`: how test sectors end.
std::optional<StopReason> Machine::Core::dead_loop() {
  const std::uint64_t at = cpu_.translate(linear_ip());
  if (at >= Memory::kAddressSpace || m_.memory_.read<std::uint16_t>(PhysAddr(at)) != 0xFEEB) return std::nullopt;
  if (!cpu_.interrupts_enabled()) return StopReason::kDeadLoop;
  if (mode() == CpuMode::kReal && !guest_can_wake()) return StopReason::kDeadLoop;
  skip_to_next_event();
  return std::nullopt;
}

/// The CPU stands before a block: follow it from here.
void Machine::Core::begin_probe() {
  s_.next_probe += std::max(kProbeInterval, m_.clock_.now() - s_.next_probe);
  s_.probe_registers = cpu_.registers();
  s_.probe_blocks = kProbeBlocks;
}

/// One block of the loop has run, and the CPU stands before the next. Back at the beginning with every register as it
/// was, by way of code that only looks, the guest waits for an interrupt to change what it looks at.
void Machine::Core::probe() {
  const std::uint64_t at = cpu_.translate(cpu_.ran_address());
  std::array<std::uint8_t, 64> code;
  const bool readable = at < Memory::kAddressSpace && cpu_.ran_size() > 0 && cpu_.ran_size() <= code.size();
  if (readable) m_.memory_.read(PhysAddr(at), std::span(code).first(cpu_.ran_size()));
  const CpuMode now = mode();
  if (!readable || now == CpuMode::kLong ||
      !only_looks(std::span(code).first(cpu_.ran_size()), now == CpuMode::kProtected32)) {
    s_.probe_blocks = 0;
    return;
  }
  const Registers r = cpu_.registers();
  if (r.rip == s_.probe_registers.rip && r.cs() == s_.probe_registers.cs() && r.gpr == s_.probe_registers.gpr &&
      r.rflags == s_.probe_registers.rflags) {
    s_.probe_blocks = 0;
    s_.next_probe = 0;  // very likely it goes on waiting after the event
    skip_to_next_event();
    return;
  }
  --s_.probe_blocks;
}

/// The block ahead would pass the earliest thing that is due. Only an event moves time to itself.
std::optional<StopReason> Machine::Core::at_deadline(Nanoseconds begin, bool probing) {
  Clock& clock = m_.clock_;
  if (probing) {
    probe();
    return std::nullopt;
  }
  if (const auto stop = dead_loop()) return stop;
  const Nanoseconds due = deadline();
  if (due == clock.next_event()) {
    if (due > clock.now()) clock.advance(due - clock.now());
    fire_events(clock.now() > begin);
  } else if (due == s_.until) {
    return StopReason::kTimeLimit;
  } else if (due == next_watch()) {
    run_next_watcher();
  } else {
    begin_probe();
  }
  return std::nullopt;
}

/// What happens between two slices.
std::optional<StopReason> Machine::Core::before_slice() {
  if (m_.clock_.next_event() <= m_.clock_.now()) fire_events(true);
  run_due_watchers();
  report_mode();
  if (s_.wire) return s_.wire;
  if (std::exchange(watch_hit_, false)) return StopReason::kWatch;
  if (stop_requested_) return StopReason::kRequested;
  if (m_.clock_.now() >= s_.until) return StopReason::kTimeLimit;
  return std::nullopt;
}

std::optional<StopReason> Machine::Core::after_slice(CpuExit exit) {
  switch (exit) {
    case CpuExit::kDeadline: return at_deadline(s_.slice_begin, s_.probing);
    case CpuExit::kStopped: break;
    case CpuExit::kHalted:
      s_.probe_blocks = 0;
      s_.halted = true;
      break;
    case CpuExit::kTripleFault: return StopReason::kTripleFault;
    case CpuExit::kFaultLoop: m_.stop_detail_ = cpu_.exit_detail(); return StopReason::kFaultLoop;
    case CpuExit::kUnwrittenCode: m_.stop_detail_ = cpu_.exit_detail(); return StopReason::kUnwrittenCode;
    case CpuExit::kUnsupported: m_.stop_detail_ = cpu_.exit_detail(); return StopReason::kUnsupported;
    case CpuExit::kPaused: return paused();
  }
  return std::nullopt;
}

/// Going on from here does not stop at once at a breakpoint here.
StopReason Machine::Core::paused() {
  s_.resumed_from = linear_ip();
  return std::exchange(at_breakpoint_, false) ? StopReason::kBreakpoint : StopReason::kPosition;
}

StopReason Machine::Core::go(Nanoseconds until) {
  s_.until = until;
  stop_requested_ = false;
  crossed_.clear();
  if (s_.resumed_from && linear_ip() != *s_.resumed_from) s_.resumed_from.reset();
  for (;;) {
    CpuExit exit;
    if (cpu_.paused()) {
      exit = cpu_.resume(deadline());
    } else {
      if (const auto stop = before_slice()) return *stop;
      if (s_.halted) {
        if (irq_pending() && cpu_.interrupts_enabled()) {
          s_.halted = false;
        } else if (const auto stop = idle()) {
          return *stop;
        } else {
          continue;
        }
      }
      if (irq_pending()) cpu_.interrupt_line_raised();
      s_.probing = s_.probe_blocks > 0;
      if (std::exchange(s_.starved, false) || s_.probing) cpu_.let_one_block_through();
      s_.slice_begin = m_.clock_.now();
      exit = cpu_.run(s_.probing ? s_.slice_begin : deadline());
    }
    if (const auto stop = after_slice(exit)) return *stop;
  }
}

StopReason Machine::Core::run(Nanoseconds until) { return go(until); }

StopReason Machine::Core::step(std::uint64_t count) {
  if (count == 0 && cpu_.paused()) return StopReason::kPosition;
  cpu_.pause_after(count);
  ignore_breakpoints_ = true;
  const StopReason reason = go(kNever);
  ignore_breakpoints_ = false;
  cpu_.cancel_pause();
  return reason;
}

StopReason Machine::Core::run_to(Nanoseconds time, bool stop_at_breakpoints, bool between_blocks) {
  if (cpu_.paused() && m_.clock_.now() >= time) return StopReason::kPosition;
  between_blocks ? cpu_.pause_between_blocks(time) : cpu_.pause_at(time);
  ignore_breakpoints_ = !stop_at_breakpoints;
  const StopReason reason = go(kNever);
  ignore_breakpoints_ = false;
  cpu_.cancel_pause();
  return reason;
}

}  // namespace emu
