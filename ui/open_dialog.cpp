#include "ui/open_dialog.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "bootsim/quirks.h"
#include "emu/error.h"
#include "ui/app.h"

namespace ui {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTitle = "Open a medium";
constexpr const char* kMemorySizes[] = {"1M", "16M", "64M", "128M", "512M", "1G", "4G"};

void heading(const Theme& theme, const char* text) {
  ImGui::PushFont(theme.strong);
  ImGui::TextUnformatted(text);
  ImGui::PopFont();
}

void wrapped(const ImVec4& colour, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str(), text.c_str() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
}

}  // namespace

void OpenDialog::open(const Settings& settings) {
  opening_ = true;
  error_.clear();
  outlooks_.clear();
  if (!browser_.folder().empty()) return browser_.go_to(browser_.folder());
  std::error_code ignored;
  if (!settings.recent.empty() && fs::exists(settings.recent.front(), ignored)) {
    browser_.select(settings.recent.front());
    return take_selected();
  }
  browser_.go_to(".");
}

bool OpenDialog::draw(App& app) {
  const Theme& theme = app.theme();
  if (std::exchange(opening_, false)) {
    ImGui::OpenPopup(kTitle);
    browser_.take_focus();
  }
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const ImVec2 size{std::min(theme.px(980), display.x - theme.px(32)),
                    std::min(theme.px(620), display.y - theme.px(32))};
  ImGui::SetNextWindowSize(size);
  ImGui::SetNextWindowPos({(display.x - size.x) / 2, (display.y - size.y) / 2});
  if (!ImGui::BeginPopupModal(kTitle, nullptr, ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove)) return false;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float side = theme.px(300), gap = theme.px(14), foot = theme.px(44);
  const FileBrowser::Event event =
      browser_.draw(app, "open", app.settings().recent, {room.x - side - gap, room.y - foot});
  if (event != FileBrowser::Event::kNone) take_selected();
  ImGui::SameLine(0, gap);
  ImGui::BeginChild("how", {side, room.y - foot});
  draw_media(app);
  draw_machine(app);
  draw_quirks(app);
  draw_options(app);
  ImGui::EndChild();
  draw_foot(app);
  if (event == FileBrowser::Event::kChosen) boot(app);
  const bool escaped = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape)) && !ImGui::IsAnyItemActive();
  if (escaped) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  return true;
}

/// The file that is marked is the first medium; those that were added stay.
void OpenDialog::take_selected() {
  const std::string path = browser_.selected();
  std::error_code ignored;
  if (path.empty() || fs::is_directory(path, ignored)) return;
  error_.clear();
  if (choice_.media.empty()) choice_.media.emplace_back();
  if (choice_.media.front().path != path) choice_.media.front() = {path, ""};
}

void OpenDialog::add_selected() {
  const std::string path = browser_.selected();
  if (!path.empty()) choice_.media.push_back({path, ""});
}

const Outlook& OpenDialog::outlook(const std::string& path) {
  const auto [found, is_new] = outlooks_.try_emplace(path);
  if (is_new) found->second = look_at_medium(path);
  return found->second;
}

// --- How it is booted

void OpenDialog::draw_media(App& app) {
  const Theme& theme = app.theme();
  heading(theme, choice_.media.size() > 1 ? "Media" : "Medium");
  if (choice_.media.empty())
    return wrapped(theme.palette().faint, "Choose a disk image on the left. It is never written to.");
  for (std::size_t i = 0; i < choice_.media.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    const bool removed = draw_medium(app, i);
    ImGui::PopID();
    if (removed) choice_.media.erase(choice_.media.begin() + static_cast<std::ptrdiff_t>(i--));
  }
  if (ImGui::SmallButton("Add the marked file as another drive")) add_selected();
  app.mark("open.add");
  ImGui::Spacing();
}

bool OpenDialog::draw_medium(App& app, std::size_t index) {
  const Theme& theme = app.theme();
  BootChoice::Medium& medium = choice_.media[index];
  const Outlook& found = outlook(medium.path);
  bool removed = false;
  wrapped(theme.palette().text, fs::path(medium.path).filename().string());
  if (index > 0) {
    ImGui::SameLine(ImGui::GetContentRegionAvail().x - theme.px(16));
    removed = ImGui::SmallButton("x");
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("Leave this drive out");
  }
  const std::string as_it_looks =
      found.attach.empty() ? "As it looks" : fmt::format("{} (as it looks)", attach_words(found.attach));
  ImGui::SetNextItemWidth(-1);
  const bool open =
      ImGui::BeginCombo("##attach", medium.attach.empty() ? as_it_looks.c_str() : attach_words(medium.attach));
  app.mark(fmt::format("open.attach.{}", index));
  if (open) {
    if (ImGui::Selectable(as_it_looks.c_str(), medium.attach.empty())) medium.attach.clear();
    for (const char* word : {"cd", "hd", "floppy", "usb-hd", "usb-floppy"}) {
      if (ImGui::Selectable(attach_words(word), medium.attach == word)) medium.attach = word;
      app.mark(fmt::format("open.attach.{}.{}", index, word));
    }
    ImGui::EndCombo();
  }
  wrapped(found.error ? theme.palette().bad : theme.palette().faint, found.words);
  ImGui::Spacing();
  return removed;
}

