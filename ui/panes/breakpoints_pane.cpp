#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "bootsim/debug/shell.h"
#include "debugger/call_here.h"
#include "debugger/views/drives.h"
#include "emu/text.h"
#include "ui/app.h"
#include "ui/panes/breakpoint_rows.h"
#include "ui/panes/code_widgets.h"
#include "ui/panes/panes.h"

namespace ui {
namespace {

class BreakpointsPane : public Pane {
 public:
  const char* id() const override { return "breakpoints"; }
  const char* title() const override { return "Breakpoints"; }

  void update(Boot& boot, const Moment&) override {
    rows_.clear();
    for (const debugger::Breakpoint* b : boot.debugger().breakpoints().all()) rows_.push_back(breakpoint_row(*b));
    check(boot, text_, checked_, error_);
    check(boot, edit_, edit_checked_, edit_error_);
    if (!drives_known_) {
      drives_known_ = true;
      drives_ = debugger::views::drives_view(boot.pc().bios().drives());
    }
    booted_ = true;
  }

  void forget() override {
    rows_.clear();
    drives_.clear();
    drives_known_ = booted_ = false;
    edited_ = 0;
    checked_.clear();
  }

  void draw(App& app, const Moment&) override {
    if (!booted_) {
      if (app.empty_state("Breakpoints", "What stops the guest: code, disk calls, memory, ports, modes.",
                          "Open a boot medium"))
        app.open_dialog();
      return;
    }
    draw_quick(app);
    draw_add_box(app);
    ImGui::Spacing();
    if (rows_.empty()) {
      text_wrapped(app.theme().palette().faint,
                   "Nothing stops the guest yet. Write a place above, press a button, or click beside a line of code.");
    } else {
      draw_rows(app);
    }
  }

 private:
  /// What is being typed: is it one? Only when it has changed.
  static void check(Boot& boot, const std::string& text, std::string& checked, std::string& error) {
    if (text == checked) return;
    checked = text;
    error.clear();
    if (emu::trimmed(text).empty()) return;
    try {
      const debugger::NamesHere here(boot.debugger());
      debugger::parse_breakpoint(text, boot.debugger().names(), &here);
    } catch (const emu::Error& problem) {
      error = problem.what();
    }
  }

  static void text_wrapped(const ImVec4& colour, const char* text) {
    ImGui::PushTextWrapPos(0);
    text_coloured(colour, text);
    ImGui::PopTextWrapPos();
  }

  // --- Common ones
  void draw_quick(App& app) {
    const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
    const auto button = [&](const char* label, const char* help, const char* mark) {
      const float width = ImGui::CalcTextSize(label).x + 2 * ImGui::GetStyle().FramePadding.x;
      const float next = ImGui::GetItemRectMax().x + ImGui::GetStyle().ItemSpacing.x / 2;
      if (started_ && next + width <= right) ImGui::SameLine(0, ImGui::GetStyle().ItemSpacing.x / 2);
      started_ = true;
      const bool pressed = ImGui::Button(label);
      app.mark(mark);
      if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", help);
      return pressed;
    };
    started_ = false;
    if (button("Next disk call…", "Stop before the next INT 13h on a drive", "breakpoints.quick.disk"))
      ImGui::OpenPopup("drives");
    if (button("Failed call", "Stop behind each disk call that fails", "breakpoints.quick.failed"))
      app.add_breakpoint("int13 if cf");
    if (button("Mode change", "Stop when the CPU enters another mode", "breakpoints.quick.mode"))
      app.add_breakpoint("mode");
    if (button("Write to…", "Stop behind a write to memory: say where", "breakpoints.quick.write")) begin("write ");
    if (button("IVT rewritten…", "Stop when an interrupt vector changes", "breakpoints.quick.ivt"))
      ImGui::OpenPopup("vectors");
    if (ImGui::BeginPopup("drives")) {
      if (ImGui::MenuItem("Any drive")) app.add_breakpoint("once int13");
      app.mark("breakpoints.quick.disk.any");
      for (const auto& drive : drives_) {
        const std::string label =
            fmt::format("{:02X}h   {}", drive.number, drive.medium.empty() ? drive.words : drive.medium);
        if (ImGui::MenuItem(label.c_str()))
          app.add_breakpoint(fmt::format("once int13 if drive == {:02X}h", drive.number));
        app.mark(fmt::format("breakpoints.quick.disk.{:02X}", drive.number));
      }
      ImGui::EndPopup();
    }
    if (ImGui::BeginPopup("vectors")) {
      static constexpr std::pair<const char*, const char*> kVectors[] = {
          {"INT 13h   disk", "ivt 13"},      {"INT 15h   system services, memory map", "ivt 15"},
          {"INT 08h   timer", "ivt 08"},     {"INT 09h   keyboard", "ivt 09"},
          {"INT 19h   bootstrap", "ivt 19"}, {"Any vector", "write 0..3FFh"}};
      for (const auto& [label, text] : kVectors) {
        if (ImGui::MenuItem(label)) app.add_breakpoint(text);
      }
      ImGui::EndPopup();
    }
  }

