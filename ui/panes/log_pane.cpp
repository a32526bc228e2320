// What the boot came to and why, what was said meanwhile, serial output, the debugger's prompt.
#include <vector>

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

#include "bootsim/report.h"
#include "debugger/trace.h"
#include "ui/app.h"
#include "ui/panes/panes.h"
#include "ui/panes/prompt.h"
#include "ui/panes/text_tail.h"
#include "ui/verdict.h"

namespace ui {
namespace {

constexpr std::size_t kMostMessages = 2000;

struct Message {
  emu::Nanoseconds time = 0;
  std::string text;
  bool stop = false;  // a stop of the guest, not a warning
};

class LogPane : public Pane {
 public:
  const char* id() const override { return "log"; }
  const char* title() const override { return "Log"; }
  void update(Boot& boot, const Moment& moment) override;
  void draw(App& app, const Moment& moment) override;
  void forget() override;
  void save(nlohmann::json& settings) const override { settings["history"] = prompt_.history(); }
  void restore(const nlohmann::json& settings) override {
    if (settings.contains("history")) prompt_.restore(settings.at("history").get<std::vector<std::string>>());
  }

 private:
  /// A text that the guest sent, and where in it somebody searches.
  struct Output {
    TextTail tail;
    std::string wanted;
    int found = -1;
    bool follow = true, jump = false;
  };
  void draw_verdict(App& app, const Moment& moment);
  void draw_result(App& app, const bootsim::RunResult& result);
  void draw_evidence(App& app, const std::vector<std::uint64_t>& calls);
  void draw_messages(App& app);
  void draw_output(App& app, const char* name, const char* nothing, Output& output);
  static void draw_output_lines(App& app, Output& output);

