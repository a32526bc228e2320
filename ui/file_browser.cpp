#include "ui/file_browser.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>
#include <imgui_stdlib.h>

#include "bootsim/user_folders.h"
#include "ui/app.h"

namespace ui {
namespace {

namespace fs = std::filesystem;

std::string date_words(std::time_t time) {
  std::tm parts{};
  localtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return text;
}

bool pressed(ImGuiKey key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); }

}  // namespace

void FileBrowser::go_to(const std::string& folder) {
  std::error_code error;
  const fs::path whole = fs::absolute(folder.empty() ? "." : folder, error).lexically_normal();
  folder_ = whole.has_filename() || whole == "/" ? whole.string() : whole.parent_path().string();
  typed_ = folder_;
  selected_.clear();
  read();
}

void FileBrowser::select(const std::string& path) {
  const fs::path whole(path);
  go_to(whole.parent_path().string());
  selected_ = whole.filename().string();
  typed_ = path;
  scrolls_to_selected_ = true;
}

void FileBrowser::read() { contents_ = list_folder(folder_, all_ && offers_all_); }

FileBrowser::Event FileBrowser::draw(App& app, std::string_view name, const std::vector<std::string>& recent,
                                     ImVec2 size) {
  const Theme& theme = app.theme();
  const float places = theme.px(150);
  ImGui::BeginGroup();
  ImGui::BeginChild("places", {places, size.y});
  Event event = draw_places(app, name, recent);
  ImGui::EndChild();
  ImGui::SameLine();
  ImGui::BeginGroup();
  const float top = ImGui::GetCursorPosY(), width = size.x - places - ImGui::GetStyle().ItemSpacing.x;
  ImGui::PushItemWidth(width);
  event = std::max(event, draw_path(app, name));
  ImGui::PopItemWidth();
  const float foot = offers_all_ ? ImGui::GetFrameHeightWithSpacing() : 0;
  event = std::max(event, draw_files(app, name, {width, size.y - (ImGui::GetCursorPosY() - top) - foot}));
  if (offers_all_) {
    if (ImGui::Checkbox("All files", &all_)) read();
    app.mark(fmt::format("{}.all", name));
  }
  ImGui::EndGroup();
  ImGui::EndGroup();
  return event;
}

FileBrowser::Event FileBrowser::draw_places(App& app, std::string_view name, const std::vector<std::string>& recent) {
  Event event = Event::kNone;
  const auto heading = [&](const char* text) { text_coloured(app.theme().palette().faint, text); };
  heading("Places");
  const std::pair<const char*, std::string> places[] = {
      {"Home", bootsim::home_folder()}, {"Computer", "/"}, {"Temporary", "/tmp"}};
  for (const auto& [label, folder] : places) {
    if (folder.empty()) continue;
    if (ImGui::Selectable(label, folder_ == folder)) go_to(folder);
    app.mark(fmt::format("{}.place.{}", name, label));
  }
  if (recent.empty()) return event;
  ImGui::Spacing();
  heading("Recent");
  int number = 0;
  for (const std::string& path : recent) {
    ImGui::PushID(number);
    const std::string file = fs::path(path).filename().string();
    if (ImGui::Selectable(file.c_str(), selected() == path, ImGuiSelectableFlags_AllowDoubleClick)) {
      select(path);
      event = ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) ? Event::kChosen : Event::kSelected;
    }
    app.mark(fmt::format("{}.recent.{}", name, number++));
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", path.c_str());
    ImGui::PopID();
  }
  return event;
}

FileBrowser::Event FileBrowser::draw_path(App& app, std::string_view name) {
  if (ImGui::ArrowButton("up", ImGuiDir_Up)) go_to(parent_folder(folder_));
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("The folder above (Backspace)");
  app.mark(fmt::format("{}.up", name));
  const float taken = ImGui::GetItemRectSize().x + ImGui::GetStyle().ItemSpacing.x;
  ImGui::SameLine();
  ImGui::SetNextItemWidth(ImGui::CalcItemWidth() - taken);
  const bool entered =
      ImGui::InputText("##path", &typed_, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  app.mark(fmt::format("{}.path", name));
  return entered ? enter_typed() : Event::kNone;
}

/// A folder is gone to, a file is chosen.
FileBrowser::Event FileBrowser::enter_typed() {
  const std::string path = resolve_path(typed_, folder_);
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    go_to(path);
    takes_focus_ = true;
    return Event::kSelected;
  }
  select(path);
  return fs::exists(path, ignored) ? Event::kChosen : Event::kSelected;
}

