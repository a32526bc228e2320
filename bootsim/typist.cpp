#include "bootsim/typist.h"

#include <utility>

namespace bootsim {

Typist::Typist(std::vector<TypeStep> steps, emu::Clock& clock, devices::Keyboard8042& keyboard)
    : steps_(std::move(steps)), clock_(clock), keyboard_(keyboard) {}

void Typist::begin_turn() {
  if (watched_step_ == next_) return;
  watched_step_ = next_;
  watched_.reset();
  if (steps_[next_].when) watched_.emplace(*steps_[next_].when);
}

const Condition* Typist::look(Guest& guest) {
  if (next_ >= steps_.size() || typing()) return nullptr;
  begin_turn();
  if (watched_ && !watched_->look(guest)) return nullptr;
  const TypeStep& step = steps_[next_++];
  type(step);
  return step.when ? &*step.when : nullptr;
}

const Condition* Typist::notice(const GuestEvent& event) {
  if (next_ >= steps_.size() || typing()) return nullptr;
  begin_turn();
  if (!watched_ || !watched_->notice(event)) return nullptr;
  const TypeStep& step = steps_[next_++];
  type(step);
  return &*step.when;
}

void Typist::type(const TypeStep& step) {
  emu::Nanoseconds at = clock_.now();
  for (const KeyPress& press : step.keys) {
    clock_.schedule_at(at, [this, &press] {
      ++keys_typed_;
      keyboard_.key(press.codes.make);
    });
    clock_.schedule_at(at + press.held, [this, &press] { keyboard_.key(press.codes.release); });
    at += press.pace();
  }
  busy_until_ = at;
}

}  // namespace bootsim
