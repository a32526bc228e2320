#include "debugger/debugger.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "debugger/call_here.h"
#include "devices/vga.h"
#include "emu/error.h"

namespace debugger {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

}  // namespace

Debugger::Debugger(const Target& target, const Options& options)
    : target_(target),
      calls_(target.machine.memory(), target.drives),
      names_(target.machine, symbols_),
      breakpoints_(target.machine, names_, calls_, target.drives) {
  names_.call_count = [this] { return calls_.count(); };
  breakpoints_.on_hit = [this] { target_.machine.request_stop(); };
  target.machine.observe_calls(calls_, std::bitset<256>().set(0x13));
  target.machine.watch(options.tick, [this] { tick(); });
  if (options.history)
    travel_ = std::make_unique<TimeTravel>(target.machine, options.travel, [this] { return goes_through_reset(); });
  stop_.words = "before the first instruction";
}

Debugger::~Debugger() = default;

void Debugger::tick() {
  if (quiet_) return;  // a stop would end a move in time half-way
  if (interrupted_.load(std::memory_order_relaxed) || pause_wanted_.load(std::memory_order_relaxed))
    target_.machine.request_stop();
  if (screen_ && target_.vga.text_fingerprint() != *screen_) {
    screen_changed_ = true;
    target_.machine.request_stop();
  }
  if (waits_ && began_ && gives_up && !given_up_ && (given_up_ = gives_up(*began_))) target_.machine.request_stop();
}

// --- Running

/// A reset ends a run once; when the user goes on, and whenever time passes there again, the PC starts anew.
bool Debugger::goes_through_reset() {
  if (target_.machine.position() > resets_until_) return false;
  target_.machine.reset();
  return true;
}

emu::StopReason Debugger::run_machine(emu::Nanoseconds until) {
  if (travel_) return travel_->run(until);
  const emu::StopReason reason = target_.machine.run(until);
  return reason == emu::StopReason::kReset && goes_through_reset() ? emu::StopReason::kRequested : reason;
}

Debugger::Motion::Motion(Debugger& debugger) : debugger_(debugger), outermost_(!debugger.began_) {
  if (!outermost_) return;
  debugger_.began_ = debugger_.target_.machine.clock().now();
  debugger_.given_up_.reset();
  debugger_.pieces_ = 0;
  debugger_.asked_ = *debugger_.began_;
}

Debugger::Motion::~Motion() {
  if (!outermost_) return;
  debugger_.began_.reset();
  debugger_.forget_interrupt();
}

void Debugger::as_one_motion(const std::function<void()>& action) {
  const Motion whole(*this);
  action();
}

bool Debugger::ends_early() {
  if (interrupted_.load(std::memory_order_relaxed)) return true;
  constexpr std::uint32_t kSeldom = 16;  // to ask may cost more than a piece
  const emu::Nanoseconds now = target_.machine.clock().now();
  const bool later = now - asked_ >= emu::kMillisecond || asked_ - now >= emu::kMillisecond;
  if (!later && ++pieces_ % kSeldom != 0) return given_up_.has_value();
  asked_ = now;
  if (!given_up_ && began_ && gives_up) given_up_ = gives_up(*began_);
  return given_up_.has_value();
}

Stop Debugger::ended_early() {
  return interrupted_.load(std::memory_order_relaxed) ? stand(StopCause::kInterrupted, "interrupted")
                                                      : stand(StopCause::kGivenUp, given_up_.value_or(""));
}

Stop Debugger::repeat(std::uint64_t count, StopCause cause, const std::function<Stop()>& motion) {
  const Motion whole(*this);
  Stop stop;
  for (; count > 0; --count) {
    stop = motion();
    if (stop.cause != cause) return stop;
    if (count > 1 && ends_early()) return ended_early();
  }
  return stop;
}

