// What surrounds the panes: tool bar, status bar, messages, and what is shown when no PC runs.
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "bootsim/units.h"
#include "debugger/cpu_mode.h"
#include "debugger/trace.h"
#include "ui/app.h"
#include "ui/demo.h"
#include "ui/icons.h"
#include "ui/open_dialog.h"
#include "ui/verdict.h"

namespace ui {
namespace {

struct SpeedWords {
  Speed speed;
  const char* words;
  const char* help;
};
constexpr SpeedWords kSpeeds[] = {
    {Speed::kThousandth, "1/1000", "Slow motion: a thousandth of the PC's own speed"},
    {Speed::kHundredth, "1/100", "Slow motion: a hundredth of the PC's own speed"},
    {Speed::kTenth, "1/10", "Slow motion: a tenth of the PC's own speed"},
    {Speed::kRealTime, "Real time", "As fast as the PC would be"},
    {Speed::kFull, "Full speed", "Work as fast as this computer can; menu time-outs last as long as they say"},
    {Speed::kUnlimited, "No waiting", "As fast as this computer can; time-outs pass at once"},
};

/// A button with an icon before its words. Grey when it cannot be pressed.
bool tool_button(const Theme& theme, const char* id, const char* icon, const char* label, bool enabled) {
  const float side = theme.px(16), pad = theme.px(9), gap = label[0] ? theme.px(7) : 0;
  const ImVec2 text = ImGui::CalcTextSize(label);
  const ImVec2 size{pad * 2 + side + gap + text.x, theme.px(30)};
  ImGui::BeginDisabled(!enabled);
  ImGui::PushID(id);
  const bool pressed = ImGui::Button("##button", size);
  ImGui::PopID();
  ImGui::EndDisabled();
  const ImVec2 min = ImGui::GetItemRectMin();
  const ImU32 colour = packed(enabled ? theme.palette().text : theme.palette().ahead);
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_icon(*list, icon, {min.x + pad, min.y + (size.y - side) / 2}, side, colour);
  list->AddText({min.x + pad + side + gap, min.y + (size.y - text.y) / 2}, colour, label);
  return pressed;
}

void tool_tip(const Action& action) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  ImGui::BeginTooltip();
  ImGui::TextUnformatted(action.help);
  if (action.keys[0]) ImGui::TextDisabled("%s", action.keys);
  ImGui::EndTooltip();
}

const char* phase_words(Phase phase) {
  switch (phase) {
    case Phase::kEmpty: return "No medium";
    case Phase::kOpening: return "Opening";
    case Phase::kStopped: return "Stopped";
    case Phase::kRunning: return "Running";
    case Phase::kTravelling: return "Travelling";
    case Phase::kFailed: return "Not opened";
  }
  return "";
}

}  // namespace

// --- Tool bar

void App::draw_action(const Action& action) {
  const std::string_view id = action.id;
  const bool running = status_.phase == Phase::kRunning || status_.phase == Phase::kTravelling;
  const bool pause = id == "run" && running;
  if (tool_button(theme_, action.id, pause ? "pause" : action.id, pause ? "Stop" : action.label, action.enabled(*this)))
    action.act(*this);
  mark(fmt::format("toolbar.{}", id));
  tool_tip(action);
}

void App::draw_tool_bar() {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme_.px(4), theme_.px(6)});
  for (const Action& action : actions_) {
    if (!action.on_tool_bar) continue;
    const std::string_view id = action.id;
    const bool begins_group = id == "run" || id == "next-call" || id == "over" || id == "back-call";
    if (begins_group) ImGui::SameLine(0, theme_.px(12));
    draw_action(action);
    ImGui::SameLine();
  }
  ImGui::SameLine(0, theme_.px(14));
  draw_speed();
  const float menu_width = theme_.px(34);
  ImGui::SameLine(ImGui::GetWindowWidth() - menu_width - theme_.px(6));
  if (tool_button(theme_, "menu", "more", "", true)) ImGui::OpenPopup("menu");
  mark("toolbar.menu");
  draw_menu();
  ImGui::PopStyleVar();
}

void App::draw_speed() {
  const Speed now = engine_.speed();
  const auto* present =
      std::find_if(std::begin(kSpeeds), std::end(kSpeeds), [&](const SpeedWords& s) { return s.speed == now; });
  ImGui::SetNextItemWidth(theme_.px(118));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {theme_.px(9), theme_.px(7)});
  const bool open = ImGui::BeginCombo("##speed", present->words);
  ImGui::PopStyleVar();
  mark("toolbar.speed");
  if (!open) {
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", present->help);
    return;
  }
  for (const SpeedWords& speed : kSpeeds) {
    if (ImGui::Selectable(speed.words, speed.speed == now)) engine_.set_speed(speed.speed);
    mark(fmt::format("speed.{}", speed.words));
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", speed.help);
  }
  ImGui::EndCombo();
}