  std::vector<Message> messages_;
  std::size_t notices_ = 0;
  std::uint64_t stops_ = 0;
  Output serial_, debugcon_;
  Prompt prompt_;
};

void LogPane::update(Boot& boot, const Moment& moment) {
  prompt_.attach(boot);
  const auto& notices = boot.notices();
  // What was said when the media were attached belongs to no time.
  const bool first = notices_ == 0;
  for (; notices_ < notices.size(); ++notices_) messages_.push_back({first ? 0 : moment.now, notices[notices_], false});
  if (moment.stopped() && moment.stops != stops_) {
    stops_ = moment.stops;
    messages_.push_back({moment.now, boot.debugger().last_stop().words, true});
  }
  if (messages_.size() > kMostMessages) messages_.erase(messages_.begin());
  serial_.tail.follow(boot.assembly().serial());
  debugcon_.tail.follow(boot.assembly().debugcon());
}

void LogPane::forget() {
  messages_.clear();
  notices_ = 0;
  stops_ = 0;
  serial_ = debugcon_ = {};
  prompt_.forget();
}

void LogPane::draw(App& app, const Moment& moment) {
  if (moment.phase != Phase::kEmpty) draw_verdict(app, moment);
  if (!ImGui::BeginTabBar("log")) return;
  const auto tab = [&](const char* label, const char* mark, const auto& contents) {
    const bool open = ImGui::BeginTabItem(label);
    app.mark(fmt::format("log.tab.{}", mark));
    if (!open) return;
    contents();
    ImGui::EndTabItem();
  };
  tab("Messages", "messages", [&] { draw_messages(app); });
  tab("Prompt", "prompt", [&] { prompt_.draw(app); });
  tab(serial_.tail.empty() ? "Serial###serial" : "Serial •###serial", "serial",
      [&] { draw_output(app, "serial", "COM1 has sent nothing.", serial_); });
  tab(debugcon_.tail.empty() ? "Debug console###debugcon" : "Debug console •###debugcon", "debugcon",
      [&] { draw_output(app, "debugcon", "Nothing was written to ports E9h and 402h.", debugcon_); });
  ImGui::EndTabBar();
}

// --- Verdict

void LogPane::draw_verdict(App& app, const Moment& moment) {
  const Palette& palette = app.theme().palette();
  const Verdict::State verdict = app.verdict().state();
  if (verdict.running) {
    text_coloured(palette.faint, "Booting once more, without the window, to find out how it ends and why…");
    ImGui::SameLine();
    if (ImGui::SmallButton("Cancel")) app.verdict().cancel();
  } else if (verdict.result) {
    draw_result(app, *verdict.result);
  } else if (!verdict.error.empty()) {
    text_coloured(palette.bad, verdict.error.c_str());
  } else {
    const bool can = moment.phase == Phase::kStopped || moment.phase == Phase::kRunning;
    ImGui::BeginDisabled(!can);
    if (ImGui::SmallButton("Why does it not boot?")) app.diagnose();
    app.mark("log.diagnose");
    ImGui::EndDisabled();
    ImGui::SameLine();
    text_coloured(palette.faint, "boots the medium to its end beside this, and looks for the cause");
  }
  ImGui::Spacing();
}

void LogPane::draw_result(App& app, const bootsim::RunResult& result) {
  const Theme& theme = app.theme();
  const Palette& palette = theme.palette();
  const bool good = result.exit == bootsim::exit_code::kReached;
  ImGui::PushFont(theme.strong);
  text_coloured(good ? palette.good : palette.bad, result.reason.empty()
                                                       ? result.verdict.c_str()
                                                       : fmt::format("{} ({})", result.verdict, result.reason).c_str());
  ImGui::PopFont();
  app.mark("log.verdict");
  ImGui::SameLine();
  ImGui::PushTextWrapPos(0);
  text_coloured(palette.text, result.message.c_str());
  if (result.diagnosis) {
    ImGui::TextUnformatted(result.diagnosis->text.c_str());
    app.mark("log.diagnosis");
    if (ImGui::IsItemHovered())
      ImGui::SetTooltip("Rule %s of docs/diagnosis.md; a click on the right copies it", result.diagnosis->rule.c_str());
    if (ImGui::BeginPopupContextItem("diagnosis")) {
      if (ImGui::MenuItem("Copy")) app.copy(bootsim::verdict_line(result) + bootsim::diagnosis_text(result));
      ImGui::EndPopup();
    }
  } else if (!good) {
    text_coloured(palette.faint, "What was observed does not allow a diagnosis.");
  }
  ImGui::PopTextWrapPos();
  if (result.diagnosis) draw_evidence(app, result.diagnosis->evidence);
}

/// The calls by which the diagnosis was found, to go and see.
void LogPane::draw_evidence(App& app, const std::vector<std::uint64_t>& calls) {
  constexpr std::size_t kMostLinks = 12;
  if (calls.empty()) return;
  text_coloured(app.theme().palette().faint, "Seen in");
  for (std::size_t i = 0; i < calls.size() && i < kMostLinks; ++i) {
    ImGui::SameLine();
    if (ImGui::SmallButton(fmt::format("call {}", calls[i]).c_str())) {
      app.select_call(calls[i]);
      app.show(CallAt{calls[i]});
    }
    app.mark(fmt::format("log.evidence.{}", calls[i]));
  }
  if (calls.size() <= kMostLinks) return;
  ImGui::SameLine();
  text_coloured(app.theme().palette().faint, fmt::format("and {} more", calls.size() - kMostLinks).c_str());
}

// --- Messages

void LogPane::draw_messages(App& app) {
  const Theme& theme = app.theme();
  ImGui::BeginChild("messages");
  if (messages_.empty())
    text_coloured(theme.palette().faint,
                  "How media were attached, warnings of the BIOS, what breakpoints log, and why the guest stopped.");
  if (ImGui::BeginTable("messages", 2, ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg)) {
    ImGui::TableSetupColumn("time", ImGuiTableColumnFlags_WidthFixed, theme.px(78));
    ImGui::TableSetupColumn("text", ImGuiTableColumnFlags_WidthStretch);
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const Message& message = messages_[i];
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      ImGui::PushFont(theme.mono);
      if (message.time > 0) text_coloured(theme.palette().faint, debugger::format_trace_time(message.time).c_str());
      ImGui::PopFont();
      ImGui::TableNextColumn();
      ImGui::PushTextWrapPos(0);
      text_coloured(message.stop ? theme.palette().faint : theme.palette().text, message.text.c_str());
      ImGui::PopTextWrapPos();
      ImGui::PushID(static_cast<int>(i));
      if (ImGui::BeginPopupContextItem("copy")) {
        if (ImGui::MenuItem("Copy")) app.copy(message.text);
        ImGui::EndPopup();
      }
      ImGui::PopID();
    }
    ImGui::EndTable();
  }
  if (ImGui::GetScrollY() >= ImGui::GetScrollMaxY() - theme.px(40)) ImGui::SetScrollHereY(1);
  ImGui::EndChild();
}

// --- What the guest sent

void LogPane::draw_output(App& app, const char* name, const char* nothing, Output& output) {
  const Theme& theme = app.theme();
  if (output.tail.empty()) return text_coloured(theme.palette().faint, nothing);
  ImGui::SetNextItemWidth(theme.px(200));
  const bool entered =
      ImGui::InputTextWithHint("##search", "Search", &output.wanted, ImGuiInputTextFlags_EnterReturnsTrue);
  app.mark(fmt::format("log.{}.search", name));
  if (entered) {
    output.found = output.tail.find(output.wanted, output.found + 1);
    output.jump = output.found >= 0;
    output.follow = !output.jump;
    if (output.found < 0) app.notify(fmt::format("\"{}\" is not there", output.wanted));
  }
  ImGui::SameLine();
  ImGui::Checkbox("Follow", &output.follow);
  ImGui::SameLine();
  if (ImGui::Button("Copy")) {
    std::string text;
    for (const std::string& line : output.tail.lines()) (text += line) += '\n';
    app.copy(text);
  }
  app.mark(fmt::format("log.{}.copy", name));
  ImGui::BeginChild("lines", {}, false, ImGuiWindowFlags_HorizontalScrollbar);
  draw_output_lines(app, output);
  ImGui::EndChild();
}

void LogPane::draw_output_lines(App& app, Output& output) {
  const Theme& theme = app.theme();
  const auto& lines = output.tail.lines();
  ImGui::PushFont(theme.mono);
  const float height = ImGui::GetTextLineHeightWithSpacing();
  if (std::exchange(output.jump, false))
    ImGui::SetScrollY(static_cast<float>(output.found) * height - ImGui::GetWindowHeight() / 2);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(lines.size()), height);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const std::string& line = lines[static_cast<std::size_t>(i)];
      text_coloured(i == output.found ? theme.palette().accent : theme.palette().text, line.c_str());
    }
  }
  ImGui::PopFont();
  if (ImGui::IsWindowHovered() && ImGui::GetIO().MouseWheel > 0) output.follow = false;
  if (output.follow) ImGui::SetScrollHereY(1);
}

}  // namespace

std::unique_ptr<Pane> make_log_pane() { return std::make_unique<LogPane>(); }

}  // namespace ui