Stop Debugger::run(emu::Nanoseconds until) {
  const Motion motion(*this);
  waits_ = until == emu::kNever;
  const Stop stop = run_until_stop(until);
  waits_ = false;
  return stop;
}

Stop Debugger::run_until_stop(emu::Nanoseconds until) {
  if (stands_crashed()) return stop_ = crash_->second;
  // As with addresses: going on does not stop where one stands. A pause on the way may well be at an INT that counts.
  breakpoints_.skip_call(target_.machine.position());
  stands_.reset();
  for (;;) {
    const emu::StopReason reason = run_machine(until);
    if (pause_wanted_.exchange(false, std::memory_order_relaxed) && on_pause) on_pause();
    if (reason == emu::StopReason::kBreakpoint) breakpoints_.reached(target_.machine.breakpoint_address());
    if (breakpoints_.has_hits()) return stopped_by(breakpoints_.take_hits());
    if (interrupted_.load(std::memory_order_relaxed)) return stand(StopCause::kInterrupted, "interrupted");
    if (given_up_) return stand(StopCause::kGivenUp, *given_up_);
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
    stop.commands.insert(stop.commands.end(), hit.commands.begin(), hit.commands.end());
  }
  if (stop.words.empty()) stop.words = hits.front().words;
  settle(hits);
  return stop_ = std::move(stop);
}

/// The machine stops at the end of a piece of code. With history it goes to where the first of the hits was: the INT
/// itself, or behind the instruction that touched memory or a port.
void Debugger::settle(const std::vector<Hit>& hits) {
  const Hit& first =
      *std::min_element(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.position < b.position; });
  breakpoints_.skip_call(first.begins_call ? std::optional(first.position) : std::nullopt);
  if (travel_ && first.position != emu::Position{}) quietly([&] { return travel_->go_to(first.position); });
  if (first.returns_to) leave_rom(*first.returns_to);
  stands_ = target_.machine.position();
  settled_from_ = first.position != emu::Position{} ? first.position : *stands_;
}

/// The BIOS has answered, and the ROM's IRET is next: to the caller.
void Debugger::leave_rom(emu::FarPtr caller) {
  constexpr int kMostInstructions = 8;
  quietly([&] {
    for (int i = 0; i < kMostInstructions && target_.machine.registers().cs_ip() != caller; ++i) {
      if ((travel_ ? travel_->step() : target_.machine.step()) != emu::StopReason::kPosition) return false;
    }
    return true;
  });
}

bool Debugger::quietly(const std::function<bool()>& action) {
  const bool was_quiet = std::exchange(quiet_, true);
  breakpoints_.mute(true);
  const bool result = action();
  quiet_ = was_quiet;
  breakpoints_.mute(was_quiet);
  return result;
}

Stop Debugger::stand(StopCause cause, std::string words) {
  stop_ = {.cause = cause, .words = std::move(words), .breakpoints = {}, .watched = {}};
  return stop_;
}

Stop Debugger::machine_stopped(emu::StopReason reason) {
  Stop stop = machine_stop(reason);
  if (stop.cause == StopCause::kCrashed) crash_ = {target_.machine.position(), stop};
  return stop;
}