/// Everything that has no button, with its keys.
void App::draw_menu() {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme_.px(8), theme_.px(6)});
  if (ImGui::BeginPopup("menu")) {
    for (const Action& action : actions_) {
      if (action.on_tool_bar) continue;
      if (std::string_view(action.id) == "diagnose" || std::string_view(action.id) == "theme") ImGui::Separator();
      if (ImGui::MenuItem(action.label, action.keys, false, action.enabled(*this))) action.act(*this);
      mark(fmt::format("menu.{}", action.id));
      tool_tip(action);
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

// --- Status bar

void App::draw_status_bar() {
  const Palette& p = theme_.palette();
  const bool has_boot = status_.phase != Phase::kEmpty && status_.phase != Phase::kFailed;
  const ImVec4 colour = status_.phase == Phase::kRunning                           ? p.good
                        : status_.phase == Phase::kStopped && status_.stop.final() ? p.bad
                                                                                   : p.accent;
  ImGui::PushFont(theme_.strong);
  text_coloured(colour, phase_words(status_.phase));
  ImGui::PopFont();
  mark("status.phase");
  if (!has_boot) return;
  const bool says = status_.phase == Phase::kStopped && !status_.words.empty();
  ImGui::SameLine(0, theme_.px(10));
  ImGui::TextUnformatted(says ? status_.words.c_str() : medium_.c_str());
  mark("status.words");
  const std::string known = fmt::format("{} disk call{}", disk_calls_known_, disk_calls_known_ == 1 ? "" : "s");
  const std::string calls = disk_calls_ < disk_calls_known_ ? fmt::format("{} of {}", disk_calls_, known) : known;
  const std::string right = fmt::format("{}    {}    {}    {}", debugger::format_trace_time(moment_.now), calls, place_,
                                        debugger::mode_words(mode_));
  ImGui::PushFont(theme_.mono);
  ImGui::SameLine(
      std::max(theme_.px(320), ImGui::GetWindowWidth() - ImGui::CalcTextSize(right.c_str()).x - theme_.px(10)));
  text_coloured(p.faint, right.c_str());
  ImGui::PopFont();
  mark("status.place");
}

// --- Messages

void App::draw_messages() {
  const double now = ImGui::GetTime();
  std::erase_if(messages_, [now](const Message& m) { return m.until < now; });
  float y = ImGui::GetIO().DisplaySize.y - theme_.px(44);
  int number = 0;
  for (auto message = messages_.rbegin(); message != messages_.rend(); ++message, ++number) {
    ImGui::SetNextWindowPos({ImGui::GetIO().DisplaySize.x - theme_.px(16), y}, ImGuiCond_Always, {1, 1});
    ImGui::SetNextWindowSizeConstraints({0, 0}, {theme_.px(520), theme_.px(400)});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, theme_.palette().panel);
    ImGui::PushStyleColor(ImGuiCol_Border, message->error ? theme_.palette().bad : theme_.palette().accent);
    ImGui::Begin(fmt::format("##message{}", number).c_str(), nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoMove);
    ImGui::PushTextWrapPos(theme_.px(490));
    ImGui::TextUnformatted(message->text.c_str());
    ImGui::PopTextWrapPos();
    if (ImGui::IsWindowHovered() && ImGui::IsMouseClicked(0)) message->until = 0;
    y -= ImGui::GetWindowHeight() + theme_.px(8);
    ImGui::End();
    ImGui::PopStyleColor(2);
    marks_.area(fmt::format("message.{}", number), {});
  }
}

// --- Without a PC

bool App::empty_state(const char* heading, const char* text, const char* button) {
  const ImVec2 room = ImGui::GetContentRegionAvail(), start = ImGui::GetCursorPos();
  const float width = std::min(room.x - theme_.px(16), theme_.px(420));
  ImGui::PushFont(theme_.strong);
  const float heading_width = ImGui::CalcTextSize(heading).x;
  ImGui::PopFont();
  const ImVec2 text_size = ImGui::CalcTextSize(text, nullptr, false, width);
  const float height = theme_.px(26) + text_size.y + (button ? theme_.px(44) : 0);
  float y = start.y + std::max(0.0F, (room.y - height) / 2);
  ImGui::SetCursorPos({start.x + (room.x - heading_width) / 2, y});
  ImGui::PushFont(theme_.strong);
  ImGui::TextUnformatted(heading);
  ImGui::PopFont();
  y += theme_.px(26);
  ImGui::SetCursorPos({start.x + (room.x - text_size.x) / 2, y});
  ImGui::PushTextWrapPos(start.x + (room.x + text_size.x) / 2 + 1);
  text_coloured(theme_.palette().faint, text);
  ImGui::PopTextWrapPos();
  if (!button) return false;
  const float button_width = ImGui::CalcTextSize(button).x + theme_.px(32);
  ImGui::SetCursorPos({start.x + (room.x - button_width) / 2, y + text_size.y + theme_.px(12)});
  const bool pressed = ImGui::Button(button, {button_width, theme_.px(32)});
  mark(fmt::format("button.{}", button));
  return pressed;
}

void App::draw_first_run() {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const float width = std::min(theme_.px(560), size.x - theme_.px(40));
  ImGui::SetCursorPos({(size.x - width) / 2, std::max(theme_.px(60), size.y * 0.2F)});
  ImGui::BeginChild("first-run", {width, size.y * 0.75F}, false, ImGuiWindowFlags_NoBackground);
  ImGui::PushFont(theme_.large);
  ImGui::TextUnformatted("Watch a PC boot");
  ImGui::PopFont();
  ImGui::Dummy({0, theme_.px(4)});
  ImGui::PushTextWrapPos(0);
  text_coloured(
      theme_.palette().faint,
      "Open an ISO, a disk or a floppy image, or drop one on this window. It boots in a PC of its own, and every disk "
      "call that it makes is listed. Stop anywhere, step, and go back in time. The image itself is never changed.");
  ImGui::PopTextWrapPos();
  ImGui::Dummy({0, theme_.px(12)});
  ImGui::PushStyleColor(ImGuiCol_Button, theme_.palette().accent);
  ImGui::PushStyleColor(ImGuiCol_ButtonHovered, theme_.palette().accent);
  ImGui::PushStyleColor(ImGuiCol_Text, theme_.palette().background);
  if (ImGui::Button("Open a medium…", {theme_.px(170), theme_.px(36)})) open_dialog();
  ImGui::PopStyleColor(3);
  mark("first.open");
  ImGui::SameLine(0, theme_.px(10));
  if (ImGui::Button("Boot the demo", {theme_.px(150), theme_.px(36)})) {
    const std::string demo = write_demo();
    if (demo.empty()) {
      notify("The demo could not be written to the cache directory", true);
    } else {
      open_medium(demo);
    }
  }
  mark("first.demo");
  if (!settings_.recent.empty()) {
    ImGui::Dummy({0, theme_.px(18)});
    text_coloured(theme_.palette().faint, "Opened before");
    std::optional<std::string> chosen;
    for (std::size_t i = 0; i < settings_.recent.size(); ++i) {
      const std::filesystem::path path = settings_.recent[i];
      if (ImGui::Selectable(fmt::format("{}##{}", path.filename().string(), i).c_str())) chosen = path.string();
      mark(fmt::format("first.recent.{}", i));
      ImGui::SameLine(theme_.px(240));
      text_coloured(theme_.palette().faint, path.parent_path().c_str());
    }
    if (chosen) open_medium(*chosen);
  }
  ImGui::EndChild();
}

void App::draw_failure() {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const float width = std::min(theme_.px(620), size.x - theme_.px(40));
  ImGui::SetCursorPos({(size.x - width) / 2, size.y * 0.25F});
  ImGui::BeginChild("failure", {width, size.y * 0.5F}, false, ImGuiWindowFlags_NoBackground);
  ImGui::PushFont(theme_.large);
  ImGui::TextUnformatted("This does not open");
  ImGui::PopFont();
  ImGui::Dummy({0, theme_.px(4)});
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(status_.words.c_str());
  ImGui::PopTextWrapPos();
  mark("failure.words");
  ImGui::Dummy({0, theme_.px(10)});
  if (ImGui::Button("Open another…", {theme_.px(150), theme_.px(34)})) open_dialog();
  mark("failure.open");
  ImGui::EndChild();
}

void App::draw_go_to() {
  if (std::exchange(asking_where_, false)) ImGui::OpenPopup("Go to");
  ImGui::SetNextWindowPos({ImGui::GetIO().DisplaySize.x / 2, theme_.px(120)}, ImGuiCond_Always, {0.5F, 0});
  if (!ImGui::BeginPopup("Go to")) return;
  ImGui::TextUnformatted("An address, a symbol, a disk call or a time");
  text_coloured(theme_.palette().faint, "0000:7C00    cs:ip+10    call 17    1.5s");
  if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(theme_.px(340));
  if (ImGui::InputText("##where", &where_, ImGuiInputTextFlags_EnterReturnsTrue)) {
    go_where_asked();
    ImGui::CloseCurrentPopup();
  }
  mark("goto.where");
  ImGui::EndPopup();
}

}  // namespace ui
