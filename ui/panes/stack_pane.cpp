#include <algorithm>

#include <fmt/core.h>
#include <imgui.h>
#include <nlohmann/json.hpp>

#include "emu/text.h"
#include "ui/app.h"
#include "ui/panes/callers_finder.h"
#include "ui/panes/code_widgets.h"
#include "ui/panes/panes.h"
#include "ui/panes/stack_view.h"

namespace ui {
namespace {

using debugger::views::Frame;

enum Part { kCalls, kWords, kVectors };

class StackPane : public Pane {
 public:
  const char* id() const override { return "stack"; }
  const char* title() const override { return "Stack, IVT"; }

  void update(Boot& boot, const Moment& moment) override {
    if (part_ == kVectors) {
      view_.update_vectors(boot, moment, hooked_only_);
    } else {
      view_.update_stack(boot, moment);
      if (moment.stopped()) callers_.keep_for(view_.stack());
    }
    booted_ = true;
  }
  void forget() override {
    view_.forget();
    callers_.forget();
    booted_ = false;
  }
  void describe(nlohmann::json& state) const override { state = {{"calls", debugger::views::to_text(frames())}}; }
  void save(nlohmann::json& settings) const override {
    settings["part"] = part_;
    settings["hooked_only"] = hooked_only_;
  }
  void restore(const nlohmann::json& settings) override {
    part_ = std::clamp(settings.value("part", 0), 0, 2);
    hooked_only_ = settings.value("hooked_only", true);
  }

  void draw(App& app, const Moment& moment) override {
    if (!booted_) {
      if (app.empty_state("Stack and vectors", "Who called whom, and who answers interrupts.", "Open a boot medium"))
        app.open_dialog();
      return;
    }
    choose(app, "stack.part", {"Calls", "Words", "Vectors"}, part_);
    const bool calm = part_ != kVectors && !moment.stopped();
    ImGui::PushStyleVar(ImGuiStyleVar_Alpha, calm ? 0.55F : 1.0F);
    if (part_ == kCalls) draw_frames(app);
    if (part_ == kWords) draw_words(app);
    if (part_ == kVectors) draw_vectors(app);
    ImGui::PopStyleVar();
  }

 private:
  /// A row as wide as the pane. Draw on it from the place returned.
  static ImVec2 begin_row(float height, bool* clicked, bool* hovered) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::max(1.0F, ImGui::GetContentRegionAvail().x);
    *clicked = ImGui::InvisibleButton("row", {width, height});
    *hovered = ImGui::IsItemHovered();
    return at;
  }
  static void shade(App& app, ImVec2 at, float height, bool hovered, bool marked) {
    const Palette& p = app.theme().palette();
    const ImVec2 to(at.x + ImGui::GetContentRegionAvail().x, at.y + height);
    if (marked) ImGui::GetWindowDrawList()->AddRectFilled(at, to, packed(p.accent_soft), app.theme().px(3));
    if (hovered) ImGui::GetWindowDrawList()->AddRectFilled(at, to, packed(p.stripe, 2), app.theme().px(3));
  }
  static float row_height(App& app) { return ImGui::GetTextLineHeight() + app.theme().px(5); }

  // --- Calls
  void draw_frames(App& app) {
    if (ImGui::BeginChild("frames")) {
      ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
      int number = 0;
      for (const Frame& frame : frames())
        frame.kind == Frame::Kind::kMode ? draw_mode(app, frame, number) : draw_frame(app, frame, number++);
      draw_callers_before(app);
      ImGui::PopStyleVar();
      ImGui::Spacing();
      ImGui::PushTextWrapPos(0);
      text_coloured(app.theme().palette().faint, "A stack has no marks for return addresses: frames are good guesses.");
      ImGui::PopTextWrapPos();
    }
    ImGui::EndChild();
  }

  /// Behind those of the present mode, those of others, once somebody asked.
  const std::vector<Frame>& frames() const { return callers_.frames() ? *callers_.frames() : view_.frames(); }
  static void show_code(App& app, const Frame& frame) {
    if (frame.code) app.show(CodeAt{.linear = frame.code->linear(frame.offset), .space = frame.code});
  }

