#include "emu/machine.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "emu/cpu.h"
#include "emu/poll_loop.h"

namespace emu {

namespace {

constexpr std::uint64_t kRomBegin = 0xF0000, kRomEnd = 0x100000;   ///< where the BIOS's traps are
constexpr std::uint64_t kRomAlias = 0xFFFF0000;
constexpr std::uint8_t kFirstInternalTrap = 0xF0;                   ///< traps from here on are not vectors

/// A port access crosses the ISA or LPC bus, which takes about this long on a real PC whatever the CPU's speed. Loops that
/// poll a chip count on it.
constexpr Nanoseconds kPortTime = 500;

// Idle polls: this many in a row, each within this much guest work of the last, and nothing else asked of the BIOS.
constexpr int kPollsUntilIdle = 16;
constexpr Nanoseconds kPollWork = 200 * kMicrosecond;

// Spinning: this many reads of the time stamp counter or PAUSEs, each within this much guest work of the last.
constexpr int kSpinsUntilIdle = 64;
constexpr Nanoseconds kSpinWork = 2 * kMicrosecond;
constexpr Nanoseconds kMostHurry = 50 * kMicrosecond;

// Every so often the machine looks whether the guest goes round in a short loop that only reads memory (the tick counter at
// 40:6C, say): this often, following it for this many blocks.
constexpr Nanoseconds kProbeInterval = kMillisecond;
constexpr Nanoseconds kProbeAgain = 10 * kMicrosecond;
constexpr int kProbeBlocks = 6;

bool is_idle_query(std::uint8_t vector) {
  return vector == 0x16 || vector == 0x1A || vector == 0x11 || vector == 0x15 || vector == 0x14 || vector == 0x08 ||
         vector == 0x1C || vector >= kFirstInternalTrap;
}

}  // namespace

/// Runs slices of guest code between events, and answers the CPU meanwhile.
class Machine::Core : public CpuBus, public TrackerHost {
 public:
  explicit Core(Machine& machine)
      : m_(machine),
        cpu_(machine.memory_, machine.clock_, *this, machine.options_.force_public_engine),
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
  std::uint32_t port_in(std::uint16_t port, int size) override {
    spins_ = 0;
    const std::uint32_t value = m_.ports_.in(port, size);
    m_.clock_.advance(kPortTime);
    update_deadline();
    return value;
  }
  void port_out(std::uint16_t port, std::uint32_t value, int size) override {
    spins_ = 0;
    if (size == 4 && port < 0x100 && m_.traps_ && in_rom(cpu_.block_address())) {
      trap(static_cast<std::uint8_t>(port));
    } else {
      m_.ports_.out(port, value, size);
      m_.clock_.advance(kPortTime);
    }
    update_deadline();
  }
  bool irq_pending() override { return m_.interrupts_ && m_.interrupts_->pending(); }
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

 private:
  struct Watcher {
    Nanoseconds interval, next;
    std::function<void()> action;
  };

