// How a run comes to its verdict: the first event decides.
#include <utility>

#include <fmt/core.h>

#include "bios/boot.h"
#include "bootsim/failure_words.h"
#include "bootsim/session.h"
#include "bootsim/units.h"
#include "debugger/kernel_entry.h"

namespace bootsim {
namespace {

/// Looking at the host's clock costs as much as a tick: every 64th will do.
constexpr std::uint64_t kHostClockTicks = 64;
constexpr double kStatusEveryMs = 100;
/// Moves when the guest takes a key from the BIOS (RBIL MEM 0040h:001Ah).
constexpr emu::PhysAddr kKeyBufferHead{0x41A};

std::string_view verdict_of(Rest rest) {
  switch (rest) {
    case Rest::kKeyWait: return "waits";
    case Rest::kIdle: return "idle";
    case Rest::kHalt: return "halted";
  }
  return {};
}

}  // namespace

RunResult Session::run() {
  emu::Machine& machine = pc_->machine();
  if (!options_.gdb.empty()) serve_gdb();
  look_at_conditions();  // an empty pattern holds before the first instruction
  while (!decided_) handle(machine.run(options_.limit));
  finish();
  return std::move(result_);
}

// --- Looking

void Session::tick() {
  if (decided_) return;
  ++ticks_;
  look_at_conditions();
  look_at_boot();
  look_for_errors();
  look_at_rest();
  if (ticks_ % kHostClockTicks == 0) look_at_host_clock();
}

void Session::look_at_conditions() {
  if (const Condition* typed_at = typist_->look(guest_)) record_step(typed_at->text);
  for (WatchedCondition& condition : fail_on_) {
    if (condition.look(guest_)) return condition_held(condition.condition(), false);
  }
  for (WatchedCondition& condition : until_) {
    if (condition.look(guest_)) return condition_held(condition.condition(), true);
  }
}

void Session::look_at_boot() {
  if (decided_) return;
  if (pc_->bios().notices().size() > notices_written_) write_notices();
  const bios::Boot& boot = pc_->bios().boot();
  const bios::BootAttempt* failure = boot.final_failure();
  if (boot.failed()) {
    std::string message = failure ? failure->message : "there is no device to boot from";
    const auto reason = failure ? failure->failure : bios::BootFailure::kNoMedium;
    decide(exit_code::kBootFailed, "boot-failed", std::move(message), std::string(bios::to_string(reason)));
  } else if (boot.int19_count() > int19_at_boot_ + 1) {
    decide(exit_code::kBootFailed, "boot-failed", "the loader gave up: it came back to INT 19h",
           std::string(bios::to_string(bios::BootFailure::kLoaderGaveUp)));
  }
}

void Session::look_at_rest() {
  if (decided_) return;
  const Activity activity{.screen_version = guest_.screen_version(),
                          .serial_bytes = serial_.size(),
                          .disk_calls = statistics_->calls(),
                          .keys = typist_->keys_typed()};
  note_keys();
  const std::optional<Resting> rest = rest_.look(pc_->machine(), activity);
  if (!rest || typist_->typing()) return;
  come_to_rest(rest->how, to_string(*rest));
}

/// Loaders overwrite their errors: GRUB shows one for ten seconds and returns to its menu.
void Session::look_for_errors() {
  if (decided_) return;
  const std::uint64_t version = guest_.screen_version();
  const bool still = std::exchange(screen_seen_, version) == version;
  if (!still || screen_searched_ == version) return;
  screen_searched_ = version;
  if (const auto text = pc_->vga().text_screen()) {
    if (auto line = error_line(text->lines())) last_error_ = std::move(*line);
  }
}

void Session::note_keys() {
  const std::uint64_t calls_before = std::exchange(disk_calls_seen_, statistics_->calls());
  const auto head = pc_->machine().memory().read<std::uint16_t>(kKeyBufferHead);
  if (typist_->keys_typed() == keys_seen_ && head == key_buffer_head_) return;
  keys_seen_ = typist_->keys_typed();
  key_buffer_head_ = head;
  disk_calls_at_key_ = calls_before;
}

void Session::look_at_host_clock() {
  if (!decided_ && options_.cancelled && options_.cancelled->load(std::memory_order_relaxed))
    return decide(exit_code::kLimit, "limit", "cancelled");
  if (decided_) return;
  const double now = wall_ms();
  if (!options_.wall_limit) say_when_slow(now);
  if (options_.wall_limit && now * emu::kMillisecond >= static_cast<double>(*options_.wall_limit)) {
    return decide(exit_code::kLimit, "limit",
                  fmt::format("the limit of {} host time was reached", format_time(*options_.wall_limit)));
  }
  if (status_ && now - status_shown_ms_ >= kStatusEveryMs) {
    status_shown_ms_ = now;
    status_->show(pc_->machine().clock().now(), statistics_->calls(), statistics_->sectors(), guest_.screen());
  }
}

/// Somebody who waits for a run that will take an hour wants to know. Once, and never of one that keeps up.
void Session::say_when_slow(double now_ms) {
  constexpr double kMinuteMs = 60'000, kSlow = 4;
  const emu::Nanoseconds guest = pc_->machine().clock().now();
  if (slow_said_ || !hooks_.notice || now_ms < kMinuteMs ||
      now_ms * emu::kMillisecond < kSlow * static_cast<double>(guest))
    return;
  slow_said_ = true;
  if (status_) status_->erase();
  hooks_.notice(fmt::format(
      "a minute has passed, and {} for the guest: its code is slow to run here, as code is that rewrites itself or its "
      "neighbours. Ctrl-C ends the run; --limit and --wall-limit end it sooner next time",
      format_time(guest)));
}

// --- Events

void Session::call_begins(const emu::InterruptCall& call) {
  notice({.kind = GuestEvent::Kind::kCall, .vector = call.vector, .ax = call.in.ax()});
}

void Session::mode_changed(emu::CpuMode from, emu::CpuMode to) {
  if (from == emu::CpuMode::kReal && to != emu::CpuMode::kReal) notice({.kind = GuestEvent::Kind::kProtectedMode});
  if (debugger::has_linux_boot_params(pc_->machine().registers(), to, pc_->machine().memory())) {
    notice({.kind = GuestEvent::Kind::kKernel});
  }
}

void Session::notice(const GuestEvent& event) {
  if (event.kind == GuestEvent::Kind::kKernel && hooks_.kernel_entered) hooks_.kernel_entered(*pc_);
  if (decided_) return;
  if (const Condition* typed_at = typist_->notice(event)) record_step(typed_at->text);
  for (WatchedCondition& condition : fail_on_) {
    if (condition.notice(event)) return condition_held(condition.condition(), false);
  }
  for (WatchedCondition& condition : until_) {
    if (condition.notice(event)) return condition_held(condition.condition(), true);
  }
}

// --- Stops

void Session::handle(emu::StopReason reason) {
  // What the guest did since the last tick comes before how it ended; and the BIOS halts when nothing boots.
  if (!decided_) look_at_conditions();
  if (!decided_) look_at_boot();
  if (decided_) return;
  switch (reason) {
    case emu::StopReason::kTimeLimit:
      return decide(exit_code::kLimit, "limit",
                    fmt::format("the limit of {} virtual time was reached", format_time(options_.limit)));
    case emu::StopReason::kRequested: return;
    case emu::StopReason::kDeadHalt: return handle_halt(fmt::format("halted with interrupts off at {}", place()));
    case emu::StopReason::kDeadLoop: return handle_halt(fmt::format("loops for ever at {}", place()));
    case emu::StopReason::kPowerOff:
      return handle_halt(fmt::format("switched the power off ({})", pc_->machine().stop_detail()));
    case emu::StopReason::kReset: return handle_reset();
    case emu::StopReason::kTripleFault: return handle_crash("triple fault at " + place());
    case emu::StopReason::kFaultLoop: return handle_crash("nobody handles a CPU exception");
    case emu::StopReason::kUnwrittenCode: return handle_crash("it runs what nothing wrote at " + place());
    case emu::StopReason::kBreakpoint: return handle_breakpoint();
    case emu::StopReason::kPosition:
    case emu::StopReason::kWatch: return;
    case emu::StopReason::kUnsupported:
      return decide(exit_code::kInternal, "unsupported", pc_->machine().stop_detail());
  }
}

void Session::handle_breakpoint() {
  emu::Machine& machine = pc_->machine();
  const emu::Registers registers = machine.registers();
  notice({.kind = GuestEvent::Kind::kAddress, .linear = machine.breakpoint_address()});
  const bool setup = machine.mode() == emu::CpuMode::kReal && debugger::at_linux_setup(registers, machine.memory());
  if (setup || debugger::has_linux_boot_params(registers, machine.mode(), machine.memory())) {
    notice({.kind = GuestEvent::Kind::kKernel});
  }
}

void Session::handle_halt(const std::string& how) {
  notice({.kind = GuestEvent::Kind::kHalt});
  if (decided_) return;
  come_to_rest(Rest::kHalt, "the guest " + how);
}

void Session::handle_reset() {
  emu::Machine& machine = pc_->machine();
  notice({.kind = GuestEvent::Kind::kReset});
  if (decided_) return;
  Reset reset{.cause = machine.reset_cause(), .at = machine.registers().cs_ip()};
  const bool like_the_last = last_reset_ && last_reset_->cause == reset.cause && last_reset_->at == reset.at;
  if (!reset_was_asked_for()) {
    return decide(exit_code::kReset, like_the_last ? "reboot-loop" : "reset",
                  fmt::format("{} ({}) at {}; --until reset makes that a goal",
                              like_the_last ? "reboot loop: the guest reset again" : "the guest reset the PC",
                              reset.cause, place()));
  }
  keys_at_boot_ = typist_->keys_typed();
  int19_at_boot_ = pc_->bios().boot().int19_count();
  last_reset_ = std::move(reset);
  machine.reset();
}

/// "Press any key to reboot", Ctrl-Alt-Del: a key was typed since the PC started, and led to nothing else but the
/// reset. A key that chose a kernel did not ask for the reset that the kernel ends in.
bool Session::reset_was_asked_for() {
  note_keys();
  return typist_->keys_typed() > keys_at_boot_ && statistics_->calls() == disk_calls_at_key_;
}

void Session::handle_crash(const std::string& what) {
  std::string message = "the guest crashed: " + what;
  if (const std::string& detail = pc_->machine().stop_detail(); !detail.empty()) message += "; " + detail;
  if (const std::string call = statistics_->last_call(); !call.empty()) message += "; the last disk call was " + call;
  decide(exit_code::kCrashed, "crashed", std::move(message));
}

// --- Verdicts

void Session::decide(int exit, std::string verdict, std::string message, std::string reason) {
  if (decided_) return;
  decided_ = true;
  result_.exit = exit;
  result_.verdict = std::move(verdict);
  result_.message = std::move(message);
  result_.reason = std::move(reason);
  pc_->machine().request_stop();
}

void Session::record_step(const std::string& condition) {
  result_.steps.push_back({.condition = condition, .virtual_time = pc_->machine().clock().now(), .wall_ms = wall_ms()});
}

void Session::condition_held(const Condition& condition, bool success) {
  if (decided_) return;
  record_step(condition.text);
  if (success) {
    decide(exit_code::kReached, "reached", fmt::format("reached {}", condition.text));
  } else {
    decide(exit_code::kNotReached, "failed", fmt::format("--fail-on {} held", condition.text));
  }
}

void Session::come_to_rest(Rest rest, std::string how) {
  const auto screen = pc_->vga().text_screen();
  if (const auto failure = screen ? known_failure(screen->lines(), rest) : std::nullopt) {
    return decide(exit_code::kBootFailed, "boot-failed", fmt::format("the loader gave up: {}", *failure),
                  std::string(bios::to_string(bios::BootFailure::kLoaderGaveUp)));
  }
  // Where the screen still shows the error, the reader sees it.
  const bool shown = screen && error_line(screen->lines()) == last_error_;
  if (rest == Rest::kKeyWait && !last_error_.empty() && !shown)
    how += fmt::format("; earlier it said \"{}\"", last_error_);
  if (const TypeStep* step = typist_->waiting_for(); step && step->when) {
    return decide(exit_code::kNotReached, "not-reached",
                  fmt::format("{}, and --type-at {} has not held", how, step->when->text));
  }
  if (!until_.empty()) {
    return decide(exit_code::kNotReached, "not-reached", fmt::format("{}, and no --until has held", how));
  }
  decide(exit_code::kReached, std::string(verdict_of(rest)), std::move(how));
}

std::string Session::place() const {
  const emu::Registers registers = pc_->machine().registers();
  return fmt::format("{:04X}:{:0{}X}", registers.cs(), registers.rip, registers.rip > 0xFFFF ? 8 : 4);
}

double Session::wall_ms() const { return std::chrono::duration<double, std::milli>(HostClock::now() - start_).count(); }

}  // namespace bootsim
