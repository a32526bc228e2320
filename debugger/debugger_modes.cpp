// How the CPU came into the mode it is in: the change itself, and the instruction nearby that left the other mode's
// stack.
#include <algorithm>
#include <optional>
#include <vector>

#include "debugger/cpu_mode.h"
#include "debugger/debugger.h"

namespace debugger {
namespace {

constexpr double kMostWorkMs = 200;
/// Instructions between a change of mode and that of the stack.
constexpr std::uint64_t kNear = 48;
/// One instruction that moves the stack pointer further does not make or drop a frame: it goes to another stack.
constexpr std::uint64_t kOtherStack = 1024;

std::uint64_t stack_top(const emu::Machine& machine) {
  const emu::Registers r = machine.registers();
  const emu::Segment& ss = r[emu::Seg::kSs];
  const bool narrow = is_real(machine.mode()) || (machine.mode() != emu::CpuMode::kLong && ss.limit <= 0xFFFF);
  return ss.base + (narrow ? r.sp() : r[emu::Gpr::kSp]);
}

/// The guest before one instruction.
struct Moment {
  emu::Position at;
  emu::CpuMode mode;
  std::uint64_t stack = 0;

  bool changes_stack(const Moment& next) const {
    return (stack > next.stack ? stack - next.stack : next.stack - stack) >= kOtherStack;
  }
};

/// What lies around a change of mode, one instruction after another; [`first`] is the first in the new mode.
struct Crossing {
  std::vector<Moment> moments;
  std::size_t first = 0;

  /// The last moment on the old mode's own stack, and the top of the stack that the new one begins with.
  std::pair<const Moment*, std::uint64_t> last_of_old() const {
    for (std::size_t i = first; i-- > 0;) {  // the old mode leaves its stack
      if (!moments[i].changes_stack(moments[i + 1])) continue;
      const std::uint64_t top = moments[i + 1].stack;
      while (i > 0 && moments[i - 1].changes_stack(moments[i])) --i;  // SS, then SP
      return {&wide(i), top};
    }
    for (std::size_t i = first; i + 1 < moments.size(); ++i) {  // the new mode takes its own
      if (!moments[i].changes_stack(moments[i + 1])) continue;
      while (i + 2 < moments.size() && moments[i + 1].changes_stack(moments[i + 2])) ++i;
      return {&wide(first - 1), moments[i + 1].stack};
    }
    return {&wide(first - 1), moments[first].stack};  // both use one
  }
  /// The way from 32 bits to real mode leads through 16-bit code, which has called nobody.
  const Moment& wide(std::size_t i) const {
    const auto is_wide = [](const Moment& m) {
      return m.mode == emu::CpuMode::kProtected32 || m.mode == emu::CpuMode::kLong;
    };
    std::size_t k = i;
    while (k > 0 && moments[k].mode == emu::CpuMode::kProtected16 && !moments[k - 1].changes_stack(moments[k])) --k;
    return is_wide(moments[k]) ? moments[k] : moments[i];
  }
};

}  // namespace

/// To the first instruction after the last change into this kind of mode. False: the machine is anywhere.
bool Debugger::find_mode_entry(bool real) {
  const emu::Machine& machine = target_.machine;
  const emu::Position now = machine.position();
  if (!travel_->step_back()) return false;
  const bool just_now = is_real(machine.mode()) != real;
  travel_->go_to(now);
  if (just_now) return true;
  const emu::WatchId watch =
      target_.machine.watch_mode([](emu::CpuMode from, emu::CpuMode to) { return is_real(from) != is_real(to); });
  const bool found = travel_->go_back_to(
      [&](emu::StopReason reason) { return reason == emu::StopReason::kBreakpoint && machine.crossed(watch); },
      kMostWorkMs);
  target_.machine.unwatch_mode(watch);
  return found && is_real(machine.mode()) == real;
}

std::optional<Debugger::ModeEntry> Debugger::visit_mode_entry(const std::function<void()>& look) {
  if (!travel_) return std::nullopt;
  const emu::Machine& machine = target_.machine;
  const emu::Position now = machine.position();
  const bool real = is_real(machine.mode());
  std::optional<ModeEntry> entry;
  quietly([&] {
    if (find_mode_entry(real)) {
      const emu::Position change = machine.position();
      Crossing crossing;
      travel_->step_back(kNear);
      for (std::uint64_t behind = 0; behind < kNear && machine.position() <= now;
           behind += machine.position() > change) {
        const bool old = is_real(machine.mode()) != real;
        if (machine.position() < change && !old) crossing.moments.clear();  // it had been in this mode shortly before
        if (machine.position() >= change && old) break;
        if (machine.position() < change && old) crossing.first = crossing.moments.size() + 1;
        crossing.moments.push_back({machine.position(), machine.mode(), stack_top(machine)});
        if (travel_->step() != emu::StopReason::kPosition) break;
      }
      if (crossing.first > 0 && crossing.first < crossing.moments.size()) {
        const auto [last, top] = crossing.last_of_old();
        travel_->go_to(last->at);
        entry = ModeEntry{last->mode, top};
        look();
      }
    }
    return travel_->go_to(now);
  });
  return entry;
}

}  // namespace debugger
