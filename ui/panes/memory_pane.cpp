#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <imgui.h>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

#include "debugger/views/memory_search.h"
#include "ui/app.h"
#include "ui/panes/address_box.h"
#include "ui/panes/code_widgets.h"
#include "ui/panes/memory_grid.h"
#include "ui/panes/memory_search_box.h"
#include "ui/panes/memory_strip.h"
#include "ui/panes/memory_tables.h"
#include "ui/panes/memory_view.h"
#include "ui/panes/panes.h"
#include "ui/panes/write_finder.h"

namespace ui {
namespace {

enum Part { kBytes, kMap };

class MemoryPane : public Pane {
 public:
  const char* id() const override { return "memory"; }
  const char* title() const override { return "Memory"; }

  void update(Boot& boot, const Moment& moment) override {
    if (const auto address = box_.take(boot.debugger())) grid_.show(address->linear, 1, address->selector);
    view_.set_window(grid_.first(), grid_.visible_bytes());
    view_.update(boot, moment);
    if (part_ == kMap) {
      view_.update_tables(boot);
      tables_.update(boot, view_);
    }
    booted_ = true;
  }
  void forget() override {
    view_.forget();
    tables_.forget();
    written_.forget();
    booted_ = false;
  }
  bool show(App&, const Place& place) override {
    const auto* memory = std::get_if<MemoryAt>(&place);
    if (!memory) return false;
    part_ = kBytes;
    grid_.show(memory->linear, memory->size);
    return true;
  }
  void save(nlohmann::json& settings) const override {
    box_.save(settings);
    settings["first"] = grid_.first();
  }
  void restore(const nlohmann::json& settings) override {
    box_.restore(settings);
    grid_.scroll_to(settings.value("first", std::uint64_t{0}));
  }

  void describe(nlohmann::json& state) const override {
    state = {{"first", grid_.first()}, {"selected", grid_.begin()}};
  }

  void draw(App& app, const Moment& moment) override {
    if (!booted_) {
      if (app.empty_state("Memory", "All that the CPU can address, and which disk call filled it.",
                          "Open a boot medium"))
        app.open_dialog();
      return;
    }
    draw_head(app);
    if (part_ == kMap) {
      if (const auto place = tables_.draw(app, view_)) {
        part_ = kBytes;
        grid_.show(place->linear, place->size);
      }
      return;
    }
    if (const auto address = draw_memory_strip(app, view_, grid_.first(), grid_.visible_bytes()))
      grid_.scroll_to(*address);
    written_.draw(app);
    if (ImGui::BeginChild("bytes", {0, 0}, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse)) {
      if (grid_.draw(app, view_)) ImGui::OpenPopup("menu");
      if (ImGui::BeginPopup("menu")) {
        menu(app, moment);
        ImGui::EndPopup();
      }
      edit_popup(app);
    }
    ImGui::EndChild();
  }

 private:
  void draw_head(App& app) {
    const float room = ImGui::GetContentRegionAvail().x, gap = ImGui::GetStyle().ItemSpacing.x;
    const float parts = ImGui::CalcTextSize("BytesMap").x + 4 * ImGui::GetStyle().FramePadding.x + app.theme().px(2);
    const float boxes = room - parts - 2 * gap;
    box_.draw(app, "memory.address", std::min(boxes * 0.5F, app.theme().px(260)));
    ImGui::SameLine();
    if (const auto found = find_.draw(app, grid_.begin(), std::min(boxes * 0.5F, app.theme().px(260)))) {
      part_ = kBytes;
      grid_.show(found->linear, found->size);
    }
    ImGui::SameLine();
    choose(app, "memory.part", {"Bytes", "Map"}, part_);
  }

  // --- What one can do with the selection
  void menu(App& app, const Moment& moment) {
    const std::uint64_t at = grid_.begin(), size = grid_.size();
    const std::string where = grid_.address_words(at);
    text_coloured(app.theme().palette().faint,
                  size == 1 ? where.c_str() : fmt::format("{}, {} bytes", where, size).c_str());
    ImGui::Separator();
    if (ImGui::MenuItem("When was this written?")) written_.ask(app, at);
    app.mark("memory.menu.written");
    if (ImGui::MenuItem("Stop when it is written")) app.add_breakpoint(fmt::format("write {:X}h len {}", at, size));
    app.mark("memory.menu.stop_written");
    if (ImGui::MenuItem("Stop when it is read")) app.add_breakpoint(fmt::format("read {:X}h len {}", at, size));
    ImGui::Separator();
    follow_items(app, at);
    if (ImGui::MenuItem("Show as code")) app.show(CodeAt{.linear = at});
    const ByteCell* cell = view_.cell(at);
    if (ImGui::MenuItem("Show the call that filled it", nullptr, false, cell && cell->call != 0))
      app.show(CallAt{.number = cell->call});
    ImGui::Separator();
    if (ImGui::MenuItem("Edit…", nullptr, false, moment.stopped())) begin_edit();
    app.mark("memory.menu.edit");
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled) && !moment.stopped())
      ImGui::SetTooltip("Stop the guest first");
    if (ImGui::MenuItem("Copy address")) app.copy(where);
    if (ImGui::MenuItem("Copy bytes")) app.copy(bytes_words(at, size));
  }

