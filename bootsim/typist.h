// Typing on the guest's keyboard, and the queue of --type and --type-at.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "bootsim/conditions.h"
#include "bootsim/options.h"
#include "devices/keyboard_8042.h"
#include "emu/clock.h"
#include "emu/snapshot.h"

namespace bootsim {

/// Presses and releases `keys` as a person does, from now on; events of `clock` do it. Calls `pressed` with each press.
/// Returns when the next key could follow. `clock` and `keyboard` must outlive the last release.
emu::Nanoseconds type_keys(emu::Clock& clock, devices::Keyboard8042& keyboard, std::span<const KeyPress> keys,
                           const std::function<void()>& pressed = nullptr);

/// Types in virtual time, one step after the other. A step's condition is watched from the moment at which its turn
/// comes. `clock` and `keyboard` must outlive the typist, and the typist the run.
class Typist {
 public:
  Typist(std::vector<TypeStep> steps, emu::Clock& clock, devices::Keyboard8042& keyboard);
  Typist(const Typist&) = delete;
  Typist& operator=(const Typist&) = delete;

  /// Both return the condition that has just come to hold, if its step has one.
  const Condition* look(Guest& guest);
  const Condition* notice(const GuestEvent& event);

  /// Keys are on their way to the guest.
  bool typing() const { return clock_.now() < busy_until_; }
  /// Nothing is left to be typed.
  bool done() const { return next_ >= steps_.size() && !typing(); }
  /// The step whose condition is waited for.
  const TypeStep* waiting_for() const { return next_ < steps_.size() && !typing() ? &steps_[next_] : nullptr; }
  /// What its steps wait for, in their order.
  std::vector<Condition> conditions() const;
  /// Keys typed so far.
  std::size_t keys_typed() const { return keys_typed_; }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(next_, watched_step_, watched_, busy_until_, keys_typed_); }

  void begin_turn();
  void type(const TypeStep& step);

  std::vector<TypeStep> steps_;
  emu::Clock& clock_;
  devices::Keyboard8042& keyboard_;
  std::size_t next_ = 0;
  std::size_t watched_step_ = static_cast<std::size_t>(-1);
  std::optional<WatchedCondition> watched_;
  emu::Nanoseconds busy_until_ = 0;
  std::size_t keys_typed_ = 0;
};

}  // namespace bootsim
