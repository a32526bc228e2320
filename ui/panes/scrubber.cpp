#include "ui/panes/scrubber.h"

#include "ui/app.h"

namespace ui {
namespace {

/// A journey that nobody hears of for so long was given up.
constexpr int kPatience = 300;

}  // namespace

void Scrubber::step(App& app, bool held) {
  if (!wanted_) return;
  const bool arrived = !sent_ || app.status().stops != stops_before_ || ++frames_ > kPatience;
  if (sent_ != wanted_ && (arrived || !held)) {
    stops_before_ = app.status().stops;
    frames_ = 0;
    sent_ = wanted_;
    app.travel_to(emu::Position{*wanted_});
  }
  if (!held) end();
}

}  // namespace ui