  /// Between frames: how the CPU came from the mode below to the one above.
  static void draw_mode(App& app, const Frame& frame, int number) {
    const Palette& p = app.theme().palette();
    const float pad = app.theme().px(4), indent = pad, width = ImGui::GetContentRegionAvail().x - indent - pad;
    const float height = ImGui::CalcTextSize(frame.words.c_str(), nullptr, false, width).y + 3 * pad;
    ImGui::PushID(-1 - number);
    bool clicked = false, hovered = false;
    const ImVec2 at = begin_row(height, &clicked, &hovered);
    app.mark(fmt::format("stack.mode.{}", number));
    const bool is_place = frame.code.has_value();
    if (clicked) show_code(app, frame);
    shade(app, at, height, hovered && is_place, false);
    if (hovered && is_place) ImGui::SetTooltip("The last instruction on the stack below\nClick: the code");
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddLine({at.x + pad, at.y + pad}, {at.x + pad + width, at.y + pad}, packed(p.line), app.theme().px(1));
    list.AddText(nullptr, 0, {at.x + indent, at.y + 2 * pad}, packed(p.faint), frame.words.c_str(), nullptr, width);
    ImGui::PopID();
  }

  /// The last row: what may still be asked, or why there is nothing more.
  void draw_callers_before(App& app) {
    if (!view_.may_have_callers_before()) return;
    const Palette& p = app.theme().palette();
    const float pad = app.theme().px(4), indent = app.theme().px(34), height = ImGui::GetTextLineHeight() + 2 * pad;
    const auto says = [&](const char* words) {
      ImGui::Dummy({0, pad});
      ImGui::SetCursorPosX(ImGui::GetCursorPosX() + indent);
      ImGui::PushTextWrapPos(0);
      text_coloured(p.faint, words);
      ImGui::PopTextWrapPos();
    };
    if (callers_.under_way()) return says("Going back to look…");
    if (const std::vector<Frame>* found = callers_.frames()) {
      const bool any = std::any_of(found->begin(), found->end(),
                                   [](const Frame& frame) { return frame.kind == Frame::Kind::kMode; });
      if (!any) says("Protected mode was left too long ago to go back and look.");
      return;
    }
    ImGui::BeginDisabled(!app.moment().stopped());
    bool clicked = false, hovered = false;
    const ImVec2 at = begin_row(height, &clicked, &hovered);
    app.mark("stack.callers");
    ImGui::EndDisabled();
    shade(app, at, height, hovered, false);
    clipped_text(*ImGui::GetWindowDrawList(), {at.x + indent, at.y + pad}, at.x + ImGui::GetContentRegionAvail().x,
                 packed(p.accent), "Show the callers in protected mode");
    if (hovered)
      ImGui::SetTooltip("Goes back to where real mode was entered,\nlooks at the stack of then, and returns here");
    if (clicked) callers_.ask(app, view_.stack());
  }

  void draw_frame(App& app, const Frame& frame, int number) {
    const Palette& p = app.theme().palette();
    const bool first_caller = frames().size() > 1 && &frame == &frames()[1];
    const float line = ImGui::GetTextLineHeight(), height = 2 * line + app.theme().px(8), pad = app.theme().px(4);
    const std::string place = fmt::format("{:04X}:{:0{}X}", frame.cs, frame.offset, frame.offset > 0xFFFF ? 8 : 4);
    ImGui::PushID(number);
    bool clicked = false, hovered = false;
    const ImVec2 at = begin_row(height, &clicked, &hovered);
    app.mark(fmt::format("stack.frame.{}", number));
    if (clicked) show_code(app, frame);
    if (ImGui::BeginPopupContextItem("menu")) {
      if (ImGui::MenuItem("Show the code")) show_code(app, frame);
      if (ImGui::MenuItem("Show the frame in memory", nullptr, false, frame.stack != 0))
        app.show(MemoryAt{.linear = frame.stack, .size = 6});
      if (ImGui::MenuItem("Run until this call returns", nullptr, false, first_caller))
        app.engine().move([](debugger::Debugger& d) { return d.finish(); });
      if (ImGui::MenuItem("Copy all")) copy_frames(app);
      ImGui::EndPopup();
    }
    shade(app, at, height, hovered, number == 0);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float right = at.x + ImGui::GetContentRegionAvail().x, x = at.x + app.theme().px(34);
    list.AddText({at.x + pad, at.y + pad}, packed(p.faint), fmt::format("#{}", number).c_str());
    const std::string words = frame.kind == Frame::Kind::kHere ? "next instruction" : frame.words;
    clipped_text(list, {x, at.y + pad}, right, packed(frame.kind == Frame::Kind::kInterrupt ? p.accent : p.text),
                 words);
    ImGui::PushFont(app.theme().mono);
    const std::string below =
        frame.kind == Frame::Kind::kHere && !frame.words.empty() ? place + "  " + frame.words : place;
    clipped_text(list, {x, at.y + pad + line}, right, packed(p.faint), below);
    ImGui::PopFont();
    if (hovered) ImGui::SetTooltip("%s  %s\nClick: the code", place.c_str(), words.c_str());
    ImGui::PopID();
  }