FileBrowser::Event FileBrowser::enter(const FileEntry& entry) {
  if (!entry.folder) {
    selected_ = entry.name;
    return Event::kChosen;
  }
  go_to(resolve_path(entry.name, folder_));
  takes_focus_ = true;
  return Event::kSelected;
}

FileBrowser::Event FileBrowser::draw_files(App& app, std::string_view name, ImVec2 size) {
  Event event = Event::kNone;
  const Theme& theme = app.theme();
  if (std::exchange(takes_focus_, false)) ImGui::SetNextWindowFocus();
  ImGui::BeginChild("files", size, true);
  if (ImGui::IsWindowFocused() && !ImGui::IsAnyItemActive()) event = keys();
  if (!contents_.error.empty()) text_coloured(theme.palette().bad, contents_.error.c_str());
  if (contents_.error.empty() && contents_.entries.empty())
    text_coloured(theme.palette().faint, all_ ? "Nothing is here." : "No disk image is here.");
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg;
  if (!contents_.entries.empty() && ImGui::BeginTable("table", 3, kFlags)) {
    ImGui::TableSetupColumn("Name", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableSetupColumn("Size", ImGuiTableColumnFlags_WidthFixed, theme.px(70));
    ImGui::TableSetupColumn("Changed", ImGuiTableColumnFlags_WidthFixed, theme.px(130));
    for (std::size_t i = 0; i < contents_.entries.size(); ++i) {
      const FileEntry entry = contents_.entries[i];  // a copy: going to a folder reads others
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      const bool marked = entry.name == selected_;
      const std::string label = entry.folder ? entry.name + "/" : entry.name;
      if (ImGui::Selectable(label.c_str(), marked,
                            ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowDoubleClick)) {
        selected_ = entry.name;
        if (!entry.folder) typed_ = selected();
        event = std::max(event, ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) ? enter(entry) : Event::kSelected);
      }
      app.mark(fmt::format("{}.file.{}", name, entry.name));
      if (marked && std::exchange(scrolls_to_selected_, false)) ImGui::SetScrollHereY();
      ImGui::TableNextColumn();
      if (!entry.folder) text_coloured(theme.palette().faint, size_words(entry.size).c_str());
      ImGui::TableNextColumn();
      text_coloured(theme.palette().faint, date_words(entry.changed).c_str());
    }
    ImGui::EndTable();
  }
  ImGui::EndChild();
  return event;
}

FileBrowser::Event FileBrowser::keys() {
  const auto& entries = contents_.entries;
  if (pressed(ImGuiKey_Backspace)) {
    go_to(parent_folder(folder_));
    return Event::kSelected;
  }
  if (entries.empty()) return Event::kNone;
  const auto at = std::find_if(entries.begin(), entries.end(), [&](const FileEntry& e) { return e.name == selected_; });
  const int last = static_cast<int>(entries.size()) - 1;
  int index = at == entries.end() ? -1 : static_cast<int>(at - entries.begin());
  const int before = index;
  if (pressed(ImGuiKey_Enter) && index >= 0) return enter(FileEntry(entries[static_cast<std::size_t>(index)]));
  if (pressed(ImGuiKey_DownArrow)) ++index;
  if (pressed(ImGuiKey_UpArrow)) --index;
  if (pressed(ImGuiKey_PageDown)) index += 15;
  if (pressed(ImGuiKey_PageUp)) index -= 15;
  if (pressed(ImGuiKey_Home)) index = 0;
  if (pressed(ImGuiKey_End)) index = last;
  // A letter goes to the next name that begins with it.
  for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) {
    for (int step = 1; step <= last + 1; ++step) {
      const int next = (std::max(index, 0) + step) % (last + 1);
      const char first = entries[static_cast<std::size_t>(next)].name[0];
      if (std::tolower(static_cast<unsigned char>(first)) != std::tolower(static_cast<int>(c & 0x7F))) continue;
      index = next;
      break;
    }
  }
  if (index == before) return Event::kNone;
  const FileEntry& entry = entries[static_cast<std::size_t>(std::clamp(index, 0, last))];
  selected_ = entry.name;
  if (!entry.folder) typed_ = selected();
  scrolls_to_selected_ = true;
  return Event::kSelected;
}

}  // namespace ui
