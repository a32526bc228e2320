// Every BIOS call as a row.
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <imgui.h>
#include <nlohmann/json.hpp>

#include "debugger/views/calls.h"
#include "ui/app.h"
#include "ui/panes/call_kinds.h"
#include "ui/panes/calls_actions.h"
#include "ui/panes/calls_cells.h"
#include "ui/panes/calls_copy.h"
#include "ui/panes/calls_rows.h"
#include "ui/panes/panes.h"

namespace ui {
namespace {

/// Calls that a frame looks at: together they take a few milliseconds.
constexpr std::size_t kBudget = 2000;

class CallsPane : public Pane {
 public:
  const char* id() const override { return "calls"; }
  const char* title() const override { return "Disk calls"; }
  void update(Boot& boot, const Moment& moment) override;
  void draw(App& app, const Moment& moment) override;
  void forget() override;
  bool show(App& app, const Place& place) override;
  void save(nlohmann::json& settings) const override;
  void restore(const nlohmann::json& settings) override;
  void describe(nlohmann::json& state) const override;

 private:
  using Id = CallRows::Id;
  void read_visible(const CallSource& source, emu::Nanoseconds now);
  void draw_bar(App& app);
  void draw_kinds(App& app);
  void draw_table(App& app, const Moment& moment);
  void sort_as_asked();
  void follow_present(float row_height);
  void draw_row(App& app, std::size_t place, float height);
  void row_input(App& app, const ShownCall& call);
  void keys(App& app);
  void select(App& app, Id id, bool extend, CallColumn column = CallColumn::kFile);
  void reveal(std::size_t place) { reveal_ = place; }
  void apply_filter();
  void wish();
  const ShownCall* cached(Id id) const;
  std::pair<std::size_t, std::size_t> selection() const;

