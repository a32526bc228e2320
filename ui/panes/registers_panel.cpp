#include "ui/panes/registers_panel.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "debugger/cpu_mode.h"
#include "debugger/machine_names.h"
#include "ui/app.h"
#include "ui/panes/address_box.h"
#include "ui/panes/code_widgets.h"

namespace ui {
namespace {

/// EFLAGS as people read them, the highest bit first.
struct Flag {
  const char* name;
  std::uint32_t bit;
  const char* help;
};
constexpr std::array<Flag, 9> kFlags = {{{"OF", emu::flag::kOverflow, "overflow"},
                                         {"DF", emu::flag::kDirection, "direction: string instructions go down"},
                                         {"IF", emu::flag::kInterrupt, "interrupts are enabled"},
                                         {"TF", emu::flag::kTrap, "trap: INT 1 after each instruction"},
                                         {"SF", emu::flag::kSign, "sign"},
                                         {"ZF", emu::flag::kZero, "zero"},
                                         {"AF", emu::flag::kAuxiliary, "auxiliary carry"},
                                         {"PF", emu::flag::kParity, "parity"},
                                         {"CF", emu::flag::kCarry, "carry: BIOS calls say with it that they failed"}}};

constexpr std::size_t kLongestName = 3;  // RAX, beside R8
constexpr float kBadgeGap = 4;
constexpr int kBetween = 2;  // characters between two columns

/// PE says beside it whether that is protected mode.
const char* short_words(emu::CpuMode mode) {
  switch (mode) {
    case emu::CpuMode::kReal: return "real";
    case emu::CpuMode::kVm86: return "VM86";
    case emu::CpuMode::kProtected16: return "16-bit";
    case emu::CpuMode::kProtected32: return "32-bit";
    case emu::CpuMode::kLong: return "long";
  }
  return "";
}

}  // namespace

void RegistersPanel::update(Boot& boot, const Moment& moment) {
  if (!moment.stopped() && now_) return;
  const emu::Machine& machine = boot.machine();
  emu::Registers now = machine.registers();
  if (moment.stopped() && moment.stops != stops_) {
    const bool moved = moment.now != at_;  // who asks about the past comes back to where the guest was
    if (moved) before_ = stops_ == 0 ? std::nullopt : now_;
    stops_ = moment.stops;
    at_ = moment.now;
  }
  now_ = now;
  view_ = debugger::views::registers_view(now, machine.mode(), before_ ? &*before_ : nullptr);
  system_ = machine.system_registers();
  a20_ = machine.memory().a20_enabled();
}

void RegistersPanel::draw_badges(App& app) {
  const Theme& theme = app.theme();
  const Palette& p = theme.palette();
  const bool real = debugger::is_real(view_.mode);
  const std::string mode(debugger::mode_words(view_.mode));
  const std::string help =
      view_.unreal ? "Real mode, with a segment that reaches beyond 64 KiB" : "The CPU's mode: " + mode;
  badge(theme, view_.unreal ? "unreal" : short_words(view_.mode), true,
        view_.unreal ? p.warning
        : real       ? p.good
                     : p.accent,
        help.c_str());
  app.mark("code.badge.mode");
  const auto bit = [&](const char* name, bool on, const ImVec4& colour, const char* words) {
    ImGui::SameLine(0, theme.px(kBadgeGap));
    badge(theme, name, on, colour, words);
    app.mark(std::string("code.badge.") + name);
  };
  bit("A20", a20_, p.good,
      a20_ ? "The A20 gate is open: addresses from 1 MiB on are reached"
           : "The A20 gate is closed: address bit 20 reads as 0");
  bit("PE", (system_.cr0 & emu::cr0::kProtection) != 0, p.accent, "CR0.PE: protected mode");
  bit("PG", (system_.cr0 & emu::cr0::kPaging) != 0, p.accent, "CR0.PG: paging");
}

/// The same in every mode, so that nothing moves when the mode changes.
float RegistersPanel::badges_width(const Theme& theme) {
  float width = 3 * theme.px(kBadgeGap);
  for (const char* word : {"unreal", "A20", "PE", "PG"}) width += badge_width(theme, word);
  return width;
}

std::string RegistersPanel::segment_words(std::size_t index) const {
  const emu::Segment& s = view_.hidden[index];
  return fmt::format("{}: base {:X}h, limit {:X}h", view_.segments[index].name, s.base, s.limit);
}

void RegistersPanel::draw(App& app, const Moment& moment, bool with_badges) {
  const Theme& theme = app.theme();
  ImGui::PushFont(theme.mono);
  const float digit = ImGui::CalcTextSize("0").x;
  const int width = static_cast<int>(ImGui::GetContentRegionAvail().x / digit);  // in characters
  const int last = width + kBetween;  // nothing stands behind the last of a line
  const int digits = view_.mode == emu::CpuMode::kLong ? 16 : 8;
  const auto place = [&](int i, int columns, int characters) {
    if (i % columns != 0) ImGui::SameLine(static_cast<float>(i % columns * characters) * digit);
  };
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, theme.px(2)});
  const int cell_width = digits + 4 + kBetween, columns = std::clamp(last / cell_width, 1, 4);
  int i = 0;
  for (const auto& row : view_.general) {
    if (&row == &view_.general.back() && i % columns == 0) break;  // IP stands before the flags
    place(i++, columns, cell_width);
    cell(app, moment,
         {.name = row.name, .value = row.value, .digits = row.digits, .changed = row.changed, .help = {}, .base = {}});
  }
  const int narrow = std::clamp(last / 9, 1, 6);
  for (std::size_t s = 0; s < view_.segments.size(); ++s) {
    const auto& row = view_.segments[s];
    place(static_cast<int>(s), narrow, 9);
    cell(app, moment,
         {.name = row.name,
          .value = row.value,
          .digits = 4,
          .changed = row.changed,
          .help = segment_words(s),
          .base = view_.hidden[s].base});
  }
  constexpr int kFlagsWidth = 26;
  int used = kFlagsWidth;
  if (static_cast<std::size_t>(i) < view_.general.size()) {
    const auto& ip = view_.general.back();
    cell(app, moment,
         {.name = ip.name, .value = ip.value, .digits = ip.digits, .changed = ip.changed, .help = {}, .base = {}});
    const bool beside = width >= cell_width + kFlagsWidth;
    if (beside) ImGui::SameLine(static_cast<float>(cell_width) * digit);
    used += beside ? cell_width : 0;
  }
  flags(app, moment);
  if (with_badges) {
    const float x = static_cast<float>(used + kBetween) * digit;
    if (x + badges_width(theme) <= ImGui::GetContentRegionAvail().x) ImGui::SameLine(x);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() - theme.px(2));  // their words on the line of the flags
    draw_badges(app);
  }
  ImGui::PopStyleVar();
  ImGui::PopFont();
}

