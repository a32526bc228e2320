#include "bootsim/debug/queued_keys.h"

#include <algorithm>

namespace bootsim {
namespace {

/// As often as `bootsim run` looks.
constexpr emu::Nanoseconds kTick = emu::kMillisecond;

bool can_wait_for(const Condition& condition) {
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

}  // namespace

std::vector<TypeStep>::const_iterator QueuedKeys::first_unseen(const std::vector<TypeStep>& steps) {
  return std::find_if(steps.begin(), steps.end(),
                      [](const TypeStep& step) { return step.when && !can_wait_for(*step.when); });
}

QueuedKeys::QueuedKeys(Assembly& assembly, const std::vector<TypeStep>& steps)
    : guest_(assembly.pc(), assembly.serial()),
      typist_(std::vector<TypeStep>(steps.begin(), first_unseen(steps)), assembly.pc().machine().clock(),
              assembly.pc().keyboard()) {
  if (typist_.done()) return;
  emu::Machine& machine = assembly.pc().machine();
  if (const auto vectors = called_vectors(typist_.conditions()); vectors.any()) machine.observe_calls(*this, vectors);
  machine.on_mode_change([this](emu::CpuMode from, emu::CpuMode to) {
    if (from == emu::CpuMode::kReal && to != emu::CpuMode::kReal)
      typist_.notice({.kind = GuestEvent::Kind::kProtectedMode});
  });
  machine.watch(kTick, [this] { typist_.look(guest_); });
  machine.snapshot_parts().add("queued keys", typist_);
  typist_.look(guest_);  // what need not be waited for
}

void QueuedKeys::call_begins(const emu::InterruptCall& call) {
  typist_.notice({.kind = GuestEvent::Kind::kCall, .vector = call.vector, .ax = call.in.ax()});
}

}  // namespace bootsim
