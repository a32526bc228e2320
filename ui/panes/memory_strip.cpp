#include "ui/panes/memory_strip.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>
#include <imgui.h>

#include "ui/app.h"
#include "ui/panes/code_widgets.h"
#include "ui/panes/low_memory_scale.h"

namespace ui {
namespace {

namespace views = debugger::views;

struct Look {
  ImVec4 colour;
  const char* label;  // when there is room
};

Look look_of(const Palette& p, views::LowKind kind) {
  switch (kind) {
    case views::LowKind::kVectors: return {p.kinds[1], "IVT"};
    case views::LowKind::kBda: return {p.kinds[2], "BDA"};
    case views::LowKind::kBootSector: return {p.accent, "7C00"};
    case views::LowKind::kTaken: return {p.kinds[5], "taken"};
    case views::LowKind::kEbda: return {p.kinds[2], "EBDA"};
    case views::LowKind::kVideo: return {p.kinds[6], "video"};
    case views::LowKind::kRom: return {p.kinds[7], "ROM"};
    case views::LowKind::kHook: return {p.bad, nullptr};
  }
  return {};
}

class Strip {
 public:
  Strip(App& app, const MemoryView& view)
      : app_(app),
        view_(view),
        theme_(app.theme()),
        list_(*ImGui::GetWindowDrawList()),
        origin_(ImGui::GetCursorScreenPos()),
        width_(ImGui::GetContentRegionAvail().x),
        height_(app.theme().px(26)) {}

  float width() const { return width_; }
  float height() const { return height_; }
  std::uint64_t address_at(float x) const { return LowMemoryScale::address_at((x - origin_.x) / width_); }

  void draw(std::uint64_t first, std::uint64_t size) {
    const Palette& p = theme_.palette();
    list_.AddRectFilled(origin_, {origin_.x + width_, origin_.y + height_}, packed(p.stripe, 2), theme_.px(3));
    for (const views::LowRange& range : view_.low()) {
      if (range.kind != views::LowKind::kHook) draw_range(range);
    }
    draw_writers();
    for (const views::LowRange& range : view_.low()) {
      if (range.kind == views::LowKind::kHook) draw_hook(range.first);
    }
    if (first < LowMemoryScale::kEnd) {
      const float from = x_of(first), to = std::max(x_of(first + size), from + theme_.px(3));
      list_.AddRect({from, origin_.y}, {to, origin_.y + height_}, packed(p.text), theme_.px(2), 0, theme_.px(1.5F));
    }
  }

  std::string words_at(std::uint64_t address, float x) const {
    std::string text = fmt::format("{:05X}h", address);
    for (const views::LowRange& range : view_.low()) {
      const bool hook = range.kind == views::LowKind::kHook;
      const bool under =
          hook ? std::abs(x_of(range.first) - x) < theme_.px(4) : address >= range.first && address <= range.last;
      if (under)
        text += fmt::format("\n{}{}  {:05X}h{}", hook ? "hook of " : "", range.words, range.first,
                            hook ? "" : fmt::format("..{:05X}h", range.last));
    }
    if (const auto call = view_.writers().call_at(address)) text += fmt::format("\nfilled by disk call {}", *call);
    return text;
  }

 private:
  float x_of(std::uint64_t address) const { return origin_.x + width_ * LowMemoryScale::part_of(address); }

  void draw_range(const views::LowRange& range) {
    const Look look = look_of(theme_.palette(), range.kind);
    const float from = x_of(range.first), to = std::max(x_of(range.last + 1) - 1, from + theme_.px(2));
    list_.AddRectFilled({from, origin_.y}, {to, origin_.y + height_}, packed(look.colour, 0.35F));
    const float text = ImGui::CalcTextSize(look.label).x;
    if (text + theme_.px(4) <= to - from)
      list_.AddText({(from + to - text) / 2, origin_.y + (height_ - ImGui::GetTextLineHeight()) / 2},
                    packed(theme_.palette().text), look.label);
  }

  /// A band at the foot. Many small pieces share a pixel: each pixel is drawn once.
  void draw_writers() {
    float drawn = -1;
    for (const auto& [first, piece] : view_.writers().pieces()) {
      if (first >= LowMemoryScale::kEnd) break;
      const float from = std::max(x_of(first), drawn), to = std::max(x_of(piece.last + 1), x_of(first) + 1);
      if (to - drawn < 0.5F) continue;
      const Writer* writer = view_.writer(piece.call);
      const bool selected = app_.selected_call() == piece.call;
      const ImVec4 colour = selected || writer ? theme_.palette().accent : theme_.palette().good;
      list_.AddRectFilled({from, origin_.y + height_ - theme_.px(5)}, {to, origin_.y + height_},
                          packed(colour, selected ? 1.0F : 0.75F));
      drawn = to;
    }
  }

  void draw_hook(std::uint64_t address) {
    const float x = x_of(address), h = theme_.px(4);
    list_.AddTriangleFilled({x - h, origin_.y}, {x + h, origin_.y}, {x, origin_.y + h * 1.5F},
                            packed(theme_.palette().bad));
  }

  App& app_;
  const MemoryView& view_;
  const Theme& theme_;
  ImDrawList& list_;
  ImVec2 origin_;
  float width_, height_;
};

}  // namespace

std::optional<std::uint64_t> draw_memory_strip(App& app, const MemoryView& view, std::uint64_t first,
                                               std::uint64_t size) {
  Strip strip(app, view);
  if (strip.width() < 8) return std::nullopt;
  strip.draw(first, size);
  ImGui::InvisibleButton("strip", {strip.width(), strip.height()});
  app.mark("memory.strip");
  const float x = ImGui::GetIO().MousePos.x;
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", strip.words_at(strip.address_at(x), x).c_str());
  return ImGui::IsItemActive() ? std::optional(strip.address_at(x)) : std::nullopt;
}

}  // namespace ui