  void begin(std::string text) {
    text_ = std::move(text);
    focus_ = true;
  }

  // --- The box
  void draw_add_box(App& app) {
    const Theme& theme = app.theme();
    const ImGuiStyle& style = ImGui::GetStyle();
    const float examples = ImGui::CalcTextSize("Examples").x + 2 * style.FramePadding.x,
                add = ImGui::CalcTextSize("Add").x + 2 * style.FramePadding.x;
    const float box =
        std::max(theme.px(60), ImGui::GetContentRegionAvail().x - examples - add - 2 * style.ItemInnerSpacing.x);
    ImGui::SetNextItemWidth(box);
    const bool again = std::exchange(focus_, false);
    if (again) ImGui::SetKeyboardFocusHere();
    ImGui::PushFont(theme.mono);
    const bool entered = ImGui::InputTextWithHint(
        "##add", fitting_hint({"int13/42 if lba == 63", "if lba == 63", "int13/42", "int13"}, box), &text_,
        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackAlways, pen_to_end, &pen_);
    ImGui::PopFont();
    app.mark("breakpoints.add");
    if (again) pen_ = true;
    if (entered) focus_ = wanted_ = true;  // the next one may follow
    ImGui::SameLine(0, style.ItemInnerSpacing.x);
    const bool empty = emu::trimmed(text_).empty();
    ImGui::BeginDisabled(empty);
    const bool pressed = ImGui::Button("Add");
    app.mark("breakpoints.add.button");
    ImGui::EndDisabled();
    wanted_ |= pressed;
    if (wanted_ && checked_ == text_) {  // it has been looked at
      wanted_ = false;
      if (!empty && error_.empty()) app.add_breakpoint(std::exchange(text_, {}));
    }
    ImGui::SameLine(0, style.ItemInnerSpacing.x);
    if (ImGui::Button("Examples")) ImGui::OpenPopup("examples");
    app.mark("breakpoints.examples");
    draw_examples(app);
    if (!error_.empty() && !empty) text_wrapped(theme.palette().bad, error_.c_str());
  }

  /// Focus selects all; who presses "Write to…" wants to go on behind it.
  static int pen_to_end(ImGuiInputTextCallbackData* data) {
    bool& wanted = *static_cast<bool*>(data->UserData);
    if (!std::exchange(wanted, false)) return 0;
    data->CursorPos = data->SelectionStart = data->SelectionEnd = data->BufTextLen;
    return 0;
  }

  void draw_examples(App& app) {
    if (!ImGui::BeginPopup("examples")) return;
    const float column = app.theme().px(260);
    for (const BreakpointExample& example : breakpoint_examples()) {
      const std::string text(example.text), help(example.help);
      ImGui::PushFont(app.theme().mono);
      if (ImGui::Selectable(text.c_str(), false, 0, {column, 0})) begin(text);
      ImGui::PopFont();
      ImGui::SameLine(column + app.theme().px(16));
      text_coloured(app.theme().palette().faint, help.c_str());
    }
    ImGui::EndPopup();
  }

