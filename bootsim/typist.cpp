#include "bootsim/typist.h"

#include <utility>

namespace bootsim {

emu::Nanoseconds type_keys(emu::Clock& clock, devices::Keyboard8042& keyboard, std::span<const KeyPress> keys,
                           const std::function<void()>& pressed) {
  emu::Nanoseconds at = clock.now();
  for (const KeyPress& key : keys) {
    clock.schedule_at(at, [&keyboard, make = key.codes.make, pressed] {
      if (pressed) pressed();
      keyboard.key(make);
    });
    clock.schedule_at(at + key.held, [&keyboard, release = key.codes.release] { keyboard.key(release); });
    at += key.pace();
  }
  return at;
}

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

std::vector<Condition> Typist::conditions() const {
  std::vector<Condition> conditions;
  for (const TypeStep& step : steps_) {
    if (step.when) conditions.push_back(*step.when);
  }
  return conditions;
}

void Typist::type(const TypeStep& step) {
  busy_until_ = type_keys(clock_, keyboard_, step.keys, [this] { ++keys_typed_; });
}

}  // namespace bootsim