  CallRows rows_;
  std::vector<ShownCall> visible_;
  std::size_t first_ = 0, last_ = 0;            // places that draw() showed
  std::optional<Id> present_;                   // the row that happened last
  std::optional<std::size_t> present_place_, followed_;
  std::optional<Id> cursor_, anchor_;           // the selection reaches from one to the other
  std::optional<std::uint64_t> wanted_;         // a call to select as soon as it is here
  std::optional<CallColumn> look_around_;       // the cursor's row is to be shown elsewhere, once it has been read
  std::optional<std::size_t> reveal_;
  bool follow_ = true, complete_ = true;
  float last_scroll_ = 0;
  int own_scroll_ = 0;                          // frames in which scrolling is ours
  char filter_[256] = "";
  std::string chosen_filter_;                   // from a row's menu: takes effect when no row is being drawn
  std::string filter_error_;
  CallWish wish_;
  unsigned kinds_ = 1;
  CallsCopy copy_;
  std::uint64_t known_ = 0, happened_ = 0;
};

CallSource source_of(Boot& boot) {
  const auto& log = boot.debugger().calls();
  return {log.known(), log.count(), boot.recorder().calls()};
}

CallColumn hovered_column() {
  for (int i = 0; i < kCallColumns; ++i) {
    if (ImGui::TableGetColumnFlags(i) & ImGuiTableColumnFlags_IsHovered) return static_cast<CallColumn>(i);
  }
  return CallColumn::kFile;
}

// --- Reading

void CallsPane::update(Boot& boot, const Moment& moment) {
  const CallSource source = source_of(boot);
  complete_ = rows_.take(source, kBudget);
  known_ = source.disk.size();
  happened_ = source.happened;
  if (wanted_ && rows_.id_of_call(*wanted_)) {
    cursor_ = anchor_ = rows_.id_of_call(*wanted_);
    wanted_.reset();
    if (const auto place = rows_.place_of(*cursor_)) reveal(*place);
  }
  present_place_ = rows_.present(source, moment.now);
  present_ = present_place_ ? std::optional(rows_.at(*present_place_)) : std::nullopt;
  read_visible(source, moment.now);
  copy_.read(rows_, source);
}

void CallsPane::read_visible(const CallSource& source, emu::Nanoseconds now) {
  // What will be seen is where the last frame was, or where this one is going to scroll.
  constexpr std::size_t kAround = 4;
  std::size_t first = first_, last = last_;
  const std::size_t page = last - first;
  const auto target = reveal_ ? reveal_ : follow_ ? present_place_ : std::nullopt;
  if (target && (*target < first || *target >= last)) first = *target > page ? *target - page : 0;
  first = first > kAround ? first - kAround : 0;
  last = std::min(rows_.shown(), std::max(last, first + page) + 2 * kAround + (target ? page : 0));
  visible_.clear();
  for (std::size_t place = first; place < last; ++place) visible_.push_back(shown_call(rows_, rows_.at(place), source, now));
  const auto keep = [&](const std::optional<Id>& id) {
    if (id && rows_.known(*id) && !cached(*id)) visible_.push_back(shown_call(rows_, *id, source, now));
  };
  keep(cursor_);
}

void CallsPane::forget() {
  rows_.forget();
  visible_.clear();
  cursor_.reset();
  anchor_.reset();
  present_.reset();
  present_place_.reset();
  followed_.reset();
  follow_ = true;
  known_ = happened_ = 0;
}

const ShownCall* CallsPane::cached(Id id) const {
  const auto found = std::find_if(visible_.begin(), visible_.end(), [id](const ShownCall& call) { return call.id == id; });
  return found == visible_.end() ? nullptr : &*found;
}

// --- Showing

void CallsPane::draw(App& app, const Moment& moment) {
  if (moment.phase == Phase::kEmpty || moment.phase == Phase::kFailed) {
    app.empty_state("Disk calls", "Every call of the BIOS's disk service will be listed here,\nwith who asked, for what, and what came of it.");
    return;
  }
  draw_bar(app);
  draw_table(app, moment);
  if (look_around_ && cursor_) {
    if (const ShownCall* call = cached(*cursor_)) {
      look_around(app, *call, *look_around_);
      look_around_.reset();
    }
  }
  if (auto text = copy_.take()) {
    ImGui::SetClipboardText(text->text.c_str());
    app.notify(text->words);
  }
}

void CallsPane::draw_bar(App& app) {
  const Theme& theme = app.theme();
  const Palette& palette = theme.palette();
  const float right = theme.px(248);
  const bool wrong = !filter_error_.empty();
  if (wrong) ImGui::PushStyleColor(ImGuiCol_Border, palette.bad);
  if (wrong) ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, theme.px(1));
  ImGui::SetNextItemWidth(std::max(theme.px(120), ImGui::GetContentRegionAvail().x - right));
  if (ImGui::InputTextWithHint("##filter", "Filter: drive == E0h && lba > 100, or words", filter_, sizeof filter_)) apply_filter();
  app.mark("calls.filter");
  if (wrong) {
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
  }
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive() && filter_error_.empty())
    ImGui::SetTooltip("A condition over drive, lba, count, buffer, caller, cf, status, bytes, by, depth, file, name, int, ah and registers,\n"
                      "as in  drive == E0h && lba > 100  or  file matches \"/boot/*\"  or  cf;  or words that occur in the row.");
  ImGui::SameLine();
  if (ImGui::Button("Kinds")) ImGui::OpenPopup("kinds");
  app.mark("calls.kinds");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Which interrupts are listed");
  draw_kinds(app);
  ImGui::SameLine();
  const bool was = follow_;
  if (was) ImGui::PushStyleColor(ImGuiCol_Button, palette.accent_soft);
  if (ImGui::Button("Follow")) follow_ = !follow_;
  if (was) ImGui::PopStyleColor();
  app.mark("calls.follow");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Keeps the latest call in view");
  ImGui::SameLine();
  const std::string count = rows_.shown() == rows_.seen() ? fmt::format("{}", rows_.seen()) : fmt::format("{} of {}", rows_.shown(), rows_.seen());
  ImGui::AlignTextToFramePadding();
  ImGui::TextColored(palette.faint, "%s%s", count.c_str(), complete_ ? " calls" : " ...");
  if (filter_error_.empty()) return;
  ImGui::TextColored(palette.bad, "%s", filter_error_.c_str());
  app.mark("calls.error");
}