void RegistersPanel::cell(App& app, const Moment& moment, const Cell& cell) {
  const Palette& p = app.theme().palette();
  if (edited_ == cell.name) return edit_box(app, cell);
  const std::string value = fmt::format("{:0{}X}", cell.value, cell.digits);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float digit = ImGui::CalcTextSize("0").x;
  const std::size_t name_width = cell.digits > 4 ? kLongestName : cell.name.size();  // values stand below each other
  const float value_x = at.x + static_cast<float>(name_width + 1) * digit;
  ImGui::PushID(cell.name.c_str());
  ImGui::InvisibleButton("cell",
                         {static_cast<float>(name_width + 1 + value.size()) * digit, ImGui::GetTextLineHeight()});
  app.mark("code.register." + cell.name);
  const bool hovered = ImGui::IsItemHovered();
  if (hovered && ImGui::IsMouseDoubleClicked(0) && moment.stopped()) {
    edited_ = cell.name;
    text_ = value;
    focus_ = true;
  }
  if (ImGui::BeginPopupContextItem("menu")) {
    ImGui::PushFont(app.theme().sans);
    if (ImGui::MenuItem("Edit", nullptr, false, moment.stopped())) edited_ = cell.name, text_ = value, focus_ = true;
    if (ImGui::MenuItem("Copy")) app.copy(value);
    if (ImGui::MenuItem("Show in memory")) app.show(MemoryAt{.linear = cell.base.value_or(cell.value), .size = 1});
    ImGui::PopFont();
    ImGui::EndPopup();
  }
  if (hovered) {
    ImGui::PushFont(app.theme().sans);
    ImGui::SetTooltip("%s%s%s", cell.help.c_str(), cell.help.empty() ? "" : "\n",
                      moment.stopped() ? "Double click to edit" : "Stop the guest to edit");
    ImGui::PopFont();
  }
  ImGui::PopID();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddText(at, packed(p.faint), cell.name.c_str());
  // The upper halves that 16-bit code leaves alone step back.
  const std::size_t lead =
      cell.digits > 4 && !cell.changed ? std::min<std::size_t>(value.find_first_not_of('0'), value.size() - 4) : 0;
  list.AddText({value_x, at.y}, packed(p.faint, 0.55F), value.c_str(), value.c_str() + lead);
  list.AddText({value_x + static_cast<float>(lead) * digit, at.y}, packed(cell.changed ? p.changed : p.text),
               value.c_str() + lead);
}

