#include "ui/panes/mode_band.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/core.h>

#include "debugger/cpu_mode.h"
#include "debugger/trace.h"
#include "ui/recorder.h"

namespace ui {
namespace {

using debugger::ModeSet;
using emu::CpuMode;

/// From the top of a divided pixel down: what loaders work up to stands above what they come from.
constexpr CpuMode kModes[] = {CpuMode::kLong, CpuMode::kProtected32, CpuMode::kProtected16, CpuMode::kVm86,
                              CpuMode::kReal};

/// Told apart in lightness, too: real mode is quiet, the others stand out.
ImU32 colour(const Theme& theme, CpuMode mode) {
  const Palette& palette = theme.palette();
  switch (mode) {
    case CpuMode::kReal: return packed(palette.faint, 0.3F);
    case CpuMode::kVm86: return packed(palette.warning, 0.8F);
    case CpuMode::kProtected16:
    case CpuMode::kProtected32: return packed(palette.accent, 0.65F);
    case CpuMode::kLong: break;
  }
  return packed(palette.good, 1);
}

/// 16 and 32 bits look alike.
ModeSet drawn_alike(ModeSet modes) {
  constexpr ModeSet k16 = debugger::mode_bit(CpuMode::kProtected16), k32 = debugger::mode_bit(CpuMode::kProtected32);
  return modes & k16 ? static_cast<ModeSet>((modes & ~k16) | k32) : modes;
}

void draw_run(const Theme& theme, ModeSet modes, ImVec2 min, ImVec2 max) {
  const int count = std::popcount(modes);
  const float height = max.y - min.y;
  float top = min.y;
  int nth = 0;
  for (const CpuMode mode : kModes) {
    if (!(modes & debugger::mode_bit(mode))) continue;
    const float bottom = min.y + std::round(height * static_cast<float>(++nth) / static_cast<float>(count));
    ImGui::GetWindowDrawList()->AddRectFilled({min.x, top}, {max.x, bottom}, colour(theme, mode));
    top = bottom;
  }
}

}  // namespace

void ModeBand::read(const debugger::ModeLog& log) {
  const auto all = log.stretches();
  if (generation_ != log.generation() || stretches_.size() > all.size()) stretches_.clear();
  generation_ = log.generation();
  if (!stretches_.empty()) stretches_.pop_back();  // the last one grows
  stretches_.insert(stretches_.end(), all.begin() + static_cast<std::ptrdiff_t>(stretches_.size()), all.end());
}

ModeSet ModeBand::at(const TimeScale& scale, float x) const {
  const float pixel = std::floor(x);
  return debugger::modes_between(stretches_, scale.time_at(pixel), scale.time_at(pixel + 1));
}

void ModeBand::draw(const Theme& theme, const TimeScale& scale, ImVec2 min, ImVec2 max, emu::Nanoseconds end) const {
  const float left = std::max(0.0F, scale.x_of(0)), right = std::min(max.x - min.x, scale.x_of(end));
  ModeSet modes = 0;
  float begin = left;
  for (float x = std::floor(left); x < right; ++x) {
    const ModeSet here = drawn_alike(at(scale, x));
    if (here == modes) continue;
    if (x > begin) draw_run(theme, modes, {min.x + begin, min.y}, {min.x + x, max.y});
    begin = std::max(left, x);
    modes = here;
  }
  if (right > begin) draw_run(theme, modes, {min.x + begin, min.y}, {min.x + right, max.y});
}

void ModeBand::explain(const Theme& theme, const TimeScale& scale, float x) const {
  const ModeSet modes = at(scale, x);
  for (const CpuMode mode : kModes) {
    if (!(modes & debugger::mode_bit(mode))) continue;
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const float size = ImGui::GetTextLineHeight();
    ImGui::GetWindowDrawList()->AddRectFilled({corner.x, corner.y + theme.px(2)},
                                              {corner.x + size, corner.y + size - theme.px(2)}, colour(theme, mode));
    ImGui::SetCursorScreenPos({corner.x + size + theme.px(6), corner.y});
    ImGui::TextUnformatted(std::string(debugger::mode_words(mode)).c_str());
  }
  const auto pixel = static_cast<emu::Nanoseconds>(scale.nanoseconds_per_pixel());
  if (std::popcount(modes) > 1) {
    const bool more = pixel > Recorder::kModeSpacing;
    ImGui::TextUnformatted(more ? fmt::format("in turn, within the {} of this pixel; the wheel zooms in",
                                              debugger::format_trace_time(pixel))
                                      .c_str()
                                : "from one to the other between two looks");
  }
  text_coloured(theme.palette().faint, fmt::format("The CPU is looked at in each BIOS call and every {} µs.",
                                                   Recorder::kModeSpacing / emu::kMicrosecond)
                                           .c_str());
}

}  // namespace ui
