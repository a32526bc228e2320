#include "ui/panes/mode_band.h"

#include <algorithm>

namespace ui {
namespace {

/// Told apart in lightness, too: real mode is quiet, the others stand out.
ImU32 colour(const Theme& theme, emu::CpuMode mode) {
  const Palette& palette = theme.palette();
  switch (mode) {
    case emu::CpuMode::kReal: return packed(palette.faint, 0.22F);
    case emu::CpuMode::kVm86: return packed(palette.warning, 0.8F);
    case emu::CpuMode::kProtected16:
    case emu::CpuMode::kProtected32: return packed(palette.accent, 0.65F);
    case emu::CpuMode::kLong: break;
  }
  return packed(palette.good, 1);
}

}  // namespace

void ModeBand::read(std::span<const ModeChange> modes) {
  const bool same = modes_.size() <= modes.size() && (modes_.empty() || modes_.back().time == modes[modes_.size() - 1].time);
  if (!same) modes_.clear();
  modes_.insert(modes_.end(), modes.begin() + static_cast<std::ptrdiff_t>(modes_.size()), modes.end());
}

emu::CpuMode ModeBand::at(emu::Nanoseconds time) const {
  const auto after = std::upper_bound(modes_.begin(), modes_.end(), time, [](emu::Nanoseconds t, const ModeChange& m) { return t < m.time; });
  return after == modes_.begin() ? emu::CpuMode::kReal : std::prev(after)->mode;
}

void ModeBand::draw(const Theme& theme, const TimeScale& scale, ImVec2 min, ImVec2 max, emu::Nanoseconds end) const {
  if (modes_.empty()) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto later = [](emu::Nanoseconds t, const ModeChange& m) { return t < m.time; };
  const float right = std::min(max.x, min.x + scale.x_of(end));
  auto next = std::upper_bound(modes_.begin(), modes_.end(), scale.time_at(0), later);
  for (float x = min.x; x < right;) {
    const emu::CpuMode mode = next == modes_.begin() ? emu::CpuMode::kReal : std::prev(next)->mode;
    float to = next == modes_.end() ? right : std::min(right, min.x + scale.x_of(next->time));
    if (to < x + 1) {
      // Loaders go to and fro for each call: a pixel shows the mode of its end, the lower half what else there was.
      to = x + 1;
      const auto behind = std::upper_bound(next, modes_.end(), scale.time_at(to - min.x), later);
      list.AddRectFilled({x, min.y}, {to, (min.y + max.y) / 2}, colour(theme, std::prev(behind)->mode));
      list.AddRectFilled({x, (min.y + max.y) / 2}, {to, max.y}, colour(theme, behind - next > 1 ? std::prev(behind, 2)->mode : mode));
      next = behind;
    } else {
      list.AddRectFilled({x, min.y}, {to, max.y}, colour(theme, mode));
      if (next != modes_.end()) ++next;
      if (next == modes_.end() && to >= right) break;
    }
    x = to;
  }
}

}  // namespace ui
