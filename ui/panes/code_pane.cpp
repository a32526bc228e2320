#include <algorithm>

#include <fmt/core.h>
#include <imgui.h>
#include <nlohmann/json.hpp>

#include "ui/app.h"
#include "ui/panes/address_box.h"
#include "ui/panes/code_view.h"
#include "ui/panes/code_widgets.h"
#include "ui/panes/jump_arrows.h"
#include "ui/panes/panes.h"
#include "ui/panes/registers_panel.h"
#include "ui/panes/symbols_box.h"

namespace ui {
namespace {

using debugger::views::CodeLine;

constexpr int kArrowLanes = 3;
/// Widths at 96 dpi from which there is room for more.
constexpr float kWideEnoughForBytes = 640, kWideEnoughForSide = 900;
constexpr int kByteDigits = 21, kTextDigits = 22;  // columns, in characters

class CodePane : public Pane {
 public:
  const char* id() const override { return "code"; }
  const char* title() const override { return "Code"; }

  void update(Boot& boot, const Moment& moment) override {
    if (const auto address = box_.take(boot.debugger())) view_.show(*address);
    registers_.update(boot, moment);
    view_.show_source(symbols_.shows_source());
    view_.update(boot, moment);
    symbols_.read(boot.debugger().symbols());
  }
  void forget() override {
    view_.forget();
    registers_.forget();
  }
  bool show(App&, const Place& place) override {
    const auto* code = std::get_if<CodeAt>(&place);
    if (code) view_.show(*code);
    return code != nullptr;
  }
  void save(nlohmann::json& settings) const override {
    box_.save(settings);
    symbols_.save(settings);
  }
  void restore(const nlohmann::json& settings) override {
    box_.restore(settings);
    symbols_.restore(settings);
  }
  void describe(nlohmann::json& state) const override {
    nlohmann::json source = nlohmann::json::array(), lines = nlohmann::json::array();
    for (const CodeLine& line : view_.lines()) {
      lines.push_back(fmt::format("{}  {}", view_.address_words(line), line.instruction.text));
      if (line.source) source.push_back(fmt::format("{:X} {}  {}", line.linear, line.source->place, line.source->text));
    }
    state = {{"at_next", view_.at_next()},
             {"lines", std::move(lines)},
             {"source", std::move(source)},
             {"symbols", symbols_.words()},
             {"answer", symbols_.answer()}};
  }

  void draw(App& app, const Moment& moment) override {
    if (!registers_.known()) {
      if (app.empty_state("Code", "The instructions that the CPU is about to execute, its registers and flags.",
                          "Open a boot medium"))
        app.open_dialog();
      return;
    }
    // While the guest runs this is what it was: it steps back.
    ImGui::PushStyleVar(ImGuiStyleVar_Alpha, moment.stopped() ? 1.0F : 0.55F);
    const bool badges = draw_head(app);
    const Theme& theme = app.theme();
    const ImVec2 size = ImGui::GetContentRegionAvail();
    const bool side = size.x >= theme.px(kWideEnoughForSide);
    const float panel = theme.px(290);
    if (!side) registers_.draw(app, moment, !badges);
    const float code = side ? size.x - panel - ImGui::GetStyle().ItemSpacing.x : 0;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    if (ImGui::BeginChild("lines", {code, 0}, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse))
      draw_lines(app, moment);
    ImGui::EndChild();
    app.mark("code.lines");
    if (side) {
      ImGui::SameLine();
      if (ImGui::BeginChild("registers", {panel, 0})) registers_.draw(app, moment, !badges);
      ImGui::EndChild();
    }
    ImGui::PopStyleVar(2);
  }

