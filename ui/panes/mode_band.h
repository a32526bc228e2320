// The CPU's modes along the time line.
#pragma once

#include <span>
#include <vector>

#include <imgui.h>

#include "ui/panes/timeline_scale.h"
#include "ui/recorder.h"
#include "ui/theme.h"

namespace ui {

class ModeBand {
 public:
  /// While the guest stands still.
  void read(std::span<const ModeChange> modes);
  void forget() { modes_.clear(); }
  void draw(const Theme& theme, const TimeScale& scale, ImVec2 min, ImVec2 max, emu::Nanoseconds end) const;
  emu::CpuMode at(emu::Nanoseconds time) const;

 private:
  std::vector<ModeChange> modes_;
};

}  // namespace ui