void CallsPane::draw_kinds(App& app) {
  if (!ImGui::BeginPopup("kinds")) return;
  bool changed = false;
  for (std::size_t i = 0; i < call_kinds().size(); ++i) {
    changed |= ImGui::CheckboxFlags(call_kinds()[i].label, &kinds_, 1u << i);
    app.mark(std::string("calls.kind.") + call_kinds()[i].id);
  }
  if (changed) wish();
  ImGui::EndPopup();
}

void CallsPane::apply_filter() {
  try {
    wish_.filter = debugger::views::CallFilter::parse(filter_);
    filter_error_.clear();
    wish();
  } catch (const debugger::ExpressionError& error) {
    filter_error_ = error.what();
  }
}

void CallsPane::wish() {
  wish_.vectors = vectors_of_kinds(kinds_);
  rows_.set(wish_);
  own_scroll_ = 3;
  // Ids are other rows' now; the selected call is looked for again.
  if (const ShownCall* call = cursor_ ? cached(*cursor_) : nullptr; call && call->number) wanted_ = call->number;
  visible_.clear();
  if (cursor_) cursor_.reset(), anchor_.reset();
  present_.reset();
  present_place_.reset();
  followed_.reset();
}

void CallsPane::draw_table(App& app, const Moment&) {
  struct Column {
    const char* name;
    float width;
    ImGuiTableColumnFlags flags;
  };
  constexpr Column kColumns[kCallColumns] = {{"#", 40, ImGuiTableColumnFlags_NoHide},
                                             {"Time", 74, ImGuiTableColumnFlags_DefaultSort},
                                             {"Caller", 72, 0},
                                             {"Drive", 50, 0},
                                             {"Function", 162, 0},
                                             {"LBA", 52, 0},
                                             {"Count", 54, 0},
                                             {"Buffer", 94, 0},
                                             {"Result", 68, 0},
                                             {"By", 48, 0},
                                             {"File", 160, ImGuiTableColumnFlags_WidthStretch}};
  const Theme& theme = app.theme();
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_Resizable | ImGuiTableFlags_Reorderable | ImGuiTableFlags_Hideable | ImGuiTableFlags_Sortable |
                                     ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY | ImGuiTableFlags_BordersInnerV | ImGuiTableFlags_SizingFixedFit;
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {theme.px(4), theme.px(2)});
  const bool open = ImGui::BeginTable("calls", kCallColumns, kFlags);
  ImGui::PopStyleVar();
  if (!open) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  for (const Column& column : kColumns)
    ImGui::TableSetupColumn(column.name, column.flags ? column.flags : ImGuiTableColumnFlags_WidthFixed,
                            column.flags & ImGuiTableColumnFlags_WidthStretch ? 1 : theme.px(column.width));
  ImGui::TableHeadersRow();
  sort_as_asked();
  ImGui::PushFont(theme.mono);
  const float height = ImGui::GetTextLineHeight() + theme.px(5);
  keys(app);
  follow_present(height);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(rows_.shown()), height);
  first_ = rows_.shown(), last_ = 0;
  while (clipper.Step()) {
    if (clipper.DisplayEnd <= clipper.DisplayStart) continue;
    first_ = std::min(first_, static_cast<std::size_t>(clipper.DisplayStart));
    last_ = std::max(last_, static_cast<std::size_t>(clipper.DisplayEnd));
    for (int place = clipper.DisplayStart; place < clipper.DisplayEnd; ++place) draw_row(app, static_cast<std::size_t>(place), height);
  }
  if (first_ > last_) first_ = last_;
  ImGui::PopFont();
  if (rows_.shown() == 0 && complete_) {
    ImGui::TableNextRow();
    ImGui::TableSetColumnIndex(static_cast<int>(CallColumn::kFunction));
    ImGui::TextColored(theme.palette().faint, "%s", rows_.seen() ? "no call fits the filter" : "no call yet");
  }
  ImGui::EndTable();
  if (chosen_filter_.empty()) return;
  std::snprintf(filter_, sizeof filter_, "%s", chosen_filter_.c_str());
  chosen_filter_.clear();
  apply_filter();
}