  void copy_frames(App& app) const { app.copy(debugger::views::to_text(frames())); }

  // --- Words
  void draw_words(App& app) {
    if (ImGui::BeginChild("words")) {
      ImGui::PushFont(app.theme().mono);
      ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
      const float height = row_height(app);
      ImGuiListClipper clipper;
      clipper.Begin(static_cast<int>(view_.words().size()), height);
      while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
          draw_word(app, static_cast<std::size_t>(i), height);
      }
      ImGui::PopStyleVar();
      ImGui::PopFont();
    }
    ImGui::EndChild();
  }

  void draw_word(App& app, std::size_t index, float height) {
    const Palette& p = app.theme().palette();
    const StackWord& word = view_.words()[index];
    // There is one stack; only in real mode is its segment a part of the address.
    const std::string place =
        word.size > 2 ? fmt::format("{:08X}", word.offset) : fmt::format("{:04X}:{:04X}", word.ss, word.offset);
    const std::string value = fmt::format("{:0{}X}", word.value, word.size * 2);
    ImGui::PushID(static_cast<int>(index));
    bool clicked = false, hovered = false;
    const ImVec2 at = begin_row(height, &clicked, &hovered);
    app.mark(fmt::format("stack.word.{}", index));
    if (clicked) app.show(MemoryAt{.linear = word.linear, .size = static_cast<std::uint64_t>(word.size)});
    if (ImGui::BeginPopupContextItem("menu")) {
      ImGui::PushFont(app.theme().sans);
      if (ImGui::MenuItem("Show in memory"))
        app.show(MemoryAt{.linear = word.linear, .size = static_cast<std::uint64_t>(word.size)});
      if (ImGui::MenuItem("Stop when it is written"))
        app.add_breakpoint(fmt::format("write {:X}h len {}", word.linear, word.size));
      if (ImGui::MenuItem("Copy value")) app.copy(value);
      ImGui::PopFont();
      ImGui::EndPopup();
    }
    shade(app, at, height, hovered, false);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float digit = ImGui::CalcTextSize("0").x, y = at.y + app.theme().px(2),
                right = at.x + ImGui::GetContentRegionAvail().x;
    const float value_x = at.x + digit * static_cast<float>(place.size() + 2),
                words_x = value_x + digit * static_cast<float>(value.size() + 2);
    if (word.frame >= 0)
      list.AddRectFilled({at.x - app.theme().px(2), at.y}, {at.x + app.theme().px(1), at.y + height},
                         packed(app.theme().colour_of(static_cast<std::uint64_t>(word.frame))));
    list.AddText({at.x + app.theme().px(4), y}, packed(p.faint), place.c_str());
    list.AddText({value_x, y}, packed(p.text), value.c_str());
    if (!word.words.empty()) {
      ImGui::PushFont(app.theme().sans);
      clipped_text(list, {words_x, y}, right, packed(p.faint), word.words);
      if (hovered) ImGui::SetTooltip("%s", word.words.c_str());
      ImGui::PopFont();
    }
    ImGui::PopID();
  }