  static bool in_rom(std::uint64_t linear) {
    return (linear >= kRomBegin && linear < kRomEnd) || (linear >= kRomAlias && linear <= 0xFFFFFFFF);
  }
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

void Machine::Core::trap(std::uint8_t number) {
  Registers regs = cpu_.registers();
  const bool vector = number < kFirstInternalTrap;
  if (vector && tracker_.tracks(number)) tracker_.reached_rom(number, regs);
  if (!is_idle_query(number)) polls_ = 0;
  const TrapResult result = m_.traps_->on_trap(number, regs);
  in_wait_ = result == TrapResult::kWaiting;
  m_.waiting_in_bios_ = false;
  cpu_.set_data_registers(regs);
  if (result == TrapResult::kAnswered && tracker_.open_calls() > 0)
    tracker_.answered_by_rom(vector ? std::optional(number) : std::nullopt, regs);
}

bool Machine::Core::watched_code(std::uint64_t linear) {
  if (resumed_from_ == linear) {
    resumed_from_.reset();
    return false;
  }
  tracker_.reached(linear);
  if (!breakpoints_.contains(linear)) return false;
  m_.breakpoint_address_ = linear;
  resumed_from_ = linear;
  return true;
}

CpuMode Machine::Core::mode() {
  const std::uint32_t hf = cpu_.hflags();
  if (!(cpu_.cr0() & 1)) return CpuMode::kReal;
  if (hf & hflag::kVm86) return CpuMode::kVm86;
  if ((hf & hflag::kLongMode) && (hf & hflag::kCs64)) return CpuMode::kLong;
  return hf & hflag::kCs32 ? CpuMode::kProtected32 : CpuMode::kProtected16;
}

void Machine::Core::report_mode() {
  if (mode_actions_.empty()) return;
  const CpuMode now = mode();
  if (now == last_mode_) return;
  const CpuMode before = std::exchange(last_mode_, now);
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
  starved_ = !progress;
  m_.clock_.run_due_events();
}

bool Machine::Core::skip_to_next_event() {
  const Nanoseconds next = m_.clock_.next_event();
  if (next == kNever) return false;
  const Nanoseconds target = std::max(std::min(next, until_), m_.clock_.now());
  m_.idle_time_ += target - m_.clock_.now();
  m_.clock_.advance(target - m_.clock_.now());
  next_probe_ = std::max(next_probe_, target + kProbeAgain);
  return true;
}

void Machine::Core::note_idle_poll() {
  const Nanoseconds now = m_.clock_.now();
  polls_ = now - last_poll_ <= kPollWork ? polls_ + 1 : 1;
  if (polls_ >= kPollsUntilIdle) skip_to_next_event();
  last_poll_ = m_.clock_.now();
}

/// A guest that reads the time stamp counter or pauses again and again is waiting for time to pass. Let it: by a sixteenth of
/// what it has waited so far each time, so that it waits about as long as it meant to; never past the next event, and never
/// by much at once, because many short waits in a row look like a long one.
void Machine::Core::spinning() {
  const Nanoseconds now = m_.clock_.now();
  if (now - last_spin_ > kSpinWork) spins_ = 0;
  if (spins_++ == 0) spin_begin_ = now;
  if (spins_ > kSpinsUntilIdle) {
    const Nanoseconds hurry = std::clamp<Nanoseconds>(m_.clock_.next_event() - now, 0, std::min((now - spin_begin_) / 16, kMostHurry));
    m_.clock_.advance(hurry);
    m_.idle_time_ += hurry;
    update_deadline();
  }
  last_spin_ = m_.clock_.now();
}

/// Could an interrupt take a halted or looping guest somewhere else? Not when the vectors that can fire are our own ROM's.
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
  m_.waiting_in_bios_ = in_wait_;
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
  next_probe_ += std::max(kProbeInterval, m_.clock_.now() - next_probe_);
  probe_registers_ = cpu_.registers();
  probe_blocks_ = kProbeBlocks;
}

/// One block of the loop has run, and the CPU stands before the next. Back at the beginning with every register as it was,
/// by way of code that only looks, the guest waits for an interrupt to change what it looks at.
void Machine::Core::probe() {
  const std::uint64_t at = cpu_.translate(cpu_.ran_address());
  std::array<std::uint8_t, 64> code;
  const bool readable = at < Memory::kAddressSpace && cpu_.ran_size() > 0 && cpu_.ran_size() <= code.size();
  if (readable) m_.memory_.read(PhysAddr(at), std::span(code).first(cpu_.ran_size()));
  const CpuMode now = mode();
  if (!readable || now == CpuMode::kLong ||
      !only_looks(std::span(code).first(cpu_.ran_size()), now == CpuMode::kProtected32)) {
    probe_blocks_ = 0;
    return;
  }
  const Registers r = cpu_.registers();
  if (r.rip == probe_registers_.rip && r.cs() == probe_registers_.cs() && r.gpr == probe_registers_.gpr &&
      r.rflags == probe_registers_.rflags) {
    probe_blocks_ = 0;
    next_probe_ = 0;  // very likely it goes on waiting after the event
    skip_to_next_event();
    return;
  }
  --probe_blocks_;
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
  } else if (due == until_) {
    return StopReason::kTimeLimit;
  } else if (due == next_watch()) {
    run_next_watcher();
  } else {
    begin_probe();
  }
  return std::nullopt;
}

