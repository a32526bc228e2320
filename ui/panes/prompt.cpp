#include "ui/panes/prompt.h"

#include <utility>

#include <imgui.h>
#include <imgui_stdlib.h>

#include "bootsim/debug/shell.h"
#include "emu/text.h"
#include "ui/app.h"
#include "ui/panes/code_widgets.h"

namespace ui {
namespace {

constexpr std::size_t kMostLines = 5000;

}  // namespace

void Prompt::attach(Boot& boot) {
  boot_ = &boot;
  debugger_ = &boot.debugger();
}

// --- Commands

void Prompt::enter(App& app) {
  std::string line(emu::trimmed(std::exchange(typed_, {})));
  if (line.empty()) line = last_motion_;  // as gdb does
  if (line.empty()) return;
  add("> " + line, true);
  history_.add(line);
  follow_ = true;
  execute(app, line);
}

void Prompt::execute(App& app, const std::string& line) {
  const CommandKind kind = kind_of_command(line);
  if (kind == CommandKind::kQuit) return app.quit();
  if (!boot_) return add("error: there is no boot; Ctrl+O opens a medium", false);
  const auto answer = [answers = answers_, line](Boot& boot) {
    std::string text = boot.command(line);
    const std::lock_guard lock(answers->mutex);
    answers->texts.push_back(std::move(text));
  };
  last_motion_.clear();
  if (kind == CommandKind::kLook) return app.engine().edit(answer);
  last_motion_ = line;
  // Another medium may have been opened meanwhile: then this command is not for it.
  const auto motion = [answer, boot = boot_, mine = debugger_](debugger::Debugger& d) {
    if (&d == mine) answer(*boot);
    return d.last_stop();
  };
  app.engine().move(motion, kind == CommandKind::kForward ? Phase::kRunning : Phase::kTravelling);
}

void Prompt::take_answers() {
  std::vector<std::string> texts;
  {
    const std::lock_guard lock(answers_->mutex);
    texts.swap(answers_->texts);
  }
  for (const std::string& text : texts) add(text, false);
}

void Prompt::add(std::string_view text, bool command) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines_.push_back({std::string(text.substr(0, end)), command});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines_.size() > kMostLines) lines_.erase(lines_.begin(), lines_.end() - static_cast<std::ptrdiff_t>(kMostLines));
}

// --- Looks

void Prompt::draw(App& app) {
  const Theme& theme = app.theme();
  take_answers();
  const float foot = ImGui::GetFrameHeightWithSpacing();
  ImGui::BeginChild("answers", {0, -foot}, false, ImGuiWindowFlags_HorizontalScrollbar);
  draw_lines(app);
  ImGui::EndChild();
  ImGui::PushFont(theme.mono);
  ImGui::AlignTextToFramePadding();
  text_coloured(theme.palette().accent, ">");
  ImGui::SameLine();
  ImGui::SetNextItemWidth(-1);
  app_ = &app;
  // Whoever turns to the prompt wants to type.
  const int frame = ImGui::GetFrameCount();
  const bool came_to_front = frame != std::exchange(frame_, frame) + 1;
  if (std::exchange(takes_focus_, false) || came_to_front) ImGui::SetKeyboardFocusHere();
  const char* hint = fitting_hint({"break int13 if drive == 80h    registers    help", "registers    help", "help"},
                                  ImGui::GetContentRegionAvail().x);
  constexpr ImGuiInputTextFlags kFlags = ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackCompletion |
                                         ImGuiInputTextFlags_CallbackHistory;
  if (ImGui::InputTextWithHint("##line", hint, &typed_, kFlags, on_key, this)) {
    enter(app);
    takes_focus_ = true;
  }
  app.mark("log.prompt");
  app_ = nullptr;
  ImGui::PopFont();
}

void Prompt::draw_lines(App& app) {
  const Theme& theme = app.theme();
  if (lines_.empty()) {
    text_coloured(
        theme.palette().faint,
        "Every command of `bootsim debug` works here: help lists them, Tab completes, the arrow keys bring lines back.");
    return;
  }
  ImGui::PushFont(theme.mono);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing,
                      {ImGui::GetStyle().ItemSpacing.x, theme.px(2)});  // answers are tables: lines belong together
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(lines_.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const Line& line = lines_[static_cast<std::size_t>(i)];
      const bool error = line.text.starts_with("error:");
      text_coloured(error          ? theme.palette().bad
                    : line.command ? theme.palette().accent
                                   : theme.palette().text,
                    line.text.c_str());
    }
  }
  ImGui::PopStyleVar();
  ImGui::PopFont();
  // Whoever has scrolled up reads; whoever is at the end follows.
  if (ImGui::GetIO().MouseWheel != 0 && ImGui::IsWindowHovered())
    follow_ = ImGui::GetScrollY() >= ImGui::GetScrollMaxY() - 1;
  if (follow_) ImGui::SetScrollHereY(1);
  if (!ImGui::BeginPopupContextWindow("copy")) return;
  if (ImGui::MenuItem("Copy all")) {
    std::string text;
    for (const Line& line : lines_) (text += line.text) += '\n';
    app.copy(text);
  }
  if (ImGui::MenuItem("Clear")) lines_.clear();
  ImGui::EndPopup();
}

int Prompt::on_key(ImGuiInputTextCallbackData* data) {
  auto& prompt = *static_cast<Prompt*>(data->UserData);
  const std::string typed(data->Buf, static_cast<std::size_t>(data->BufTextLen));
  if (data->EventFlag == ImGuiInputTextFlags_CallbackHistory) {
    const std::string line =
        data->EventKey == ImGuiKey_UpArrow ? prompt.history_.older(typed) : prompt.history_.newer(typed);
    data->DeleteChars(0, data->BufTextLen);
    data->InsertChars(0, line.c_str());
    return 0;
  }
  const std::string before = typed.substr(0, static_cast<std::size_t>(data->CursorPos));
  std::vector<std::string> words;
  if (const auto look = prompt.app_->engine().look()) words = look->boot().complete(before);
  const std::string rest = completed(before, words);
  data->InsertChars(data->CursorPos, rest.c_str());
  if (rest.empty() && words.size() > 1) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : "  ") + word;
    prompt.add(list, false);
    prompt.follow_ = true;
  }
  return 0;
}

}  // namespace ui