  // --- Vectors
  void draw_vectors(App& app) {
    int shown = hooked_only_ ? 0 : 1;
    if (choose(app, "stack.vectors", {"Hooked", "All"}, shown)) hooked_only_ = shown == 0;
    if (view_.protected_mode()) {
      ImGui::PushTextWrapPos(0);
      text_coloured(app.theme().palette().warning,
                    "Not in real mode: the CPU takes interrupts through its IDT; this is the table in memory.");
      ImGui::PopTextWrapPos();
    }
    if (view_.vectors().empty()) {
      ImGui::PushTextWrapPos(0);
      text_coloured(app.theme().palette().faint,
                    "Every vector leads to the BIOS. When a program hooks one, it appears here with its chain.");
      ImGui::PopTextWrapPos();
      return;
    }
    if (ImGui::BeginChild("vectors")) {
      ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
      const float height = row_height(app);
      ImGuiListClipper clipper;
      clipper.Begin(static_cast<int>(view_.vectors().size()), height);
      while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
          draw_vector(app, static_cast<std::size_t>(i), height);
      }
      ImGui::PopStyleVar();
    }
    ImGui::EndChild();
  }

  void draw_vector(App& app, std::size_t index, float height) {
    const Palette& p = app.theme().palette();
    const VectorLine& line = view_.vectors()[index];
    const std::string entry = far_words(line.owner.entry);
    ImGui::PushID(static_cast<int>(index));
    bool clicked = false, hovered = false;
    const ImVec2 at = begin_row(height, &clicked, &hovered);
    app.mark(fmt::format("stack.vector.{:02X}.{}", line.vector, line.hop));
    if (clicked) app.show(CodeAt{.linear = line.owner.entry.linear()});
    if (ImGui::BeginPopupContextItem("menu")) {
      vector_menu(app, line, entry);
      ImGui::EndPopup();
    }
    shade(app, at, height, hovered, false);
    if (hovered)
      ImGui::SetTooltip("INT %02Xh %s\n%s %s\nClick: its code", line.vector, line.purpose.c_str(), entry.c_str(),
                        line.owner.owner.c_str());
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = at.y + app.theme().px(2), right = at.x + ImGui::GetContentRegionAvail().x;
    ImGui::PushFont(app.theme().mono);
    const float digit = ImGui::CalcTextSize("0").x, entry_x = at.x + 5 * digit,
                owner_x = entry_x + 10 * digit + app.theme().px(4);
    if (line.hop == 0) {
      list.AddText({at.x + app.theme().px(2), y}, packed(line.hooked ? p.accent : p.text),
                   fmt::format("{:02X}h", line.vector).c_str());
    } else {
      list.AddText({at.x + 3 * digit, y}, packed(p.faint), "→");
    }
    list.AddText({entry_x, y}, packed(line.hop == 0 ? p.text : p.faint), entry.c_str());
    ImGui::PopFont();
    std::string words = line.owner.owner;
    if (line.hop == 0 && !line.purpose.empty()) words = line.purpose + " · " + words;
    clipped_text(list, {owner_x, y}, right, packed(line.hooked ? p.text : p.faint), words);
    ImGui::PopID();
  }

  static void vector_menu(App& app, const VectorLine& line, const std::string& entry) {
    if (ImGui::MenuItem("Show the code")) app.show(CodeAt{.linear = line.owner.entry.linear()});
    if (ImGui::MenuItem("Show the entry in memory")) app.show(MemoryAt{.linear = line.vector * 4u, .size = 4});
    if (ImGui::MenuItem("Stop when it is rewritten")) app.add_breakpoint(fmt::format("ivt {:02X}", line.vector));
    if (ImGui::MenuItem("Stop at each call of it")) app.add_breakpoint(fmt::format("int{:02X}", line.vector));
    if (ImGui::MenuItem("Copy")) app.copy(fmt::format("{:02X}h {} {}", line.vector, entry, line.owner.owner));
  }

  StackView view_;
  CallersFinder callers_;
  int part_ = kCalls;
  bool hooked_only_ = true, booted_ = false;
};

}  // namespace

std::unique_ptr<Pane> make_stack_pane() { return std::make_unique<StackPane>(); }

}  // namespace ui
