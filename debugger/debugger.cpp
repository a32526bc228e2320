#include "debugger/debugger.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "devices/vga.h"
#include "emu/error.h"

namespace debugger {
namespace {

/// How often the debugger looks whether it was interrupted, in virtual time.
constexpr emu::Nanoseconds kTick = emu::kMillisecond;

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

std::uint64_t stack_pointer(const emu::Registers& r) { return r[emu::Seg::kSs].base + r[emu::Gpr::kSp]; }

}  // namespace

Debugger::Debugger(const Target& target, const Options& options)
    : target_(target),
      calls_(target.machine.memory(), target.drives),
      names_(target.machine, symbols_),
      breakpoints_(target.machine, names_, calls_, target.drives) {
  names_.call_count = [this] { return calls_.count(); };
  breakpoints_.on_hit = [this] { target_.machine.request_stop(); };
  target.machine.observe_calls(calls_, std::bitset<256>().set(0x13));
  target.machine.watch(kTick, [this] { tick(); });
  static_cast<void>(options);
  stop_.words = "before the first instruction";
}

Debugger::~Debugger() = default;

void Debugger::tick() {
  if (interrupted_.load(std::memory_order_relaxed)) target_.machine.request_stop();
  if (screen_ && target_.vga.text_fingerprint() != *screen_) {
    screen_changed_ = true;
    target_.machine.request_stop();
  }
}

// --- Running

emu::StopReason Debugger::run_machine(emu::Nanoseconds until) {
  if (std::exchange(reset_pending_, false)) target_.machine.reset();
  return target_.machine.run(until);
}

Stop Debugger::run(emu::Nanoseconds until) {
  interrupted_.store(false, std::memory_order_relaxed);
  for (;;) {
    const emu::StopReason reason = run_machine(until);
    if (reason == emu::StopReason::kBreakpoint) breakpoints_.reached(target_.machine.breakpoint_address());
    if (breakpoints_.has_hits()) return stopped_by(breakpoints_.take_hits());
    if (interrupted_.load(std::memory_order_relaxed)) return stand(StopCause::kInterrupted, "interrupted");
    if (std::exchange(screen_changed_, false)) return stand(StopCause::kArrived, "the screen has changed");
    const bool goes_on = reason == emu::StopReason::kBreakpoint || reason == emu::StopReason::kRequested ||
                         reason == emu::StopReason::kWatch;
    if (!goes_on) return machine_stopped(reason);
  }
}

Stop Debugger::stopped_by(std::vector<Hit> hits) {
  Stop stop{.cause = StopCause::kArrived, .words = {}, .breakpoints = {}, .watched = {}};
  for (const Hit& hit : hits) {
    if (hit.id < 0) continue;
    stop.cause = StopCause::kBreakpoint;
    stop.breakpoints.push_back(hit.id);
    if (!stop.words.empty()) stop.words += "; ";
    stop.words += fmt::format("breakpoint {}: {}", hit.id, hit.words);
    if (hit.watched) stop.watched = hit.watched;
  }
  if (stop.words.empty()) stop.words = hits.front().words;
  settle_on_call(hits.front());
  return stop_ = std::move(stop);
}

void Debugger::settle_on_call(const Hit& hit) { breakpoints_.skip_call(hit.begins_call); }

Stop Debugger::stand(StopCause cause, std::string words) {
  stop_ = {.cause = cause, .words = std::move(words), .breakpoints = {}, .watched = {}};
  return stop_;
}

Stop Debugger::machine_stopped(emu::StopReason reason) {
  const emu::Machine& machine = target_.machine;
  const std::string detail = machine.stop_detail().empty() ? "" : fmt::format(": {}", machine.stop_detail());
  switch (reason) {
    case emu::StopReason::kTimeLimit: return stand(StopCause::kTimeLimit, fmt::format("at {}", format_trace_time(machine.clock().now())));
    case emu::StopReason::kDeadHalt: return stand(StopCause::kHalted, "the CPU halts with interrupts off; nothing will wake it");
    case emu::StopReason::kDeadLoop: return stand(StopCause::kHalted, "the guest loops for ever");
    case emu::StopReason::kReset:
      reset_pending_ = true;
      return stand(StopCause::kReset, fmt::format("the guest resets the PC ({})", machine.reset_cause()));
    case emu::StopReason::kTripleFault: return stand(StopCause::kCrashed, "triple fault");
    case emu::StopReason::kFaultLoop: return stand(StopCause::kCrashed, "nobody handles a CPU exception" + detail);
    case emu::StopReason::kUnwrittenCode: return stand(StopCause::kCrashed, "it is about to run what nothing wrote" + detail);
    case emu::StopReason::kUnsupported: return stand(StopCause::kCrashed, "this engine cannot go on" + detail);
    default: return stand(StopCause::kStep, {});
  }
}

Stop Debugger::run_to_temporary(Breakpoint breakpoint, std::string_view arrived) {
  breakpoint.internal = true;
  const int id = breakpoints_.add(std::move(breakpoint));
  Stop stop = run();
  breakpoints_.remove(id);
  if (stop.cause == StopCause::kArrived && !arrived.empty()) stop = stand(StopCause::kArrived, std::string(arrived));
  return stop;
}

Stop Debugger::go() { return run(); }

Stop Debugger::until_linear(std::uint64_t linear) {
  Breakpoint b{.kind = BreakKind::kAddress, .text = {}};
  b.first = b.last = linear;
  return run_to_temporary(std::move(b), {});
}

Stop Debugger::until_disk_call() {
  Breakpoint b{.kind = BreakKind::kCall, .text = {}};
  b.vector = 0x13;
  return run_to_temporary(std::move(b), {});
}

Stop Debugger::until_call(std::uint64_t number) {
  if (number <= calls_.count()) refuse(fmt::format("disk call {} was made already; the next one is {}", number, calls_.count() + 1));
  Breakpoint b{.kind = BreakKind::kCall, .text = {}};
  b.vector = 0x13;
  b.number = number;
  return run_to_temporary(std::move(b), {});
}

Stop Debugger::until_screen() {
  screen_ = target_.vga.text_fingerprint();
  Stop stop = run();
  screen_.reset();
  return stop;
}

Stop Debugger::until_time(emu::Nanoseconds time) {
  if (time < target_.machine.clock().now()) return go_to({time});
  return run(time);
}

// --- Stepping

Stop Debugger::step(std::uint64_t count) {
  interrupted_.store(false, std::memory_order_relaxed);
  if (std::exchange(reset_pending_, false)) target_.machine.reset();
  const emu::StopReason reason = target_.machine.step(count);
  breakpoints_.take_hits();
  return machine_stopped(reason);
}

Stop Debugger::next() {
  const Instruction instruction = here();
  const bool whole = instruction.flow == Flow::kCall || instruction.flow == Flow::kInterrupt ||
                     instruction.flow == Flow::kLoop || instruction.flow == Flow::kRepeat;
  if (!whole) return step();
  const emu::Registers before = target_.machine.registers();
  Breakpoint behind{.kind = BreakKind::kAddress, .text = {}};
  behind.first = behind.last = before[emu::Seg::kCs].base + instruction.offset + static_cast<std::uint64_t>(instruction.size);
  behind.internal = true;
  const int id = breakpoints_.add(std::move(behind));
  Stop stop;
  // A deeper recursion passes the same address with less stack.
  do {
    stop = run();
  } while (stop.cause == StopCause::kArrived && stack_pointer(target_.machine.registers()) < stack_pointer(before));
  breakpoints_.remove(id);
  return stop.cause == StopCause::kArrived ? stand(StopCause::kStep, {}) : stop;
}

Stop Debugger::finish() {
  const std::uint64_t stack = stack_pointer(target_.machine.registers());
  interrupted_.store(false, std::memory_order_relaxed);
  for (;;) {
    const bool returns = here().flow == Flow::kReturn && stack_pointer(target_.machine.registers()) >= stack;
    Stop stop = returns ? step() : next();
    if (stop.cause != StopCause::kStep) return stop;
    if (returns) return stand(StopCause::kArrived, fmt::format("returned to {}", place()));
    if (interrupted_.load(std::memory_order_relaxed)) return stand(StopCause::kInterrupted, "interrupted");
  }
}

// --- Going back

TimeTravel& Debugger::history() {
  if (!travel_) refuse("no history is kept of this run, so that there is no way back");
  return *travel_;
}

Stop Debugger::reverse_step(std::uint64_t) { history(); return {}; }
Stop Debugger::reverse_next() { history(); return {}; }
Stop Debugger::reverse_go() { history(); return {}; }
Stop Debugger::go_to(emu::Position) { history(); return {}; }
std::optional<LastWrite> Debugger::last_write(emu::PhysAddr) { history(); return {}; }
void Debugger::input(const std::function<void()>& action) { action(); }

// --- Looking

std::uint64_t Debugger::linear_ip() const {
  const emu::Registers r = target_.machine.registers();
  return r[emu::Seg::kCs].base + r.rip;
}

std::size_t Debugger::read_code(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::uint64_t base = target_.machine.registers()[emu::Seg::kCs].base;
  if (read_linear(target_.machine, base + offset, out)) return out.size();
  std::size_t n = 0;  // up to the page that is not there
  while (n < out.size() && read_linear(target_.machine, base + offset + n, out.subspan(n, 1))) ++n;
  return n;
}

Instruction Debugger::here() {
  std::array<std::uint8_t, 15> bytes{};
  const std::uint64_t offset = target_.machine.registers().rip;
  const std::size_t n = read_code(offset, bytes);
  return disassembler_.decode(std::span(bytes).first(n), offset, code_size(target_.machine));
}

std::uint64_t Debugger::address(std::string_view text) const {
  std::string missing;
  const auto value = Expression::parse(text).evaluate(names_, &missing);
  if (!value) refuse(fmt::format("{} has no value now", missing));
  if (value->kind == Value::Kind::kNumber) return value->number;
  if (value->kind == Value::Kind::kText) refuse(fmt::format("\"{}\" is no address", value->text));
  const auto linear = names_.linear(value->selector, value->number);
  if (!linear) refuse(fmt::format("there is no segment {:04X}h now", value->selector));
  return *linear;
}

std::string Debugger::place() const {
  const emu::Registers r = target_.machine.registers();
  return fmt::format("{:04X}:{:0{}X}", r.cs(), r.rip, r.rip > 0xFFFF ? 8 : 4);
}

}  // namespace debugger