  // --- The list
  void draw_rows(App& app) {
    const Theme& theme = app.theme();
    const ImGuiTableFlags flags =
        ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY | ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_NoPadOuterX;
    if (!ImGui::BeginTable("breakpoints", 5, flags)) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("On", ImGuiTableColumnFlags_WidthFixed, ImGui::GetFrameHeight());
    ImGui::TableSetupColumn("Kind", ImGuiTableColumnFlags_WidthFixed, theme.px(48));
    ImGui::TableSetupColumn("Stops at", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableSetupColumn("Hits", ImGuiTableColumnFlags_WidthFixed, theme.px(30));
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, ImGui::GetFrameHeight());
    ImGui::TableHeadersRow();
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(rows_.size()));
    while (clipper.Step()) {
      for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) draw_row(app, rows_[static_cast<std::size_t>(i)]);
    }
    ImGui::EndTable();
  }

  void draw_row(App& app, const BreakpointRow& row) {
    const Palette& p = app.theme().palette();
    const auto& stopped = app.status().stop.breakpoints;
    const bool here = app.moment().stopped() && std::find(stopped.begin(), stopped.end(), row.id) != stopped.end();
    ImGui::TableNextRow();
    if (here) ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg1, packed(p.accent_soft));
    ImGui::PushID(row.id);
    ImGui::TableNextColumn();
    bool enabled = row.enabled;
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {app.theme().px(3), app.theme().px(3)});
    if (ImGui::Checkbox("##on", &enabled))
      app.engine().edit([id = row.id, enabled](Boot& boot) { boot.debugger().breakpoints().enable(id, enabled); });
    ImGui::PopStyleVar();
    app.mark(fmt::format("breakpoints.tick.{}", row.id));
    ImGui::TableNextColumn();
    ImGui::AlignTextToFramePadding();
    text_coloured(p.faint, row.kind.data(), row.kind.data() + row.kind.size());
    ImGui::TableNextColumn();
    edited_ == row.id ? draw_edit_box(app, row) : draw_place(app, row);
    ImGui::TableNextColumn();
    ImGui::AlignTextToFramePadding();
    ImGui::PushFont(app.theme().mono);
    text_coloured(row.hits > 0 ? p.text : p.faint, fmt::format("{}", row.hits).c_str());
    ImGui::PopFont();
    if (row.ignore > 0 && ImGui::IsItemHovered())
      ImGui::SetTooltip("lets %llu more pass", static_cast<unsigned long long>(row.ignore));
    ImGui::TableNextColumn();
    ImGui::PushStyleColor(ImGuiCol_Button, ImVec4(0, 0, 0, 0));
    if (ImGui::Button("×")) remove(app, row.id);
    ImGui::PopStyleColor();
    app.mark(fmt::format("breakpoints.remove.{}", row.id));
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("Remove");
    ImGui::PopID();
  }

  void draw_place(App& app, const BreakpointRow& row) {
    const Palette& p = app.theme().palette();
    ImGui::PushFont(app.theme().mono);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetFrameHeight();
    ImGui::InvisibleButton("place", {std::max(width, 1.0F), height});
    app.mark(fmt::format("breakpoints.row.{}", row.id));
    const bool hovered = ImGui::IsItemHovered();
    const std::string prefix = std::string(row.once ? "once " : "") + (row.logs ? "log " : "");
    const std::string condition = row.condition.empty() ? "" : "  if " + row.condition;
    const ImVec4 clip(at.x, at.y, at.x + width, at.y + height);
    float x = at.x;
    const auto piece = [&](const std::string& text, const ImVec4& colour) {
      ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(),
                                          {x, at.y + ImGui::GetStyle().FramePadding.y},
                                          packed(colour, row.enabled ? 1.0F : 0.55F), text.c_str(), nullptr, 0, &clip);
      x += ImGui::CalcTextSize(text.c_str()).x;
    };
    piece(prefix, p.faint);
    piece(row.place, p.text);
    piece(condition, p.faint);
    ImGui::PopFont();
    if (hovered) ImGui::SetTooltip("%s\nDouble click to edit", row.text.c_str());
    if (hovered && ImGui::IsMouseDoubleClicked(0)) begin_edit(row);
    if (hovered && ImGui::IsMouseClicked(0)) go_to(app, row);
    if (!ImGui::BeginPopupContextItem("menu")) return;
    if (ImGui::MenuItem("Go to", nullptr, false, row.code || row.memory)) go_to(app, row);
    if (ImGui::MenuItem("Edit")) begin_edit(row);
    if (ImGui::MenuItem("Copy")) app.copy(row.text);
    if (ImGui::MenuItem("Remove")) remove(app, row.id);
    ImGui::Separator();
    if (ImGui::MenuItem("Remove all")) {
      for (const BreakpointRow& each : rows_) remove(app, each.id);
    }
    ImGui::EndPopup();
  }

  static void go_to(App& app, const BreakpointRow& row) {
    if (row.code) app.show(CodeAt{.linear = *row.code});
    if (row.memory) app.show(MemoryAt{.linear = *row.memory, .size = row.size});
  }
  static void remove(App& app, int id) {
    app.engine().edit([id](Boot& boot) { boot.debugger().breakpoints().remove(id); });
  }

  void begin_edit(const BreakpointRow& row) {
    edited_ = row.id;
    edit_ = row.text;
    edit_focus_ = true;
  }

  void draw_edit_box(App& app, const BreakpointRow& row) {
    ImGui::PushFont(app.theme().mono);
    ImGui::SetNextItemWidth(-1);
    const bool first = std::exchange(edit_focus_, false);
    if (first) ImGui::SetKeyboardFocusHere();
    const bool entered = ImGui::InputText("##edit", &edit_, ImGuiInputTextFlags_EnterReturnsTrue);
    const bool left = !first && ImGui::IsItemDeactivated();
    ImGui::PopFont();
    app.mark("breakpoints.edit");
    if (!edit_error_.empty()) text_wrapped(app.theme().palette().bad, edit_error_.c_str());
    if (entered && edit_checked_ == edit_ && edit_error_.empty()) replace(app, row, edit_);
    if (left && !(entered && !edit_error_.empty())) edited_ = 0;
    if (left && edited_ != 0) edit_focus_ = true;  // with its error
  }

  /// Another one in its place; what it was told besides stays.
  static void replace(App& app, const BreakpointRow& row, const std::string& text) {
    app.engine().edit([id = row.id, text](Boot& boot) {
      debugger::Breakpoints& all = boot.debugger().breakpoints();
      const debugger::Breakpoint* before = all.find(id);
      const debugger::NamesHere here(boot.debugger());
      debugger::Breakpoint changed = debugger::parse_breakpoint(text, boot.debugger().names(), &here);
      if (before) {
        changed.enabled = before->enabled;
        changed.ignore = before->ignore;
        changed.commands = before->commands;
      }
      all.add(std::move(changed));
      all.remove(id);
    });
  }

  std::vector<BreakpointRow> rows_;
  std::vector<debugger::views::DriveRow> drives_;
  bool drives_known_ = false, booted_ = false;
  std::string text_, checked_, error_;  // to be added, what of it was checked, and what is wrong with it
  int edited_ = 0;                      // the breakpoint under the edit box
  std::string edit_, edit_checked_, edit_error_;
  bool wanted_ = false;  // Enter was pressed
  bool focus_ = false, edit_focus_ = false, pen_ = false;
  bool started_ = false;  // a quick button has been drawn in this frame
};

}  // namespace

std::unique_ptr<Pane> make_breakpoints_pane() { return std::make_unique<BreakpointsPane>(); }

}  // namespace ui
