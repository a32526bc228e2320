// The CPU's modes along the time line.
#pragma once

#include <vector>

#include <imgui.h>

#include "debugger/mode_log.h"
#include "ui/panes/timeline_scale.h"
#include "ui/theme.h"

namespace ui {

class ModeBand {
 public:
  /// While the guest stands still.
  void read(const debugger::ModeLog& log);
  void forget() { stretches_.clear(); }
  /// A pixel in whose time several modes occur is divided among them.
  void draw(const Theme& theme, const TimeScale& scale, ImVec2 min, ImVec2 max, emu::Nanoseconds end) const;
  /// In a tool tip: the modes of the pixel at `x` of the chart, in their colours, and how that is known.
  void explain(const Theme& theme, const TimeScale& scale, float x) const;
  /// The modes within a pixel.
  debugger::ModeSet at(const TimeScale& scale, float x) const;

 private:
  std::vector<debugger::ModeStretch> stretches_;
  std::uint64_t generation_ = 0;
};

}  // namespace ui