StopReason Machine::Core::run(Nanoseconds until) {
  until_ = until;
  stop_requested_ = false;
  if (resumed_from_ && linear_ip() != *resumed_from_) resumed_from_.reset();
  Clock& clock = m_.clock_;
  for (;;) {
    if (clock.next_event() <= clock.now()) fire_events(true);
    run_due_watchers();
    report_mode();
    if (pending_reset_) return StopReason::kReset;
    if (stop_requested_) return StopReason::kRequested;
    if (clock.now() >= until) return StopReason::kTimeLimit;
    if (halted_) {
      if (irq_pending() && cpu_.interrupts_enabled()) {
        halted_ = false;
      } else if (const auto stop = idle()) {
        return *stop;
      } else {
        continue;
      }
    }
    if (irq_pending()) cpu_.interrupt_line_raised();
    if (std::exchange(starved_, false)) cpu_.let_one_block_through();
    const Nanoseconds begin = clock.now();
    const bool probing = probe_blocks_ > 0;
    if (probing) cpu_.let_one_block_through();
    switch (cpu_.run(probing ? begin : deadline())) {
      case CpuExit::kDeadline:
        if (const auto stop = at_deadline(begin, probing)) return *stop;
        break;
      case CpuExit::kStopped:
        if (resumed_from_ && linear_ip() == *resumed_from_) return StopReason::kBreakpoint;
        break;
      case CpuExit::kHalted:
        probe_blocks_ = 0;
        halted_ = true;
        break;
      case CpuExit::kTripleFault: return StopReason::kTripleFault;
      case CpuExit::kFaultLoop: m_.stop_detail_ = cpu_.exit_detail(); return StopReason::kFaultLoop;
      case CpuExit::kUnwrittenCode: m_.stop_detail_ = cpu_.exit_detail(); return StopReason::kUnwrittenCode;
      case CpuExit::kUnsupported: m_.stop_detail_ = cpu_.exit_detail(); return StopReason::kUnsupported;
    }
  }
}

Machine::Machine(const Options& options) : options_(options), memory_(options.ram_size) {}
Machine::~Machine() = default;

/// The engine is opened at the first reset: by then every device has mapped its memory, and nothing is mapped twice.
void Machine::build_core() {
  if (!core_) core_ = std::make_unique<Core>(*this);
}

void Machine::reset() {
  memory_.set_a20(true);
  for (const auto& action : reset_actions_) action();
  build_core();
  core_->reset();
  reset_cause_.clear();
}

StopReason Machine::run(Nanoseconds until) { return core_->run(until); }

void Machine::request_stop() {
  if (core_) core_->request_stop();
}

void Machine::request_reset(std::string_view cause) {
  reset_cause_ = cause;
  if (core_) core_->request_reset();
}

void Machine::interrupt_line_changed() {
  if (core_) core_->interrupt_line_changed();
}

void Machine::note_idle_poll() {
  ++idle_polls_;
  if (core_) core_->note_idle_poll();
}

Registers Machine::registers() const { return core_->cpu().registers(); }
void Machine::set_registers(const Registers& registers) { core_->cpu().set_registers(registers); }
CpuMode Machine::mode() const { return core_->mode(); }
EnginePath Machine::engine_path() const { return core_->cpu().uses_kit() ? EnginePath::kKit : EnginePath::kPublic; }

const std::string& Machine::engine_refusal() const { return core_->cpu().kit_refusal(); }

SystemRegisters Machine::system_registers() const {
  SystemRegisters s;
  std::uint64_t cr[5];
  EngineSegment gdt, idt;
  core_->cpu().read_system_registers(cr, s.efer, gdt, idt);
  s.cr0 = cr[0];
  s.cr2 = cr[2];
  s.cr3 = cr[3];
  s.cr4 = cr[4];
  s.gdt_base = gdt.base;
  s.gdt_limit = gdt.limit;
  s.idt_base = idt.base;
  s.idt_limit = idt.limit;
  return s;
}

std::optional<PhysAddr> Machine::translate(std::uint64_t linear) const {
  const std::uint64_t physical = core_->cpu().translate(linear);
  if (physical >= Memory::kAddressSpace) return std::nullopt;
  return PhysAddr(physical);
}

void Machine::observe_calls(CallObserver& observer, const std::bitset<256>& vectors) {
  build_core();
  core_->tracker().add(observer, vectors);
}
void Machine::watch(Nanoseconds interval, std::function<void()> watcher) {
  build_core();
  core_->watch(interval, std::move(watcher));
}
void Machine::add_breakpoint(std::uint64_t linear) {
  build_core();
  core_->add_breakpoint(linear);
}
void Machine::remove_breakpoint(std::uint64_t linear) {
  if (core_) core_->remove_breakpoint(linear);
}
void Machine::on_mode_change(std::function<void(CpuMode, CpuMode)> action) {
  build_core();
  core_->on_mode_change(std::move(action));
}
void Machine::report_unfinished_calls() {
  if (core_) core_->tracker().report_unfinished();
}

EnginePath probe_engine(std::string* why_not_kit) {
  Machine::Options options;
  options.ram_size = 1u << 20;
  Machine machine(options);
  machine.reset();
  if (why_not_kit) *why_not_kit = machine.engine_refusal();
  return machine.engine_path();
}

}  // namespace emu
