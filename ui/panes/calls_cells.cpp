#include "ui/panes/calls_cells.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>
#include <imgui.h>

#include "ui/app.h"
#include "ui/panes/code_widgets.h"
#include "ui/panes/file_colours.h"

namespace ui {
namespace {

struct Column {
  const char* name;
  float width;  // at 96 dpi; of those that stretch, the weight
  ImGuiTableColumnFlags flags = ImGuiTableColumnFlags_WidthFixed;
};
/// As wide as what usually stands in them, and as their headers.
constexpr Column kColumns[kCallColumns] = {
    {"#", 36, ImGuiTableColumnFlags_WidthFixed | ImGuiTableColumnFlags_NoHide},
    {"Time", 62, ImGuiTableColumnFlags_WidthFixed | ImGuiTableColumnFlags_DefaultSort},
    {"Caller", 66},
    {"Drive", 38},
    {"Function", 4, ImGuiTableColumnFlags_WidthStretch},
    {"LBA", 50},
    {"Count", 42},
    {"Buffer", 78},
    {"Result", 3, ImGuiTableColumnFlags_WidthStretch},
    {"By", 34},
    {"File", 5, ImGuiTableColumnFlags_WidthStretch}};
/// Those that stretch, together: functions can be told apart, and files; "under way" is read in whole.
constexpr float kLeastStretched = 264;
constexpr float kPadding = 3;  // on both sides of each column

/// What all columns need at least.
float least_width(const Theme& theme) {
  float width = theme.px(kLeastStretched);
  for (const Column& column : kColumns) {
    width += 2 * theme.px(kPadding) + 1;
    if (column.flags & ImGuiTableColumnFlags_WidthFixed) width += theme.px(column.width);
  }
  return width;
}

}  // namespace

bool begin_call_table(App& app) {
  const Theme& theme = app.theme();
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_Resizable | ImGuiTableFlags_Reorderable |
                                     ImGuiTableFlags_Hideable | ImGuiTableFlags_Sortable | ImGuiTableFlags_RowBg |
                                     ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY | ImGuiTableFlags_BordersInnerV |
                                     ImGuiTableFlags_SizingFixedFit;
  const float least = least_width(theme);
  const bool fits = ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ScrollbarSize >= least;
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {theme.px(kPadding), theme.px(2)});
  const bool open = ImGui::BeginTable("calls", kCallColumns, kFlags, {0, 0}, fits ? 0 : least);
  ImGui::PopStyleVar();
  if (!open) return false;
  ImGui::TableSetupScrollFreeze(1, 1);
  for (const Column& column : kColumns)
    ImGui::TableSetupColumn(column.name, column.flags,
                            column.flags & ImGuiTableColumnFlags_WidthStretch ? column.width : theme.px(column.width));
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (int i = 0; i < kCallColumns; ++i) {
    if (!ImGui::TableSetColumnIndex(i)) continue;
    // ImGui keeps room for the arrow of sorting in every header; these need it for their words.
    const bool sorted = (ImGui::TableGetColumnFlags(i) & ImGuiTableColumnFlags_IsSorted) != 0;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float right = at.x + ImGui::GetContentRegionAvail().x;
    ImGui::TableHeader(fmt::format("{}{}", sorted ? "" : "##", kColumns[i].name).c_str());
    if (!sorted) clipped_text(*ImGui::GetWindowDrawList(), at, right, packed(theme.palette().text), kColumns[i].name);
    app.mark(fmt::format("calls.column.{}", kColumns[i].name));
  }
  return true;
}

void draw_call_cells(const Theme& theme, const ShownCall& call) {
  const Palette& palette = theme.palette();
  const auto cell = [&](CallColumn column, const std::string& text, const ImVec4& colour, bool number = false) {
    if (column != CallColumn::kNumber && !ImGui::TableSetColumnIndex(static_cast<int>(column))) return;
    if (number) {
      const float width = ImGui::CalcTextSize(text.c_str()).x, room = ImGui::GetContentRegionAvail().x;
      if (width < room) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + room - width);
    }
    text_coloured(colour, text.data(), text.data() + text.size());
  };
  const ImVec4& text = call.ahead ? palette.ahead : palette.text;
  const ImVec4& quiet = call.ahead ? palette.ahead : palette.faint;
  const debugger::views::CallRow& row = call.row;
  cell(CallColumn::kNumber, call.number ? fmt::format("{}", call.number) : "", quiet, true);
  cell(CallColumn::kTime, row.time, text, true);
  cell(CallColumn::kCaller, row.caller, quiet);
  cell(CallColumn::kDrive, row.drive, text);
  if (ImGui::TableSetColumnIndex(static_cast<int>(CallColumn::kFunction))) {
    const float indent = theme.px(14) * static_cast<float>(std::min(call.call.depth, 4));
    if (indent > 0) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + indent);
    text_coloured(quiet, row.label.data(), row.label.data() + row.label.size());
    ImGui::SameLine(0, theme.px(6));
    ImGui::PushFont(theme.sans);
    std::string words = row.function;
    if (call.repeats) words += fmt::format("  ({} times)", call.repeats + 1);
    words = with_ellipsis(words, ImGui::GetContentRegionAvail().x);
    text_coloured(text, words.data(), words.data() + words.size());
    ImGui::PopFont();
  }
  cell(CallColumn::kLba, row.lba, text, true);
  cell(CallColumn::kCount, row.count, text, true);
  cell(CallColumn::kBuffer, row.buffer, text);
  ImGui::PushFont(theme.sans);
  if (ImGui::TableSetColumnIndex(static_cast<int>(CallColumn::kResult)))
    cell(CallColumn::kResult, with_ellipsis(row.result, ImGui::GetContentRegionAvail().x),
         call.ahead           ? palette.ahead
         : row.failed         ? palette.bad
         : call.call.finished ? palette.faint
                              : palette.warning);
  ImGui::PopFont();
  cell(CallColumn::kBy, row.by, call.call.hook && !call.ahead ? palette.warning : quiet);
  ImGui::PushFont(theme.sans);
  if (!call.file.empty() && ImGui::TableSetColumnIndex(static_cast<int>(CallColumn::kFile))) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float size = theme.px(8), y = at.y + (ImGui::GetTextLineHeight() - size) / 2;
    ImGui::GetWindowDrawList()->AddRectFilled({at.x, y}, {at.x + size, y + size},
                                              packed(file_colour(theme, call.file), call.ahead ? 0.4F : 1), 2);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + size + theme.px(5));
    cell(CallColumn::kFile, shortened_path(call.file, ImGui::GetContentRegionAvail().x), text);
  }
  ImGui::PopFont();
}

}  // namespace ui
