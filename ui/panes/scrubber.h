// Dragging through time: asks for the next journey when the last one has ended, so that the engine is never behind.
#pragma once

#include <cstdint>
#include <optional>

#include "emu/types.h"

namespace ui {

class App;

class Scrubber {
 public:
  void begin(emu::Nanoseconds time) { wanted_ = time; }
  void drag(emu::Nanoseconds time) { wanted_ = time; }
  void end() { wanted_.reset(), sent_.reset(); }
  bool active() const { return wanted_.has_value(); }
  emu::Nanoseconds time() const { return wanted_.value_or(0); }
  /// Once a frame. `held`: the button is down; when it no longer is, the last place is where the guest will stand.
  void step(App& app, bool held);

 private:
  std::optional<emu::Nanoseconds> wanted_, sent_;
  std::uint64_t stops_before_ = 0;  // when sent_ was sent
  int frames_ = 0;                  // since then
};

}  // namespace ui
