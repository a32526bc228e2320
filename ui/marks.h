// Where things are in the window, by name: what tests click, and what tells a screen reader's script where to look.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <imgui.h>

namespace ui {

struct Rect {
  ImVec2 min, max;
  ImVec2 centre() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
};

/// Filled anew each frame when somebody asked for it, at no cost otherwise.
class Marks {
 public:
  void begin_frame() { places_.clear(); }
  void enable() { enabled_ = true; }
  /// The ImGui item submitted last is called `name`: "toolbar.run", "calls.row.17".
  void item(std::string_view name) {
    if (enabled_) places_.insert_or_assign(std::string(name), Rect{ImGui::GetItemRectMin(), ImGui::GetItemRectMax()});
  }
  void area(std::string_view name, Rect rect) {
    if (enabled_) places_.insert_or_assign(std::string(name), rect);
  }
  std::optional<Rect> find(std::string_view name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
  }
  const std::map<std::string, Rect, std::less<>>& all() const { return places_; }

 private:
  bool enabled_ = false;
  std::map<std::string, Rect, std::less<>> places_;
};

}  // namespace ui