 private:
  /// True: the badges had room in it.
  bool draw_head(App& app) {
    const Theme& theme = app.theme();
    const ImGuiStyle& style = ImGui::GetStyle();
    const float buttons = ImGui::CalcTextSize("CS:IPSource").x + 4 * style.FramePadding.x + 2 * style.ItemSpacing.x,
                room = ImGui::GetContentRegionAvail().x;
    const float width = std::clamp(room - buttons, theme.px(140), theme.px(260));
    box_.draw(app, "code.address", width);
    ImGui::SameLine();
    ImGui::BeginDisabled(view_.at_next());
    if (ImGui::Button("CS:IP")) view_.show_next();
    app.mark("code.next");
    ImGui::EndDisabled();
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) ImGui::SetTooltip("Back to the next instruction");
    ImGui::SameLine();
    symbols_.draw(app);
    if (room < width + buttons + style.ItemSpacing.x + RegistersPanel::badges_width(theme)) return false;
    ImGui::SameLine();
    const float drop = (ImGui::GetFrameHeight() - ImGui::GetTextLineHeight()) / 2 - theme.px(2);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + drop);
    registers_.draw_badges(app);
    return true;
  }

  struct Columns {
    float gutter, arrows, address, bytes, text, note, right;
  };
  Columns columns(const Theme& theme, float width, float digit) const {
    Columns c{};
    const bool bytes = width >= theme.px(kWideEnoughForBytes);
    c.gutter = theme.px(18);
    c.arrows = c.gutter + theme.px(8) * kArrowLanes + theme.px(6);
    c.address = c.arrows + theme.px(6);
    std::size_t longest = 0;
    for (const CodeLine& line : view_.lines()) longest = std::max(longest, view_.address_words(line).size());
    c.bytes = c.address + digit * static_cast<float>(longest) + theme.px(8);
    c.text = bytes ? c.bytes + digit * kByteDigits : c.bytes;
    c.note = c.text + digit * kTextDigits;
    c.right = width;
    return c;
  }

  void draw_lines(App& app, const Moment& moment) {
    const Theme& theme = app.theme();
    ImGui::PushFont(theme.mono);
    const float row = ImGui::GetTextLineHeight() + theme.px(3), digit = ImGui::CalcTextSize("0").x;
    const ImVec2 size = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorScreenPos();
    const int rows = std::max(1, static_cast<int>(size.y / row));
    view_.set_rows(rows);
    handle_keys(rows);
    const Columns c = columns(theme, size.x, digit);
    ImGui::GetWindowDrawList()->AddRectFilled(origin, {origin.x + c.gutter, origin.y + size.y},
                                              packed(theme.palette().stripe));
    rows_.clear();
    float y = origin.y;
    for (std::size_t i = 0; i < view_.lines().size() && y + row <= origin.y + size.y + 1; ++i) {
      const CodeLine& line = view_.lines()[i];
      if (!line.label.empty()) {
        clipped_text(*ImGui::GetWindowDrawList(), {origin.x + c.address, y + theme.px(1)}, origin.x + c.right,
                     packed(theme.palette().accent), line.label + ":");
        y += row;
      }
      if (line.source) {
        draw_source(theme, *line.source, {origin.x, y + theme.px(1)}, c);
        y += row;
      }
      if (y + row > origin.y + size.y + 1) break;
      rows_.push_back({.y = y, .jump = jump_of(line)});
      const Note note = place_note(theme, line, c);
      draw_line(app, moment, line, note, {origin.x, y}, row, c, i);
      y += row + note.below;
    }
    draw_arrows(theme, origin.x, row, c);
    ImGui::PopFont();
  }

