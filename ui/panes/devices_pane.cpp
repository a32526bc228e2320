// The chips' registers, drives, tables: what the machine is set to.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include <fmt/core.h>
#include <imgui.h>
#include <nlohmann/json.hpp>

#include "ui/app.h"
#include "ui/panes/changed_values.h"
#include "ui/panes/code_widgets.h"
#include "ui/panes/machine_sections.h"
#include "ui/panes/panes.h"

namespace ui {
namespace {

/// A guest that stands still changes only by a person's hand: it is looked at so often, in frames.
constexpr int kLookEvery = 8;
/// Rows may be of several lines, so they are not clipped; a table with more of them is for the prompt.
constexpr std::size_t kMostRows = 300;
constexpr std::size_t kLongValue = 10;  // characters
/// With less room beside the names, values stand behind them and words below.
constexpr float kLeastWords = 150;

class DevicesPane : public Pane {
 public:
  const char* id() const override { return "devices"; }
  const char* title() const override { return "Devices"; }

  void update(Boot& boot, const Moment& moment) override {
    const bool stopped_anew = moment.stopped() && moment.stops != stops_;
    if (!stopped_anew && ++frames_ % kLookEvery != 0 && !sections_.empty()) return;
    read(boot, stopped_anew || open_.contains("paging") != has_paging_);
    if (!stopped_anew) return;
    stops_ = moment.stops;
    changes_.begin_stop();
    for (const Section& section : sections_) {
      for (const SectionRow& row : section.rows) changes_.note(key(section, row), row.value + row.words);
    }
  }

  void draw(App& app, const Moment& moment) override {
    if (moment.phase == Phase::kEmpty || sections_.empty()) {
      app.empty_state(
          "Devices",
          "Interrupt controllers, timer, keyboard, clock, serial ports, display, PCI, drives and tables, each register "
          "in words. Boot a medium to see them.");
      return;
    }
    marks_changes_ = moment.stopped();
    for (const Section& section : sections_) draw_section(app, section);
  }

  void forget() override {
    sections_.clear();
    changes_.forget();
    stops_ = 0;
  }
  void save(nlohmann::json& settings) const override { settings["open"] = open_; }
  void restore(const nlohmann::json& settings) override {
    if (settings.contains("open")) open_ = settings.at("open").get<std::set<std::string>>();
  }

 private:
  static std::string key(const Section& section, const SectionRow& row) { return section.id + '/' + row.name; }

  void read(Boot& boot, bool with_paging) {
    Section paging{.id = "paging", .title = "Page tables", .place = {}, .summary = {}, .rows = {}};
    if (!sections_.empty()) paging = std::move(sections_.back());
    sections_ = chip_sections(boot);
    for (const auto section : {drives_section, bda_section, e820_section, gdt_section, idt_section})
      sections_.push_back(section(boot));
    has_paging_ = open_.contains("paging");
    if (has_paging_ && with_paging) paging = paging_section(boot);
    sections_.push_back(std::move(paging));
  }

  void draw_section(App& app, const Section& section) {
    const Theme& theme = app.theme();
    const Palette& palette = theme.palette();
    bool changed = false;
    for (const SectionRow& row : section.rows)
      changed = changed || (marks_changes_ && changes_.changed(key(section, row)));
    ImGui::SetNextItemOpen(open_.contains(section.id));
    ImGui::PushStyleColor(ImGuiCol_Header, palette.stripe);
    const bool open = ImGui::CollapsingHeader(fmt::format("##{}", section.id).c_str());
    ImGui::PopStyleColor();
    app.mark("devices." + section.id);
    const bool opened = open && open_.insert(section.id).second;
    if (!open) open_.erase(section.id);
    // At the bottom its rows would be out of sight.
    if (opened && ImGui::GetItemRectMax().y > ImGui::GetWindowPos().y + ImGui::GetWindowHeight() * 0.6F)
      ImGui::SetScrollHereY(0);
    if (ImGui::IsItemHovered() && !section.place.empty())
      ImGui::SetTooltip("%s\n%s", section.place.c_str(), section.summary.c_str());
    draw_heading(theme, section, changed);
    if (ImGui::BeginPopupContextItem(section.id.c_str())) {
      if (ImGui::MenuItem("Copy")) app.copy(to_text(section));
      ImGui::EndPopup();
    }
    if (open) draw_rows(app, section);
  }

