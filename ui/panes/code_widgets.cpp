#include "ui/panes/code_widgets.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/core.h>

#include "ui/app.h"

namespace ui {
namespace {

constexpr float kBadgePadding = 7;

}  // namespace

float badge_width(const Theme& theme, const char* text) {
  return ImGui::CalcTextSize(text).x + 2 * theme.px(kBadgePadding);
}

void badge(const Theme& theme, const char* text, bool on, const ImVec4& colour, const char* help) {
  const Palette& p = theme.palette();
  const ImVec2 size = ImGui::CalcTextSize(text);
  const ImVec2 padding(theme.px(kBadgePadding), theme.px(2));
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max(min.x + size.x + 2 * padding.x, min.y + size.y + 2 * padding.y);
  ImGui::Dummy({max.x - min.x, max.y - min.y});
  if (help && ImGui::IsItemHovered()) {
    ImGui::PushFont(theme.sans);
    ImGui::SetTooltip("%s", help);
    ImGui::PopFont();
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float rounding = (max.y - min.y) / 2;
  if (on) list.AddRectFilled(min, max, packed(colour, 0.2F), rounding);
  list.AddRect(min, max, packed(on ? colour : p.line), rounding);
  list.AddText({min.x + padding.x, min.y + padding.y}, packed(on ? p.text : p.faint), text);
}

bool choose(App& app, const char* name, std::initializer_list<const char*> words, int& chosen) {
  const Palette& p = app.theme().palette();
  bool changed = false;
  int i = 0;
  ImGui::PushID(name);
  for (const char* word : words) {
    if (i > 0) ImGui::SameLine(0, app.theme().px(2));
    const bool on = i == chosen;
    ImGui::PushStyleColor(ImGuiCol_Button, on ? p.accent_soft : ImVec4(0, 0, 0, 0));
    ImGui::PushStyleColor(ImGuiCol_Text, on ? p.text : p.faint);
    if (ImGui::Button(word) && !on) {
      chosen = i;
      changed = true;
    }
    ImGui::PopStyleColor(2);
    app.mark(fmt::format("{}.{}", name, i));
    ++i;
  }
  ImGui::PopID();
  return changed;
}

bool long_scroll_bar(const Theme& theme, const char* id, ImVec2 size, std::uint64_t total, std::uint64_t shown,
                     std::uint64_t& first) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(id, {std::max(size.x, 1.0F), std::max(size.y, 1.0F)});
  const std::uint64_t most = total > shown ? total - shown : 0;
  const float least = theme.px(24);
  const float grab = std::clamp(
      size.y * static_cast<float>(static_cast<double>(shown) / static_cast<double>(std::max<std::uint64_t>(total, 1))),
      std::min(least, size.y), size.y);
  const float way = size.y - grab;
  bool moved = false;
  if (ImGui::IsItemActive() && way > 0) {
    const double part = std::clamp((ImGui::GetIO().MousePos.y - min.y - grab / 2) / way, 0.0F, 1.0F);
    const auto wanted = static_cast<std::uint64_t>(std::llround(part * static_cast<double>(most)));
    moved = wanted != first;
    first = wanted;
  }
  const float at =
      most == 0 ? 0 : way * static_cast<float>(static_cast<double>(std::min(first, most)) / static_cast<double>(most));
  const bool bright = ImGui::IsItemHovered() || ImGui::IsItemActive();
  ImGui::GetWindowDrawList()->AddRectFilled({min.x + theme.px(3), min.y + at},
                                            {min.x + size.x - theme.px(2), min.y + at + grab},
                                            packed(theme.palette().faint, bright ? 0.7F : 0.35F), theme.px(4));
  return moved;
}

void clipped_text(ImDrawList& list, ImVec2 at, float right, ImU32 colour, std::string_view text) {
  if (at.x >= right) return;
  const ImVec4 clip(at.x, at.y - 2, right, at.y + ImGui::GetFontSize() + 4);
  list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), at, colour, text.data(), text.data() + text.size(), 0, &clip);
}

std::string with_ellipsis(const std::string& text, float width) {
  if (ImGui::CalcTextSize(text.c_str()).x <= width) return text;
  const float room = width - ImGui::CalcTextSize("…").x;
  std::size_t end = text.size();
  while (end > 0 && ImGui::CalcTextSize(text.c_str(), text.c_str() + end).x > room) {
    --end;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // not in the middle of a character
  }
  while (end > 0 && text[end - 1] == ' ') --end;
  return text.substr(0, end) + "…";
}

std::string shortened_path(const std::string& path, float width) {
  const auto fits = [width](const std::string& text) { return ImGui::CalcTextSize(text.c_str()).x <= width; };
  if (fits(path)) return path;
  for (std::size_t at = path.find('/'); at != path.npos && at + 1 < path.size(); at = path.find('/', at + 1)) {
    if (std::string rest = "…" + path.substr(at); fits(rest)) return rest;
  }
  const std::string name = path.substr(path.size() > 1 ? path.rfind('/', path.size() - 2) + 1 : 0),
                    alone = name.substr(0, name.rfind('+'));
  for (const std::string& text : {"…/" + alone, name, alone}) {
    if (fits(text)) return text;
  }
  return with_ellipsis(alone, width);
}

const char* fitting_hint(std::initializer_list<const char*> hints, float width) {
  const float room = width - 2 * ImGui::GetStyle().FramePadding.x;
  const auto fits = std::find_if(hints.begin(), hints.end(),
                                 [room](const char* hint) { return ImGui::CalcTextSize(hint).x <= room; });
  return fits == hints.end() ? *std::prev(hints.end()) : *fits;
}

int wheel_rows() {
  if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows)) return 0;
  const float wheel = ImGui::GetIO().MouseWheel;
  return wheel == 0 ? 0 : static_cast<int>(std::lround(-wheel * 3 + (wheel > 0 ? -0.4F : 0.4F)));
}

}  // namespace ui
