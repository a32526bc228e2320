#include "bios/waits.h"

#include <algorithm>
#include <array>

#include "bios/bios.h"
#include "bios/rom_labels.h"

namespace bios {

namespace {
// Guests that leave a wait by a long jump (a timer hook that restores its own stack) leave an entry behind
// each time.
constexpr std::size_t kMaxPending = 64;
// An event this close to the end of a wait is served after it: a turn of the ROM's loop takes some 40 ns, and
// a call's end must not depend on whether something else, perhaps only an observer, was due just before.
constexpr emu::Nanoseconds kTooShort = emu::kMicrosecond;
}  // namespace

emu::TrapResult Waits::finish(const Call& call) {
  const emu::FarPtr stack = call.regs.ss_sp();
  if (call.waiting()) {
    park({stack, call.vector(), emu::kNever});
    set_flag(Flag::kHalt);
    return emu::TrapResult::kWaiting;
  }
  if (call.duration() <= 0) {
    set_flag(Flag::kAnswered);
    return emu::TrapResult::kAnswered;
  }
  return wait_until(bios_.clock().now() + call.duration(), stack, call.vector());
}

emu::TrapResult Waits::wait_until(emu::Nanoseconds end, emu::FarPtr stack, std::uint8_t vector) {
  emu::Clock& clock = bios_.clock();
  const emu::Nanoseconds next = std::max(clock.next_event(), clock.now());
  if (next > end - kTooShort) {
    if (end > clock.now()) clock.advance(end - clock.now());
    set_flag(Flag::kAnswered);
    return emu::TrapResult::kAnswered;
  }
  clock.advance(next - clock.now());
  park({stack, vector, end});
  set_flag(Flag::kTimed);
  return emu::TrapResult::kWaiting;
}

emu::TrapResult Waits::poll(emu::Registers& regs) {
  const auto it = std::find_if(waits_.rbegin(), waits_.rend(), [&](const Wait& w) { return w.stack == regs.ss_sp(); });
  if (it == waits_.rend()) {  // only a guest that jumps into the ROM comes here
    set_flag(Flag::kAnswered);
    return emu::TrapResult::kAnswered;
  }
  const Wait wait = *it;
  // What was parked later was nested in this one and has been left.
  waits_.erase(std::prev(it.base()), waits_.end());
  if (wait.end != emu::kNever) return wait_until(wait.end, wait.stack, wait.vector);
  return bios_.interrupt(wait.vector, regs);
}

void Waits::reset() {
  waits_.clear();
  set_flag(Flag::kAnswered);
}

void Waits::park(const Wait& wait) {
  std::erase_if(waits_, [&](const Wait& w) { return w.stack == wait.stack; });
  if (waits_.size() == kMaxPending) waits_.erase(waits_.begin());
  waits_.push_back(wait);
}

void Waits::set_flag(Flag flag) {
  if (flag == flag_) return;
  flag_ = flag;
  bios_.memory().write_rom(rom::phys(rom::kWaitFlag), std::array{static_cast<std::uint8_t>(flag)});
}

}  // namespace bios
