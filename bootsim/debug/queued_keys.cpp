#include "bootsim/debug/queued_keys.h"

#include <algorithm>
#include <bitset>

namespace bootsim {
namespace {

/// As often as `bootsim run` looks.
constexpr emu::Nanoseconds kTick = emu::kMillisecond;

/// What comes before the first step that waits for what cannot be seen.
std::vector<TypeStep> within_sight(const std::vector<TypeStep>& steps) {
  const auto end = std::find_if(steps.begin(), steps.end(), [](const TypeStep& s) { return s.when && !QueuedKeys::can_wait_for(*s.when); });
  return {steps.begin(), end};
}

}  // namespace

bool QueuedKeys::can_wait_for(const Condition& condition) {
  using Kind = Condition::Kind;
  switch (condition.kind) {
    case Kind::kScreen:
    case Kind::kSerial:
    case Kind::kGraphics:
    case Kind::kCall:
    case Kind::kProtectedMode: return true;
    case Kind::kAddress:
    case Kind::kKernel:
    case Kind::kHalt:
    case Kind::kReset: break;
  }
  return false;
}

QueuedKeys::QueuedKeys(Assembly& assembly, const std::vector<TypeStep>& steps)
    : guest_(assembly.pc(), assembly.serial()), typist_(within_sight(steps), assembly.pc().machine().clock(), assembly.pc().keyboard()) {
  if (typist_.done()) return;
  emu::Machine& machine = assembly.pc().machine();
  std::bitset<256> vectors;
  for (const TypeStep& step : steps) {
    if (step.when && step.when->kind == Condition::Kind::kCall) vectors.set(step.when->vector);
  }
  if (vectors.any()) machine.observe_calls(*this, vectors);
  machine.on_mode_change([this](emu::CpuMode from, emu::CpuMode to) {
    if (from == emu::CpuMode::kReal && to != emu::CpuMode::kReal) typist_.notice({.kind = GuestEvent::Kind::kProtectedMode});
  });
  machine.watch(kTick, [this] { typist_.look(guest_); });
  machine.snapshot_parts().add("queued keys", typist_);
  typist_.look(guest_);  // what need not be waited for
}

void QueuedKeys::call_begins(const emu::InterruptCall& call) {
  typist_.notice({.kind = GuestEvent::Kind::kCall, .vector = call.vector, .ax = call.in.ax()});
}

}  // namespace bootsim
