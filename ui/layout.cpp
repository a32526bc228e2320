#include "ui/layout.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "ui/app.h"

namespace ui {
namespace {

constexpr float kGap = 5;        // between areas, where splitters are grabbed
constexpr float kLeast = 0.12F;  // of the whole that an area keeps

struct AreaWords {
  Area area;
  const char* id;
  const char* words;
};
constexpr AreaWords kAreaWords[] = {{Area::kTopLeft, "top-left", "Top left"},
                                    {Area::kTopRight, "top-right", "Top middle"},
                                    {Area::kRight, "right", "Right"},
                                    {Area::kBottomLeft, "bottom-left", "Bottom left"},
                                    {Area::kBottom, "bottom", "Bottom"}};

/// ImGui fills a rounded rectangle as a fan of long thin triangles. Software rasterisers take five times as long for
/// that as for rectangles, which are filled a row at a time: a cross of rectangles with a disc in each corner looks the
/// same.
void fill_rounded(ImDrawList& list, ImVec2 min, ImVec2 max, float radius, ImU32 colour) {
  list.AddRectFilled({min.x, min.y + radius}, {max.x, max.y - radius}, colour);
  for (const float top : {min.y, max.y - radius})
    list.AddRectFilled({min.x + radius, top}, {max.x - radius, top + radius}, colour);
  for (const float x : {min.x + radius, max.x - radius}) {
    for (const float y : {min.y + radius, max.y - radius}) list.AddCircleFilled({x, y}, radius, colour);
  }
}

/// As wide as ImGui has it by default, and narrower where not all tabs would fit.
float tab_padding(const std::vector<const char*>& titles, float room) {
  const ImGuiStyle& style = ImGui::GetStyle();
  float words = 0;
  for (const char* title : titles) words += ImGui::CalcTextSize(title).x + style.ItemInnerSpacing.x + 2;
  const float least = style.FramePadding.x / 3,
              fits = (room - words) / (2 * static_cast<float>(std::max<std::size_t>(titles.size(), 1)));
  return std::clamp(fits, least, style.FramePadding.x);
}

const char* id_of(Area area) { return kAreaWords[static_cast<std::size_t>(area)].id; }

}  // namespace

Layout::Layout() = default;
Layout::~Layout() = default;

void Layout::add(Area area, std::unique_ptr<Pane> pane) { tabs_.push_back({std::move(pane), area, area}); }

std::vector<Pane*> Layout::visible() const {
  std::vector<Pane*> panes;
  std::copy_if(front_.begin(), front_.end(), std::back_inserter(panes), [](Pane* pane) { return pane != nullptr; });
  return panes;
}

std::vector<Pane*> Layout::all() const {
  std::vector<Pane*> panes;
  for (const Tab& tab : tabs_) panes.push_back(tab.pane.get());
  return panes;
}

void Layout::bring_to_front(std::string_view pane_id) {
  for (Tab& tab : tabs_) {
    if (tab.pane->id() == pane_id) tab.to_front = true;
  }
}

void Layout::reset() {
  splits_ = {};
  for (Tab& tab : tabs_) tab.area = tab.home;
}

/// A gap that can be dragged. `part` is that of the gap's middle in `whole` pixels.
void Layout::splitter(App& app, const char* id, ImVec2 min, ImVec2 max, bool vertical, float& part, float whole) {
  ImGui::SetCursorScreenPos(min);
  ImGui::InvisibleButton(id, {std::max(1.0F, max.x - min.x), std::max(1.0F, max.y - min.y)});
  app.mark(std::string("splitter.") + id);
  const bool used = ImGui::IsItemActive();
  if (used || ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    ImGui::GetWindowDrawList()->AddRectFilled(min, max, packed(app.theme().palette().accent, 0.5F), 2);
  }
  if (!used) return;
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  part = std::clamp(part + (vertical ? moved.x : moved.y) / whole, kLeast, 1 - kLeast);
}

void Layout::draw(App& app, ImVec2 position, ImVec2 size) {
  const float gap = app.theme().px(kGap);
  const ImVec2 end{position.x + size.x, position.y + size.y};
  const float bottom = position.y + size.y * splits_.bottom;
  const float right = position.x + size.x * splits_.right;
  const float left = position.x + (right - position.x) * splits_.left;
  const float middle = position.y + (bottom - position.y) * splits_.middle;
  front_.fill(nullptr);
  draw_area(app, Area::kTopLeft, position, {left, middle});
  draw_area(app, Area::kTopRight, {left + gap, position.y}, {right, middle});
  draw_area(app, Area::kBottomLeft, {position.x, middle + gap}, {right, bottom});
  draw_area(app, Area::kRight, {right + gap, position.y}, {end.x, bottom});
  draw_area(app, Area::kBottom, {position.x, bottom + gap}, end);
  splitter(app, "left", {left, position.y}, {left + gap, middle}, true, splits_.left, right - position.x);
  splitter(app, "right", {right, position.y}, {right + gap, bottom}, true, splits_.right, size.x);
  splitter(app, "middle", {position.x, middle}, {right, middle + gap}, false, splits_.middle, bottom - position.y);
  splitter(app, "bottom", {position.x, bottom}, {end.x, bottom + gap}, false, splits_.bottom, size.y);
}

void Layout::draw_area(App& app, Area area, ImVec2 min, ImVec2 max) {
  ImGui::SetCursorScreenPos(min);
  fill_rounded(*ImGui::GetWindowDrawList(), min, max, ImGui::GetStyle().ChildRounding,
               packed(app.theme().palette().panel));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {app.theme().px(6), app.theme().px(4)});
  const bool open = ImGui::BeginChild(
      id_of(area), {max.x - min.x, max.y - min.y}, false,
      ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  std::vector<const char*> titles;
  for (const Tab& tab : tabs_) {
    if (tab.area == area) titles.push_back(tab.pane->title());
  }
  const ImVec2 padding{tab_padding(titles, ImGui::GetContentRegionAvail().x), ImGui::GetStyle().FramePadding.y};
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, padding);
  const bool tabs =
      open && ImGui::BeginTabBar("tabs", ImGuiTabBarFlags_Reorderable | ImGuiTabBarFlags_FittingPolicyResizeDown);
  ImGui::PopStyleVar();
  if (tabs) {
    for (Tab& tab : tabs_) {
      if (tab.area != area) continue;
      ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, padding);
      const bool front =
          ImGui::BeginTabItem(tab.pane->title(), nullptr, tab.to_front ? ImGuiTabItemFlags_SetSelected : 0);
      ImGui::PopStyleVar();
      app.mark(std::string("tab.") + tab.pane->id());
      tab.to_front = false;
      if (ImGui::BeginPopupContextItem()) {
        ImGui::TextDisabled("Move to");
        for (const AreaWords& other : kAreaWords) {
          if (other.area == tab.area || !ImGui::MenuItem(other.words)) continue;
          tab.area = other.area;
          tab.to_front = true;
        }
        ImGui::EndPopup();
      }
      if (!front) continue;
      front_[static_cast<std::size_t>(area)] = tab.pane.get();
      ImGui::PushID(tab.pane->id());
      if (ImGui::BeginChild("pane", {0, 0}, false)) tab.pane->draw(app, app.moment());
      const ImVec2 at = ImGui::GetWindowPos(), extent = ImGui::GetWindowSize();
      ImGui::EndChild();
      app.marks().area(std::string("pane.") + tab.pane->id(), {at, {at.x + extent.x, at.y + extent.y}});
      ImGui::PopID();
      ImGui::EndTabItem();
    }
    ImGui::EndTabBar();
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
}

