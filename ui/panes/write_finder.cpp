#include "ui/panes/write_finder.h"

#include <fmt/core.h>
#include <imgui.h>

#include "debugger/views/last_write.h"
#include "ui/app.h"

namespace ui {

void WriteFinder::ask(App& app, std::uint64_t linear) {
  auto answer = std::make_shared<Answer>();
  answer->words = fmt::format("Looking for the last write to {:05X}h …", linear);
  answer_ = answer;
  app.engine().move(
      [answer, linear](debugger::Debugger& d) {
        const auto physical = d.machine().translate(linear);
        if (!physical) {
          answer->words = fmt::format("The page of {:X}h is not present", linear);
        } else {
          const auto last = d.last_write(*physical);
          answer->words = debugger::views::last_write_words(*physical, last, d.calls(), d.symbols());
          if (last) {
            answer->when = last->access.position;
            if (!last->access.by_host) answer->instruction = last->access.instruction;
            const debugger::LoggedCall* call = last->call ? d.calls().find_sequence(*last->call) : nullptr;
            if (call) answer->call = call->number;
          }
        }
        answer->done = true;
        return d.last_stop();
      },
      Phase::kTravelling);
}

void WriteFinder::draw(App& app) {
  if (!answer_) return;
  const Theme& theme = app.theme();
  const bool done = answer_->done;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, theme.palette().accent_soft);
  // While it is under way, the words belong to this thread no more.
  const std::string words = done ? answer_->words : "Looking for the last write …";
  const float width = ImGui::GetContentRegionAvail().x - 2 * theme.px(8);
  const float height = ImGui::CalcTextSize(words.c_str(), nullptr, false, width).y +
                       ImGui::GetFrameHeightWithSpacing() + 2 * theme.px(6);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(8), theme.px(6)});
  if (ImGui::BeginChild("written", {0, height}, false, ImGuiWindowFlags_AlwaysUseWindowPadding)) {
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(words.c_str());
    ImGui::PopTextWrapPos();
    if (done) {
      if (answer_->when && ImGui::SmallButton("Go there")) app.travel_to(*answer_->when);
      app.mark("memory.written.go");
      if (answer_->when) ImGui::SameLine();
      if (answer_->instruction) {
        if (ImGui::SmallButton("Its code")) app.show(CodeAt{.linear = *answer_->instruction});
        ImGui::SameLine();
      }
      if (answer_->call) {
        if (ImGui::SmallButton(fmt::format("Call {}", *answer_->call).c_str()))
          app.show(CallAt{.number = *answer_->call});
        ImGui::SameLine();
      }
      if (ImGui::SmallButton("Copy")) app.copy(words);
      ImGui::SameLine();
    }
    if (ImGui::SmallButton("Close")) answer_.reset();
    app.mark("memory.written.close");
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

}  // namespace ui