  /// Above the instructions that it became.
  static void draw_source(const Theme& theme, const debugger::views::SourceText& source, ImVec2 at, const Columns& c) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Palette& p = theme.palette();
    clipped_text(list, {at.x + c.address, at.y}, at.x + c.right, packed(p.faint, 0.7F), source.place);
    const float x = std::max(at.x + c.bytes, at.x + c.address + ImGui::CalcTextSize((source.place + "  ").c_str()).x);
    const std::string text = source.text.empty() ? "(the file is not here)" : source.text;
    clipped_text(list, {x, at.y}, at.x + c.right, packed(p.faint), text);
  }

  /// Where a line's note begins, and how much below the line it reaches. That of the next instruction is read in whole.
  struct Note {
    float x, width, below;
  };
  static Note place_note(const Theme& theme, const CodeLine& line, const Columns& c) {
    // A note that is too long for its column begins further to the left, where the instruction leaves room.
    const float least = c.text + ImGui::CalcTextSize(line.instruction.text.c_str()).x + ImGui::CalcTextSize("  ").x;
    const float x = std::max(least, std::min(c.note, c.right - ImGui::CalcTextSize(line.note.c_str()).x));
    Note note{.x = x, .width = c.right - x, .below = 0};
    if (!line.next || line.note.empty()) return note;
    const float narrowest = theme.px(140);  // else it stands below the instruction
    if (note.width < narrowest) note.x = c.text, note.width = c.right - c.text;
    const float height = ImGui::CalcTextSize(line.note.c_str(), nullptr, false, note.width).y;
    note.below = height - (note.x == x ? ImGui::GetTextLineHeight() : 0);
    return note;
  }

  JumpRow jump_of(const CodeLine& line) const {
    JumpRow jump{.linear = line.linear, .target = {}};
    const auto flow = line.instruction.flow;
    const bool jumps =
        flow == debugger::Flow::kJump || flow == debugger::Flow::kBranch || flow == debugger::Flow::kLoop;
    if (jumps && line.instruction.target && !line.instruction.target_cs)
      jump.target = view_.space().linear(*line.instruction.target);
    return jump;
  }

  void draw_line(App& app, const Moment& moment, const CodeLine& line, const Note& note, ImVec2 at, float row,
                 const Columns& c, std::size_t index) {
    const Palette& p = app.theme().palette();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::PushID(static_cast<int>(index));
    ImGui::SetCursorScreenPos(at);
    if (ImGui::InvisibleButton("gutter", {c.gutter, row})) app.toggle_breakpoint(line.linear);
    app.mark(fmt::format("code.gutter.{:X}", line.linear));
    const bool over_gutter = ImGui::IsItemHovered();
    if (over_gutter) tool_tip(app, "Click: a breakpoint here (F9)");
    ImGui::SetCursorScreenPos({at.x + c.gutter, at.y});
    ImGui::InvisibleButton("line", {std::max(1.0F, c.right - c.gutter), row});
    app.mark(fmt::format("code.row.{:X}", line.linear));
    if (line.next) app.mark("code.here");
    const bool hovered = ImGui::IsItemHovered();
    if (hovered && ImGui::IsMouseDoubleClicked(0)) follow_target(line);
    if (ImGui::BeginPopupContextItem("menu")) {
      menu(app, moment, line);
      ImGui::EndPopup();
    } else if (hovered && !line.note.empty() && ImGui::GetIO().MousePos.x > at.x + note.x) {
      tool_tip(app, line.note.c_str());
    }
    // Behind the text: where the CPU is, what was asked for, the mouse.
    const ImVec2 from(at.x + c.gutter, at.y), to(at.x + c.right, at.y + row + note.below);
    if (line.next) list.AddRectFilled(from, to, packed(p.accent_soft));
    if (view_.shown() == line.linear && !line.next) list.AddRect(from, to, packed(p.accent, 0.7F), app.theme().px(3));
    if (hovered) list.AddRectFilled(from, to, packed(p.stripe, 1.5F));
    draw_gutter(app.theme(), line, at, row, c, over_gutter);
    draw_words(app.theme(), line, {at.x, at.y + app.theme().px(1)}, c);
    draw_note(app, line, note, {at.x, at.y + app.theme().px(1)}, c);
    ImGui::PopID();
  }

  void draw_gutter(const Theme& theme, const CodeLine& line, ImVec2 at, float row, const Columns& c, bool over) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Palette& p = theme.palette();
    const ImVec2 centre(at.x + c.gutter / 2, at.y + row / 2);
    const auto found = view_.breakpoints().find(line.linear);
    if (found != view_.breakpoints().end() && found->second) {
      list.AddCircleFilled(centre, theme.px(5), packed(p.bad));
    } else if (found != view_.breakpoints().end()) {
      list.AddCircle(centre, theme.px(4.5F), packed(p.bad), 0, theme.px(1.5F));
    } else if (over) {
      list.AddCircleFilled(centre, theme.px(5), packed(p.bad, 0.35F));
    }
    if (line.next) {  // an arrow head at the address
      const float x = at.x + c.address - theme.px(7), h = theme.px(4);
      list.AddTriangleFilled({x, centre.y - h}, {x, centre.y + h}, {x + h * 1.3F, centre.y}, packed(p.accent));
    }
  }

  void draw_words(const Theme& theme, const CodeLine& line, ImVec2 at, const Columns& c) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Palette& p = theme.palette();
    clipped_text(list, {at.x + c.address, at.y}, at.x + c.right, packed(p.faint), view_.address_words(line));
    if (c.bytes != c.text) {
      std::string bytes;
      for (const std::uint8_t byte : line.instruction.code()) bytes += fmt::format("{:02X}", byte);
      if (bytes.size() > kByteDigits - 1) bytes = bytes.substr(0, kByteDigits - 3) + "..";
      clipped_text(list, {at.x + c.bytes, at.y}, at.x + c.text, packed(p.faint, 0.7F), bytes);
    }
    const std::string& text = line.instruction.text;
    const bool data = line.instruction.flow == debugger::Flow::kInvalid;
    clipped_text(list, {at.x + c.text, at.y}, at.x + c.right, packed(data ? p.faint : colour_of(theme, line)), text);
  }

  static void draw_note(App& app, const CodeLine& line, const Note& note, ImVec2 at, const Columns& c) {
    if (line.note.empty()) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Palette& p = app.theme().palette();
    if (!line.next)
      return clipped_text(list, {at.x + note.x, at.y}, at.x + c.right, packed(p.faint),
                          with_ellipsis(line.note, note.width));
    const ImVec2 size = ImGui::CalcTextSize(line.note.c_str(), nullptr, false, note.width);
    const ImVec2 from(at.x + note.x, at.y + ImGui::GetTextLineHeight() + note.below - size.y);
    list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), from, packed(p.text), line.note.c_str(), nullptr, note.width);
    app.marks().area("code.note", {from, {from.x + size.x, from.y + size.y}});
  }

  /// What leaves the line of control stands out: that is what one looks for.
  static const ImVec4& colour_of(const Theme& theme, const CodeLine& line) {
    const Palette& p = theme.palette();
    switch (line.instruction.flow) {
      case debugger::Flow::kInterrupt: return p.accent;
      case debugger::Flow::kHalt: return p.bad;
      default: return p.text;
    }
  }

  void draw_arrows(const Theme& theme, float x, float row, const Columns& c) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    std::vector<JumpRow> jumps;
    for (const Drawn& drawn : rows_) jumps.push_back(drawn.jump);
    const float right = x + c.arrows, lane = theme.px(8), head = theme.px(3);
    for (const JumpArrow& arrow : jump_arrows(jumps, kArrowLanes)) {
      const float from = rows_[static_cast<std::size_t>(arrow.from)].y + row / 2;
      const bool is_next = view_.lines()[static_cast<std::size_t>(arrow.from)].next;
      const ImU32 colour = packed(is_next ? theme.palette().accent : theme.palette().faint, is_next ? 1.0F : 0.6F);
      if (!arrow.to) {          // out of sight: a stub that points up or down
        if (is_next) continue;  // its own mark is there
        const float tip = from + (arrow.down ? head : -head);
        list.AddLine({right, from}, {right - head, from}, colour);
        list.AddTriangleFilled({right - 2 * head, from}, {right, from},
                               {right - head, tip + (arrow.down ? head : -head)}, colour);
        continue;
      }
      const float to = rows_[static_cast<std::size_t>(*arrow.to)].y + row / 2;
      const float left = right - head - lane * static_cast<float>(arrow.lane + 1);
      const ImVec2 points[] = {{right, from}, {left, from}, {left, to}, {right - head, to}};
      list.AddPolyline(points, 4, colour, 0, theme.px(1));
      list.AddTriangleFilled({right - head, to - head}, {right - head, to + head}, {right + head / 2, to}, colour);
    }
  }

  void follow_target(const CodeLine& line) {
    const debugger::Instruction& i = line.instruction;
    if (!i.target) return;
    if (i.target_cs)
      return view_.show(Address{
          .linear = (std::uint64_t{*i.target_cs} << 4) + *i.target, .selector = i.target_cs, .offset = *i.target});
    view_.show(CodeAt{.linear = view_.space().linear(*i.target), .space = view_.space()});
  }

  void menu(App& app, const Moment& moment, const CodeLine& line) {
    ImGui::PushFont(app.theme().sans);
    const std::uint64_t linear = line.linear;
    if (ImGui::MenuItem("Run to here"))
      app.engine().move([linear](debugger::Debugger& d) { return d.until_linear(linear); });
    app.mark("code.menu.run_to_here");
    if (ImGui::MenuItem("Breakpoint", "F9")) app.toggle_breakpoint(linear);
    if (ImGui::MenuItem("Go on from here instead", nullptr, false, moment.stopped())) set_next(app, line);
    if (ImGui::IsItemHovered())
      ImGui::SetTooltip("Sets CS:IP to this instruction. What was known of the future is forgotten.");
    ImGui::Separator();
    if (ImGui::MenuItem("Show where it leads", nullptr, false, line.instruction.target.has_value()))
      follow_target(line);
    if (ImGui::MenuItem("Show in memory"))
      app.show(MemoryAt{.linear = linear, .size = static_cast<std::uint64_t>(line.instruction.size)});
    ImGui::Separator();
    if (ImGui::MenuItem("Copy address")) app.copy(view_.address_words(line));
    if (ImGui::MenuItem("Copy line")) app.copy(view_.line_words(line));
    if (ImGui::MenuItem("Copy page")) app.copy(view_.page_words());
    ImGui::PopFont();
  }

  void set_next(App& app, const CodeLine& line) const {
    const auto space = view_.space();
    const std::uint64_t offset = line.instruction.offset;
    app.engine().edit([space, offset](Boot& boot) {
      emu::Machine& machine = boot.machine();
      boot.input([&machine, space, offset] {
        emu::Registers r = machine.registers();
        if (r.cs() != space.selector && space.size == debugger::CodeSize::k16)
          r.set_real_segment(emu::Seg::kCs, space.selector);
        r.rip = offset;
        machine.set_registers(r);
      });
    });
  }

  void handle_keys(int rows) {
    if (const int by = wheel_rows()) view_.scroll(by);
    if (!ImGui::IsWindowFocused() || ImGui::IsAnyItemActive()) return;
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); };
    if (pressed(ImGuiKey_UpArrow)) view_.scroll(-1);
    if (pressed(ImGuiKey_DownArrow)) view_.scroll(1);
    if (pressed(ImGuiKey_PageUp)) view_.scroll(-(rows - 1));
    if (pressed(ImGuiKey_PageDown)) view_.scroll(rows - 1);
    if (pressed(ImGuiKey_Home)) view_.show_next();
  }

  static void tool_tip(App& app, const char* text) {
    ImGui::PushFont(app.theme().sans);
    ImGui::SetTooltip("%s", text);
    ImGui::PopFont();
  }

  struct Drawn {
    float y;
    JumpRow jump;
  };
  CodeView view_;
  RegistersPanel registers_;
  AddressBox box_;
  SymbolsBox symbols_;
  std::vector<Drawn> rows_;
};

}  // namespace

std::unique_ptr<Pane> make_code_pane() { return std::make_unique<CodePane>(); }

}  // namespace ui