void OpenDialog::draw_machine(App& app) {
  heading(app.theme(), "Machine");
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted("Memory");
  ImGui::SameLine(app.theme().px(80));
  ImGui::SetNextItemWidth(app.theme().px(90));
  ImGui::InputText("##memory", &choice_.memory);
  app.mark("open.memory");
  ImGui::SameLine(0, 0);
  if (ImGui::BeginCombo("##sizes", "", ImGuiComboFlags_NoPreview)) {
    for (const char* size : kMemorySizes) {
      if (ImGui::Selectable(size, choice_.memory == size)) choice_.memory = size;
    }
    ImGui::EndCombo();
  }
  ImGui::Checkbox("Stop before the first instruction", &stopped_);
  app.mark("open.stopped");
  ImGui::Spacing();
}

void OpenDialog::draw_quirks(App& app) {
  const std::string title = choice_.quirks.empty()
                                ? "Quirks of the BIOS###quirks"
                                : fmt::format("Quirks of the BIOS: {}###quirks", choice_.quirks.size());
  const bool open = ImGui::CollapsingHeader(title.c_str());
  app.mark("open.quirks");
  if (!open) return;
  for (const bootsim::QuirkRow& row : bootsim::quirk_rows()) {
    if (!row.flag) continue;  // dl=XX goes among the options
    const std::string name(row.name);
    const auto found = std::find(choice_.quirks.begin(), choice_.quirks.end(), name);
    bool on = found != choice_.quirks.end();
    if (ImGui::Checkbox(name.c_str(), &on)) {
      if (on)
        choice_.quirks.push_back(name);
      else
        choice_.quirks.erase(found);
    }
    app.mark("open.quirk." + name);
    if (!ImGui::IsItemHovered()) continue;
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(app.theme().px(380));
    ImGui::TextUnformatted(row.what.data(), row.what.data() + row.what.size());
    text_coloured(app.theme().palette().faint, row.machines.data(), row.machines.data() + row.machines.size());
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
  }
  ImGui::Spacing();
}

void OpenDialog::draw_options(App& app) {
  const Theme& theme = app.theme();
  heading(theme, "More options");
  ImGui::SetNextItemWidth(-1);
  if (ImGui::InputTextWithHint("##options", "--fail-read lba=63 --rtc 2024-02-29", &choice_.options)) error_.clear();
  app.mark("open.options");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("As on the command line of `bootsim run`; its --help lists them");
  if (!error_.empty()) wrapped(theme.palette().bad, error_);
  if (choice_.media.empty()) return;
  ImGui::Spacing();
  text_coloured(theme.palette().faint, "The same in a terminal:");
  const std::string command = command_of(choice_);
  ImGui::PushFont(theme.mono);
  wrapped(theme.palette().text, command);
  ImGui::PopFont();
  if (ImGui::SmallButton("Copy")) app.copy(command);
}

void OpenDialog::draw_foot(App& app) {
  const Theme& theme = app.theme();
  const ImVec2 button{theme.px(110), theme.px(32)};
  ImGui::SetCursorPos({ImGui::GetWindowContentRegionMax().x - 2 * button.x - ImGui::GetStyle().ItemSpacing.x,
                       ImGui::GetWindowContentRegionMax().y - button.y});
  if (ImGui::Button("Cancel", button)) ImGui::CloseCurrentPopup();
  app.mark("open.cancel");
  ImGui::SameLine();
  ImGui::BeginDisabled(choice_.media.empty() && choice_.options.empty());
  ImGui::PushStyleColor(ImGuiCol_Button, theme.palette().accent_soft);
  if (ImGui::Button(stopped_ ? "Open" : "Boot", button)) boot(app);
  ImGui::PopStyleColor();
  app.mark("open.boot");
  ImGui::EndDisabled();
}

void OpenDialog::boot(App& app) {
  try {
    app.open(options_of(choice_), !stopped_);
    ImGui::CloseCurrentPopup();
  } catch (const emu::Error& error) {
    error_ = error.what();
  }
}

}  // namespace ui