void CallsPane::sort_as_asked() {
  ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs();
  if (!specs || !specs->SpecsDirty || specs->SpecsCount == 0) return;
  specs->SpecsDirty = false;
  const auto column = static_cast<CallColumn>(specs->Specs[0].ColumnIndex);
  const bool descending = specs->Specs[0].SortDirection == ImGuiSortDirection_Descending;
  if (column == wish_.column && descending == wish_.descending) return;
  wish_.column = column;
  wish_.descending = descending;
  wish();
}

void CallsPane::follow_present(float row_height) {
  const float scroll = ImGui::GetScrollY(), most = ImGui::GetScrollMaxY();
  if (own_scroll_ > 0) {
    --own_scroll_;
  } else if (scroll < last_scroll_ - 1) {
    follow_ = false;
  } else if (scroll > last_scroll_ + 1 && scroll >= most - 1) {
    follow_ = true;
  }
  last_scroll_ = scroll;
  const bool moved = follow_ && present_place_ != followed_;
  std::optional<std::size_t> target = reveal_;
  if (!target && moved) target = present_place_;
  reveal_.reset();
  if (moved) followed_ = present_place_;
  if (!target) return;
  const float view = ImGui::GetWindowHeight() - 2 * row_height;
  const float top = static_cast<float>(*target) * row_height;
  if (top >= scroll && top + row_height <= scroll + view) return;
  // The latest stays at the bottom; what lies ahead of it is worth a few rows.
  const float below = static_cast<float>(std::min<std::size_t>(rows_.shown() - 1 - *target, 3)) * row_height;
  ImGui::SetScrollY(std::max(0.0F, top + row_height + below - view));
  own_scroll_ = 2;
}

void CallsPane::draw_row(App& app, std::size_t place, float height) {
  const Id id = rows_.at(place);
  const ShownCall* call = cached(id);
  ImGui::TableNextRow(0, height);
  ImGui::TableSetColumnIndex(0);
  if (!call) {
    ImGui::TextColored(app.theme().palette().faint, "...");
    return;
  }
  const auto [from, to] = selection();
  ImGui::PushID(static_cast<int>(id));
  const bool selected = cursor_ && place >= from && place <= to;
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::Selectable("##row", selected, ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap, {0, height - app.theme().px(4)});
  app.mark(call->number ? fmt::format("calls.row.{}", call->number) : fmt::format("calls.other.{}", id));
  row_input(app, *call);
  if (present_ == id) {
    const float size = app.theme().px(5), y = corner.y + height / 2 - app.theme().px(2), x = corner.x;
    ImGui::GetWindowDrawList()->AddTriangleFilled({x, y - size}, {x + size, y}, {x, y + size}, packed(app.theme().palette().accent));
  }
  ImGui::SameLine(0, 0);
  draw_call_cells(app.theme(), *call);
  ImGui::PopID();
}

// --- Doing

void CallsPane::row_input(App& app, const ShownCall& call) {
  if (ImGui::IsItemHovered() && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    select(app, call.id, ImGui::GetIO().KeyShift, hovered_column());
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) go_to_call(app, call);
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
    const auto [from, to] = selection();
    const auto place = rows_.place_of(call.id);
    if (!cursor_ || !place || *place < from || *place > to) cursor_ = anchor_ = call.id;
  }
  ImGui::PushFont(app.theme().sans);
  if (ImGui::BeginPopupContextItem("menu")) {
    const auto [from, to] = selection();
    const MenuAnswer answer = call_menu(app, call, to - from + 1);
    if (answer.copy != CallCopy::kNone) copy_.begin(answer.copy, from, to);
    if (!answer.filter.empty()) chosen_filter_ = answer.filter;
    ImGui::EndPopup();
  } else if (ImGui::IsItemHovered() && ImGui::GetCurrentContext() && ImGui::GetMousePos().x < ImGui::GetItemRectMin().x + app.theme().px(124)) {
    call_tool_tip(app, call);  // over number and time: elsewhere it would hide the rows below
  }
  ImGui::PopFont();
}