void Layout::save(nlohmann::json& settings) const {
  settings["splits"] = {splits_.right, splits_.left, splits_.middle, splits_.bottom};
  for (const Tab& tab : tabs_) {
    const bool front = std::find(front_.begin(), front_.end(), tab.pane.get()) != front_.end();
    settings["tabs"][tab.pane->id()] = {{"area", id_of(tab.area)}, {"front", front}};
  }
}

void Layout::restore(const nlohmann::json& settings) {
  try {
    if (const auto splits = settings.find("splits"); splits != settings.end()) {
      std::array<float, 4> parts = splits->get<std::array<float, 4>>();
      for (float& part : parts) part = std::clamp(part, kLeast, 1 - kLeast);
      splits_ = {parts[0], parts[1], parts[2], parts[3]};
    }
    const auto tabs = settings.find("tabs");
    if (tabs == settings.end()) return;
    for (Tab& tab : tabs_) {
      const auto entry = tabs->find(tab.pane->id());
      if (entry == tabs->end()) continue;
      const auto words = entry->value("area", std::string());
      const auto* area =
          std::find_if(std::begin(kAreaWords), std::end(kAreaWords), [&](const AreaWords& a) { return words == a.id; });
      if (area != std::end(kAreaWords)) tab.area = area->area;
      tab.to_front = entry->value("front", false);
    }
  } catch (const nlohmann::json::exception&) {  // another version's, or edited: what was understood stays
  }
}

}  // namespace ui