  /// Over the header: its title, and as much of the summary as there is room for.
  static void draw_heading(const Theme& theme, const Section& section, bool changed) {
    const Palette& palette = theme.palette();
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float x = min.x + theme.px(28), y = min.y + (max.y - min.y - ImGui::GetFontSize()) / 2;
    list->AddText(theme.strong, theme.strong->FontSize, {x, y}, packed(palette.text), section.title.c_str());
    const float width = theme.strong->CalcTextSizeA(theme.strong->FontSize, 1e6F, 0, section.title.c_str()).x;
    const float summary = x + width + theme.px(10);
    list->AddText({summary, y}, packed(changed ? palette.changed : palette.faint),
                  with_ellipsis(section.summary, max.x - theme.px(6) - summary).c_str());
  }

  void draw_rows(App& app, const Section& section) {
    const Theme& theme = app.theme();
    const Palette& palette = theme.palette();
    if (section.rows.empty()) return text_coloured(palette.faint, section.summary.c_str());
    const float names = name_width(theme, section);
    narrow_ = ImGui::GetContentRegionAvail().x - names < theme.px(kLeastWords);
    if (!ImGui::BeginTable(section.id.c_str(), narrow_ ? 1 : 2, ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit))
      return;
    if (!narrow_) ImGui::TableSetupColumn("name", ImGuiTableColumnFlags_WidthFixed, names);
    ImGui::TableSetupColumn("value", ImGuiTableColumnFlags_WidthStretch);
    for (std::size_t i = 0; i < section.rows.size() && i < kMostRows; ++i) draw_row(app, section, section.rows[i]);
    ImGui::EndTable();
    if (section.rows.size() > kMostRows)
      text_coloured(palette.faint, fmt::format("and {} more", section.rows.size() - kMostRows).c_str());
    ImGui::Spacing();
  }

  static float name_width(const Theme& theme, const Section& section) {
    float most = theme.px(44);
    for (std::size_t i = 0; i < section.rows.size() && i < kMostRows; ++i) {
      ImFont* font = section.rows[i].address ? theme.mono : theme.sans;
      most = std::max(most, font->CalcTextSizeA(font->FontSize, 1e6F, 0, section.rows[i].name.c_str()).x);
    }
    return most + theme.px(4);
  }

  void draw_row(App& app, const Section& section, const SectionRow& row) {
    const Theme& theme = app.theme();
    const Palette& palette = theme.palette();
    const bool changed = marks_changes_ && changes_.changed(key(section, row));
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::PushID(row.name.c_str());
    if (row.address) {
      ImGui::PushFont(theme.mono);
      if (ImGui::Selectable(row.name.c_str(), false)) app.show(MemoryAt{*row.address});
      ImGui::PopFont();
      app.mark(fmt::format("devices.{}.{}", section.id, row.name));
      if (ImGui::IsItemHovered()) ImGui::SetTooltip("Show it in memory");
    } else {
      text_coloured(palette.faint, row.name.c_str());
    }
    if (!narrow_) {
      ImGui::TableNextColumn();
    } else if (!row.value.empty()) {
      ImGui::SameLine(0, theme.px(10));
    }
    if (!row.value.empty()) {
      ImGui::PushFont(theme.mono);
      text_coloured(changed ? palette.changed : palette.text, row.value.c_str());
      ImGui::PopFont();
    }
    if (!row.words.empty()) {
      // Words that have no room beside a long value stand below it, rather than in a narrow column.
      const float gap = theme.px(10);
      const float left = ImGui::GetItemRectMax().x - ImGui::GetCursorScreenPos().x;
      const bool beside = left + gap + ImGui::CalcTextSize(row.words.c_str()).x <= ImGui::GetContentRegionAvail().x;
      if (!row.value.empty() && (beside || (row.value.size() < kLongValue && !narrow_))) ImGui::SameLine(0, gap);
      const bool below = narrow_ && !(beside && !row.value.empty());
      if (below) ImGui::Indent(gap);
      ImGui::PushTextWrapPos(0);
      text_coloured(changed ? palette.changed : row.value.empty() ? palette.text : palette.faint, row.words.c_str());
      ImGui::PopTextWrapPos();
      if (below) ImGui::Unindent(gap);
    }
    ImGui::PopID();
  }

  std::vector<Section> sections_;
  ChangedValues changes_;
  std::set<std::string> open_ = {"pic", "pit", "drives"};
  std::uint64_t stops_ = 0;
  int frames_ = 0;
  bool has_paging_ = false, marks_changes_ = false, narrow_ = false;
};

}  // namespace

std::unique_ptr<Pane> make_devices_pane() { return std::make_unique<DevicesPane>(); }

}  // namespace ui
