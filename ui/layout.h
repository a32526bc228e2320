// How the panes share the window: areas with tabs, and splitters between them.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>
#include <nlohmann/json_fwd.hpp>

#include "ui/pane.h"

namespace ui {

class App;

/// Where the tabs are. The time line has the full width at the bottom.
///
///     +---------------+-----------+--------+
///     | kTopLeft      | kTopRight | kRight |
///     +---------------+-----------+        |
///     | kBottomLeft               |        |
///     +---------------------------+--------+
///     | kBottom                            |
///     +------------------------------------+
enum class Area { kTopLeft, kTopRight, kRight, kBottomLeft, kBottom };
inline constexpr std::size_t kAreas = 5;

class Layout {
 public:
  Layout();
  ~Layout();

  void add(Area area, std::unique_ptr<Pane> pane);
  /// The panes that are in front, for update().
  std::vector<Pane*> visible() const;
  std::vector<Pane*> all() const;
  void bring_to_front(std::string_view pane_id);
  /// Draws all areas into the rectangle.
  void draw(App& app, ImVec2 position, ImVec2 size);
  /// Everything where it was at first.
  void reset();

  void save(nlohmann::json& settings) const;
  void restore(const nlohmann::json& settings);

 private:
  struct Tab {
    std::unique_ptr<Pane> pane;
    Area area, home;
    bool to_front = false;
  };
  /// Parts of the whole, from 0 to 1.
  struct Splits {
    float right = 0.765F;  ///< where kRight begins
    float left = 0.50F;    ///< of what is left of it, where kTopRight begins
    float middle = 0.58F;  ///< where kBottomLeft begins
    float bottom = 0.80F;  ///< where kBottom begins
  };
  void draw_area(App& app, Area area, ImVec2 min, ImVec2 max);
  void splitter(App& app, const char* id, ImVec2 min, ImVec2 max, bool vertical, float& part, float whole);

  std::vector<Tab> tabs_;
  std::array<Pane*, kAreas> front_{};
  Splits splits_;
};

}  // namespace ui