  void follow_items(App& app, std::uint64_t at) {
    const auto dword = view_.number(at, 4);
    const auto far_offset = static_cast<std::uint16_t>(dword.value_or(0)),
               far_segment = static_cast<std::uint16_t>(dword.value_or(0) >> 16);
    const std::string far = fmt::format("Follow {:04X}:{:04X} as memory###far", far_segment, far_offset);
    if (ImGui::MenuItem(far.c_str(), nullptr, false, dword.has_value()))
      grid_.show((std::uint64_t{far_segment} << 4) + far_offset, 1, far_segment);
    app.mark("memory.menu.far");
    const std::string code = fmt::format("Follow {:04X}:{:04X} as code###code", far_segment, far_offset);
    if (ImGui::MenuItem(code.c_str(), nullptr, false, dword.has_value()))
      app.show(CodeAt{.linear = (std::uint64_t{far_segment} << 4) + far_offset});
    const std::string flat = fmt::format("Follow {:08X}h###flat", dword.value_or(0));
    if (ImGui::MenuItem(flat.c_str(), nullptr, false, dword.has_value())) grid_.show(*dword, 1);
  }

  std::string bytes_words(std::uint64_t at, std::uint64_t size) const {
    std::string text;
    for (std::uint64_t i = 0; i < size; ++i) {
      const ByteCell* cell = view_.cell(at + i);
      if (!cell) break;
      text += fmt::format("{}{:02X}", i == 0 ? "" : " ", cell->value);
    }
    return text;
  }

  // --- Editing
  void begin_edit() {
    edited_ = grid_.begin();
    text_ = bytes_words(edited_, std::min<std::uint64_t>(grid_.size(), 64));
    open_edit_ = focus_ = true;
  }

  void edit_popup(App& app) {
    if (std::exchange(open_edit_, false)) ImGui::OpenPopup("edit");
    if (const auto place = grid_.place_of(edited_))
      ImGui::SetNextWindowPos({place->x, place->y + ImGui::GetTextLineHeightWithSpacing()}, ImGuiCond_Appearing);
    if (!ImGui::BeginPopup("edit")) return;
    text_coloured(app.theme().palette().faint,
                  fmt::format("Bytes or \"text\" from {} on", grid_.address_words(edited_)).c_str());
    ImGui::PushFont(app.theme().mono);
    ImGui::SetNextItemWidth(app.theme().px(300));
    if (std::exchange(focus_, false)) ImGui::SetKeyboardFocusHere();
    const bool entered = ImGui::InputText("##bytes", &text_, ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::PopFont();
    app.mark("memory.edit");
    ImGui::SameLine();
    const bool pressed = ImGui::Button("Write");
    if ((entered || pressed) && write(app)) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
  }

  bool write(App& app) {
    try {
      std::vector<std::uint8_t> bytes;
      for (const auto& byte : debugger::views::parse_bytes(text_)) {
        if (!byte) throw emu::Error(emu::ErrorKind::kUsage, "?? is for searching; say which byte to write");
        bytes.push_back(*byte);
      }
      app.engine().edit([at = edited_, bytes](Boot& boot) { write_linear(boot, at, bytes); });
      return true;
    } catch (const emu::Error& error) {
      app.notify(error.what(), true);
      return false;
    }
  }

  /// Page by page, as the CPU would reach them.
  static void write_linear(Boot& boot, std::uint64_t at, const std::vector<std::uint8_t>& bytes) {
    emu::Machine& machine = boot.machine();
    std::vector<emu::PhysAddr> places;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto physical = machine.translate(at + i);
      if (!physical) throw emu::Error(emu::ErrorKind::kUsage, fmt::format("the page of {:X}h is not present", at + i));
      places.push_back(*physical);
    }
    boot.input([&machine, places, bytes] {
      for (std::size_t i = 0; i < bytes.size(); ++i) machine.memory().write(places[i], bytes[i]);
    });
  }

  AddressBox box_;
  MemorySearchBox find_;
  MemoryView view_;
  MemoryGrid grid_;
  MemoryTables tables_;
  WriteFinder written_;
  int part_ = kBytes;
  bool booted_ = false;
  std::uint64_t edited_ = 0;  // where the edit box writes
  std::string text_;
  bool open_edit_ = false, focus_ = false;
};

}  // namespace

std::unique_ptr<Pane> make_memory_pane() { return std::make_unique<MemoryPane>(); }

}  // namespace ui