void RegistersPanel::edit_box(App& app, const Cell& cell) {
  const float digit = ImGui::CalcTextSize("0").x;
  text_coloured(app.theme().palette().accent, cell.name.c_str());
  ImGui::SameLine(0, digit);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, 0});
  ImGui::SetNextItemWidth(static_cast<float>(cell.digits + 1) * digit);
  const bool first = std::exchange(focus_, false);
  if (first) ImGui::SetKeyboardFocusHere();
  const bool entered =
      ImGui::InputText("##value", &text_, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  app.mark("code.register.edit");
  ImGui::PopStyleVar();
  if (entered) set(app, cell.name, text_);
  if (entered || (!first && ImGui::IsItemDeactivated())) edited_.clear();
}

void RegistersPanel::flags(App& app, const Moment& moment) {
  const Palette& p = app.theme().palette();
  const float digit = ImGui::CalcTextSize("0").x;
  for (const Flag& flag : kFlags) {
    const bool set_now = (now_->rflags & flag.bit) != 0;
    const bool changed = before_ && ((before_->rflags ^ now_->rflags) & flag.bit) != 0;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(flag.name);
    ImGui::InvisibleButton("flag", {2 * digit, ImGui::GetTextLineHeight()});
    app.mark(std::string("code.register.") + flag.name);
    if (ImGui::IsItemHovered()) {
      if (ImGui::IsMouseDoubleClicked(0) && moment.stopped()) set(app, flag.name, set_now ? "0" : "1");
      ImGui::PushFont(app.theme().sans);
      ImGui::SetTooltip("%s%s", flag.help, moment.stopped() ? "\nDouble click to change" : "");
      ImGui::PopFont();
    }
    ImGui::PopID();
    const ImVec4& colour = changed ? p.changed : set_now ? p.text : p.faint;
    ImGui::GetWindowDrawList()->AddText(at, packed(colour, set_now || changed ? 1.0F : 0.6F), flag.name);
    if (set_now) {
      const float y = at.y + ImGui::GetTextLineHeight() - 1;
      ImGui::GetWindowDrawList()->AddLine({at.x, y}, {at.x + 2 * digit, y}, packed(changed ? p.changed : p.accent),
                                          app.theme().px(1.5F));
    }
    if (&flag != &kFlags.back()) ImGui::SameLine(0, digit);
  }
}

void RegistersPanel::set(App& app, const std::string& name, const std::string& text) {
  app.engine().edit([name, text](Boot& boot) {
    const std::uint64_t value = find_number(boot.debugger(), text);
    emu::Machine& machine = boot.machine();
    boot.input([&machine, name, value] {
      emu::Registers registers = machine.registers();
      debugger::set_register(registers, name, value);
      machine.set_registers(registers);
    });
  });
}

}  // namespace ui