Stop Debugger::machine_stop(emu::StopReason reason) {
  const emu::Machine& machine = target_.machine;
  const std::string detail = machine.stop_detail().empty() ? "" : fmt::format(": {}", machine.stop_detail());
  switch (reason) {
    case emu::StopReason::kTimeLimit:
      return stand(StopCause::kTimeLimit, fmt::format("at {}", format_trace_time(machine.clock().now())));
    case emu::StopReason::kDeadHalt:
      return stand(StopCause::kHalted, "the CPU halts with interrupts off; nothing will wake it");
    case emu::StopReason::kPowerOff:
      return stand(StopCause::kHalted, fmt::format("the guest switched the power off ({})", machine.stop_detail()));
    case emu::StopReason::kDeadLoop: return stand(StopCause::kHalted, "the guest loops for ever");
    case emu::StopReason::kReset:
      resets_until_ = machine.position();
      return stand(StopCause::kReset, fmt::format("the guest resets the PC ({})", machine.reset_cause()));
    case emu::StopReason::kTripleFault: return stand(StopCause::kCrashed, "triple fault");
    case emu::StopReason::kFaultLoop: return stand(StopCause::kCrashed, "nobody handles a CPU exception" + detail);
    case emu::StopReason::kUnwrittenCode:
      return stand(StopCause::kCrashed, "it is about to run what nothing wrote" + detail);
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
  if (const LoggedCall* past = calls_.find(number)) {
    const LoggedCall call = *past;
    Stop stop = go_to(call.call.position);
    breakpoints_.skip_call(call.call.position);
    stands_ = target_.machine.position();
    stop.words = fmt::format("call {}: {}", number, call_words(call.described));
    return stop_ = stop;
  }
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

// --- Going back

TimeTravel& Debugger::history() {
  if (!travel_) refuse("no history is kept of this run, so that there is no way back");
  return *travel_;
}

Stop Debugger::beginning() { return stand(StopCause::kBeginning, "this is where history begins"); }

Stop Debugger::reverse_go() {
  TimeTravel& travel = history();
  const emu::Position now = target_.machine.position();
  const emu::Position from = stands_ == now ? settled_from_ : now;  // what made it stop here is not behind it
  stands_.reset();
  breakpoints_.skip_call(std::nullopt);
  breakpoints_.rehearse(true);
  std::vector<Hit> last;
  const Motion motion(*this);
  const TimeTravel::Abandoning abandoning(travel, [this] { return ends_early(); });
  travel.go_back_to([&](emu::StopReason reason) {
    if (reason == emu::StopReason::kBreakpoint) breakpoints_.reached(target_.machine.breakpoint_address());
    std::vector<Hit> hits = breakpoints_.take_hits();
    std::erase_if(hits, [&](const Hit& h) { return h.position >= from; });
    if (hits.empty()) return false;
    last = std::move(hits);
    return true;
  });
  breakpoints_.take_hits();
  breakpoints_.rehearse(false);
  if (abandoning.happened()) return ended_early();
  if (last.empty()) return beginning();
  return stopped_by(std::move(last));
}

Stop Debugger::go_to(emu::Position position) {
  stands_.reset();
  const bool arrived = quietly([&] { return history().go_to(position); });
  if (!arrived && target_.machine.position() < position)
    return stand(StopCause::kTimeLimit, "the guest does not get further");
  return stand(StopCause::kArrived, fmt::format("at {}", to_string(target_.machine.position())));
}

std::optional<LastWrite> Debugger::last_write(emu::PhysAddr address) {
  std::optional<LastWrite> result;
  quietly([&] {
    result = history().last_write(address);
    return true;
  });
  return result;
}

void Debugger::input(const std::function<void()>& action) {
  crash_.reset();
  if (travel_) return travel_->input(action);
  action();
}

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

Disassembler::ReadCode Debugger::code_reader() const {
  return [this](std::uint64_t offset, std::span<std::uint8_t> out) { return read_code(offset, out); };
}

std::vector<Instruction> Debugger::code_before(std::uint64_t offset, int count) {
  return disassembler_.backward(code_reader(), offset, code_size(target_.machine), count);
}

Instruction Debugger::here() {
  std::array<std::uint8_t, 15> bytes{};
  const std::uint64_t offset = target_.machine.registers().rip;
  const std::size_t n = read_code(offset, bytes);
  return disassembler_.decode(std::span(bytes).first(n), offset, code_size(target_.machine));
}

std::uint64_t Debugger::address(std::string_view text) const {
  if (const auto place = parse_source_place(text)) return symbols_.line_address(*place);
  std::string missing;
  const auto value = Expression::parse(text).evaluate(NamesHere(*this), &missing);
  if (!value) refuse(no_value_words(missing));
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
