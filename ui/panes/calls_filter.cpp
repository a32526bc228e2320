#include "ui/panes/calls_filter.h"

#include <algorithm>
#include <cstdio>

#include <imgui.h>
#include <nlohmann/json.hpp>

#include "debugger/expression.h"
#include "ui/app.h"
#include "ui/panes/call_kinds.h"
#include "ui/panes/code_widgets.h"

namespace ui {
namespace {

constexpr unsigned kDiskCalls = 1;

}  // namespace

bool CallsFilter::draw(App& app, float right) {
  const bool written = draw_field(app, right);
  ImGui::SameLine();
  return draw_kinds(app) || written;
}

bool CallsFilter::draw_field(App& app, float right) {
  const Theme& theme = app.theme();
  const bool wrong = !error_.empty();
  if (wrong) ImGui::PushStyleColor(ImGuiCol_Border, theme.palette().bad);
  if (wrong) ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, theme.px(1));
  const float width = std::max(theme.px(120), ImGui::GetContentRegionAvail().x - right);
  ImGui::SetNextItemWidth(width);
  const bool written = ImGui::InputTextWithHint(
      "##filter",
      fitting_hint({"Filter: drive == E0h && lba > 100, or words", "Filter: lba > 100, or words", "Filter"}, width),
      text_, sizeof text_);
  const bool changed = written && apply();
  app.mark("calls.filter");
  if (wrong) {
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
  }
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive() && error_.empty())
    ImGui::SetTooltip(
        "A condition over drive, lba, count, buffer, caller, cf, status, bytes, by, depth, file, name, int, ah and registers,\n"
        "as in  drive == E0h && lba > 100  or  file matches \"/boot/*\"  or  cf;  or words that occur in the row.");
  return changed;
}

bool CallsFilter::draw_kinds(App& app) {
  if (ImGui::Button("Kinds")) ImGui::OpenPopup("kinds");
  app.mark("calls.kinds");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Which interrupts are listed");
  if (!ImGui::BeginPopup("kinds")) return false;
  bool changed = false;
  for (std::size_t i = 0; i < call_kinds().size(); ++i) {
    changed |= ImGui::CheckboxFlags(call_kinds()[i].label, &kinds_, 1u << i);
    app.mark(std::string("calls.kind.") + call_kinds()[i].id);
  }
  ImGui::EndPopup();
  return changed;
}

void CallsFilter::draw_error(App& app) const {
  if (error_.empty()) return;
  ImGui::TextColored(app.theme().palette().bad, "%s", error_.c_str());
  app.mark("calls.error");
}

bool CallsFilter::apply() {
  try {
    condition_ = debugger::views::CallFilter::parse(text_);
    error_.clear();
    return true;
  } catch (const debugger::ExpressionError& error) {
    error_ = error.what();
    return false;
  }
}

bool CallsFilter::write(const std::string& text) {
  std::snprintf(text_, sizeof text_, "%s", text.c_str());
  return apply();
}

bool CallsFilter::add_disk_calls() {
  if (kinds_ & kDiskCalls) return false;
  kinds_ |= kDiskCalls;
  return true;
}

std::bitset<256> CallsFilter::vectors() const { return vectors_of_kinds(kinds_); }

void CallsFilter::save(nlohmann::json& settings) const {
  settings["filter"] = text_;
  settings["kinds"] = kinds_;
}

bool CallsFilter::restore(const nlohmann::json& settings) {
  if (const auto kinds = settings.find("kinds"); kinds != settings.end() && kinds->is_number_unsigned())
    kinds_ = kinds->get<unsigned>();
  const auto filter = settings.find("filter");
  return write(filter != settings.end() && filter->is_string() ? filter->get<std::string>() : std::string(text_));
}

}  // namespace ui
