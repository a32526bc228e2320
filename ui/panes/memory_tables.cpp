#include "ui/panes/memory_tables.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>
#include <imgui.h>

#include "ui/app.h"

namespace ui {
namespace {

/// Columns: range, size, words. Returns whether the row was clicked.
bool row(App& app, int id, std::uint64_t first, std::uint64_t last, const std::string& words, const ImVec4& colour) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  ImGui::PushID(id);
  ImGui::PushFont(app.theme().mono);
  const bool clicked =
      ImGui::Selectable(fmt::format("{:08X}..{:08X}", first, last).c_str(), false, ImGuiSelectableFlags_SpanAllColumns);
  ImGui::PopFont();
  ImGui::TableNextColumn();
  ImGui::TextUnformatted(debugger::views::size_words(last - first + 1).c_str());
  ImGui::TableNextColumn();
  text_coloured(colour, words.c_str());
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", words.c_str());
  ImGui::PopID();
  return clicked;
}

bool begin_table(App& app, const char* id, float height) {
  const ImGuiTableFlags flags =
      ImGuiTableFlags_RowBg | ImGuiTableFlags_NoPadOuterX | (height > 0 ? ImGuiTableFlags_ScrollY : 0);
  if (!ImGui::BeginTable(id, 3, flags, {0, height})) return false;
  ImGui::PushFont(app.theme().mono);
  const float digits = ImGui::CalcTextSize("00000000..00000000").x;
  ImGui::PopFont();
  ImGui::TableSetupColumn("Range", ImGuiTableColumnFlags_WidthFixed, digits);
  ImGui::TableSetupColumn("Size", ImGuiTableColumnFlags_WidthFixed, app.theme().px(72));
  ImGui::TableSetupColumn("What", ImGuiTableColumnFlags_WidthStretch);
  return true;
}

void heading(App& app, const char* text, const char* help) {
  ImGui::Spacing();
  ImGui::PushFont(app.theme().strong);
  ImGui::TextUnformatted(text);
  ImGui::PopFont();
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", help);
}

}  // namespace

void MemoryTables::update(Boot& boot, const MemoryView& view) {
  filled_.clear();
  const auto& pieces = view.writers().pieces();
  const auto begin =
      std::next(pieces.begin(), std::min<std::ptrdiff_t>(first_, static_cast<std::ptrdiff_t>(pieces.size())));
  for (auto piece = begin; piece != pieces.end() && static_cast<int>(filled_.size()) < last_ - first_; ++piece) {
    const debugger::LoggedCall* logged = boot.debugger().calls().find(piece->second.call);
    filled_.push_back({.first = piece->first,
                       .last = piece->second.last,
                       .call = piece->second.call,
                       .words = logged ? debugger::views::writer_words(*logged) : std::string()});
  }
}

std::optional<MemoryAt> MemoryTables::draw(App& app, const MemoryView& view) {
  std::optional<MemoryAt> clicked;
  if (ImGui::BeginChild("tables")) {
    clicked = draw_e820(app, view);
    if (const auto place = draw_regions(app, view)) clicked = place;
    if (const auto place = draw_filled(app, view)) clicked = place;
  }
  ImGui::EndChild();
  return clicked;
}

std::optional<MemoryAt> MemoryTables::draw_e820(App& app, const MemoryView& view) {
  std::optional<MemoryAt> clicked;
  heading(app, "What INT 15h/E820h reports",
          "The BIOS's own map. A hook of INT 15h may tell its callers something else.");
  if (!begin_table(app, "e820", 0)) return clicked;
  int i = 0;
  for (const auto& r : view.e820()) {
    const bool ram = r.type == "RAM";
    if (row(app, i, r.base, r.base + r.size - 1, r.type,
            ram ? app.theme().palette().good : app.theme().palette().faint))
      clicked = MemoryAt{.linear = r.base, .size = 1};
    app.mark(fmt::format("memory.e820.{}", i++));
  }
  ImGui::EndTable();
  return clicked;
}

std::optional<MemoryAt> MemoryTables::draw_regions(App& app, const MemoryView& view) {
  std::optional<MemoryAt> clicked;
  heading(app, "What the bus decodes", "RAM, ROMs and devices' windows.");
  if (!begin_table(app, "regions", 0)) return clicked;
  int i = 1000;
  for (const auto& r : view.regions()) {
    if (row(app, i++, r.base, r.base + r.size - 1, r.name, app.theme().palette().text))
      clicked = MemoryAt{.linear = r.base, .size = 1};
  }
  ImGui::EndTable();
  return clicked;
}

std::optional<MemoryAt> MemoryTables::draw_filled(App& app, const MemoryView& view) {
  std::optional<MemoryAt> clicked;
  heading(app, "What disk calls have filled", "Each range with the last call that filled it.");
  const auto& pieces = view.writers().pieces();
  if (pieces.empty()) {
    text_coloured(app.theme().palette().faint, "Nothing yet.");
    return clicked;
  }
  if (!begin_table(app, "filled", 0)) return clicked;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(pieces.size()));
  int from = 0, to = 0;
  while (clipper.Step()) {
    if (clipper.DisplayEnd > to) from = clipper.DisplayStart, to = clipper.DisplayEnd;
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const auto at = static_cast<std::size_t>(i - first_);
      if (i < first_ || at >= filled_.size()) {  // read with the next picture
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted("");
        continue;
      }
      const Filled& filled = filled_[at];
      if (!row(app, 2000 + i, filled.first, filled.last, filled.words, app.theme().palette().text)) continue;
      clicked = MemoryAt{.linear = filled.first, .size = filled.last - filled.first + 1};
      app.select_call(filled.call);
    }
  }
  first_ = from;
  last_ = to + 1;
  ImGui::EndTable();
  return clicked;
}

}  // namespace ui