void CallsPane::select(App& app, Id id, bool extend, CallColumn column) {
  cursor_ = id;
  if (!extend || !anchor_) anchor_ = id;
  const ShownCall* call = cached(id);
  app.select_call(call && call->number ? std::optional(call->number) : std::nullopt);
  look_around_ = extend ? std::nullopt : std::optional(column);
}

void CallsPane::keys(App& app) {
  if (!ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows) || ImGui::GetIO().WantTextInput || rows_.shown() == 0) return;
  const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); };
  const ImGuiIO& io = ImGui::GetIO();
  const auto selected = cursor_ ? rows_.place_of(*cursor_) : std::nullopt;
  const std::size_t place = selected.value_or(0);
  const std::size_t end = rows_.shown() - 1, page = std::max<std::size_t>(last_ - first_, 2) - 1;
  std::optional<std::size_t> to;
  if (pressed(ImGuiKey_DownArrow)) to = selected ? std::min(end, place + 1) : end;
  if (pressed(ImGuiKey_UpArrow)) to = selected ? place - std::min<std::size_t>(place, 1) : end;
  if (pressed(ImGuiKey_PageDown)) to = std::min(end, place + page);
  if (pressed(ImGuiKey_PageUp)) to = place - std::min(place, page);
  if (pressed(ImGuiKey_Home)) to = 0;
  if (pressed(ImGuiKey_End)) to = end;
  if (to) {
    select(app, rows_.at(*to), io.KeyShift);
    reveal(*to);
  }
  const ShownCall* call = cursor_ ? cached(*cursor_) : nullptr;
  if (call && pressed(ImGuiKey_Enter)) go_to_call(app, *call);
  if (cursor_ && io.KeyCtrl && pressed(ImGuiKey_C)) {
    const auto [from, last] = selection();
    copy_.begin(io.KeyShift ? CallCopy::kSpec : CallCopy::kText, from, last);
  }
}

std::pair<std::size_t, std::size_t> CallsPane::selection() const {
  const auto a = cursor_ ? rows_.place_of(*cursor_) : std::nullopt;
  const auto b = anchor_ ? rows_.place_of(*anchor_) : std::nullopt;
  if (!a || !b) return {a.value_or(rows_.shown()), a.value_or(rows_.shown())};
  return {std::min(*a, *b), std::max(*a, *b)};
}

bool CallsPane::show(App& app, const Place& place) {
  const auto* at = std::get_if<CallAt>(&place);
  if (!at) return false;
  if (at->number == 0 || at->number > known_) {
    app.notify(fmt::format("there is no disk call {} yet", at->number), true);
    return false;
  }
  const auto id = rows_.id_of_call(at->number);
  if (filter_[0] && id && !rows_.place_of(*id)) {
    filter_[0] = '\0';  // the filter hid it
    apply_filter();
  }
  if (!(kinds_ & 1)) {
    kinds_ |= 1;
    wish();
  }
  wanted_ = at->number;
  follow_ = false;
  app.select_call(at->number);
  return true;
}

void CallsPane::save(nlohmann::json& settings) const {
  settings["filter"] = filter_;
  settings["kinds"] = kinds_;
}

void CallsPane::restore(const nlohmann::json& settings) {
  if (const auto kinds = settings.find("kinds"); kinds != settings.end() && kinds->is_number_unsigned()) kinds_ = kinds->get<unsigned>();
  if (const auto filter = settings.find("filter"); filter != settings.end() && filter->is_string())
    std::snprintf(filter_, sizeof filter_, "%s", filter->get<std::string>().c_str());
  apply_filter();
}

void CallsPane::describe(nlohmann::json& state) const {
  state = {{"filter", filter_}, {"error", filter_error_}, {"shown", rows_.shown()}, {"of", rows_.seen()}, {"complete", complete_}, {"follow", follow_}};
}

}  // namespace

std::unique_ptr<Pane> make_calls_pane() { return std::make_unique<CallsPane>(); }

}  // namespace ui
