// Every BIOS call as a row.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <imgui.h>
#include <nlohmann/json.hpp>

#include "debugger/views/calls.h"
#include "ui/app.h"
#include "ui/panes/calls_actions.h"
#include "ui/panes/calls_cells.h"
#include "ui/panes/calls_copy.h"
#include "ui/panes/calls_filter.h"
#include "ui/panes/calls_rows.h"
#include "ui/panes/followed_row.h"
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
  void save(nlohmann::json& settings) const override { filter_.save(settings); }
  void restore(const nlohmann::json& settings) override;
  void describe(nlohmann::json& state) const override;

 private:
  using Id = CallRows::Id;
  void read_visible(const CallSource& source, emu::Nanoseconds now);
  void draw_bar(App& app);
  void draw_table(App& app, const Moment& moment);
  void sort_as_asked();
  void draw_row(App& app, std::size_t place, float height);
  void row_input(App& app, const ShownCall& call);
  void keys(App& app);
  void select(App& app, Id id, bool extend, CallColumn column = CallColumn::kFile);
  void wish();
  const ShownCall* cached(Id id) const;
  std::pair<std::size_t, std::size_t> selection() const;

  CallRows rows_;
  std::vector<ShownCall> visible_;
  std::size_t first_ = 0, last_ = 0;  // places that draw() showed
  std::optional<Id> present_;         // the row that happened last
  std::optional<std::size_t> present_place_;
  std::optional<Id> cursor_, anchor_;      // the selection reaches from one to the other
  std::optional<std::uint64_t> wanted_;    // a call to select as soon as it is here
  std::optional<CallColumn> look_around_;  // the cursor's row is to be shown elsewhere, once it has been read
  FollowedRow follow_;                     // the present one
  bool complete_ = true;
  CallsFilter filter_;
  std::string chosen_filter_;  // from a row's menu: takes effect when no row is being drawn
  CallWish wish_;
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
    if (const auto place = rows_.place_of(*cursor_)) follow_.reveal(*place);
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
  const auto target = follow_.target(present_place_);
  if (target && (*target < first || *target >= last)) first = *target > page ? *target - page : 0;
  first = first > kAround ? first - kAround : 0;
  last = std::min(rows_.shown(), std::max(last, first + page) + 2 * kAround + (target ? page : 0));
  visible_.clear();
  for (std::size_t place = first; place < last; ++place)
    visible_.push_back(shown_call(rows_, rows_.at(place), source, now));
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
  follow_.forget();
  known_ = happened_ = 0;
}

const ShownCall* CallsPane::cached(Id id) const {
  const auto found =
      std::find_if(visible_.begin(), visible_.end(), [id](const ShownCall& call) { return call.id == id; });
  return found == visible_.end() ? nullptr : &*found;
}

// --- Showing

void CallsPane::draw(App& app, const Moment& moment) {
  if (moment.phase == Phase::kEmpty || moment.phase == Phase::kFailed) {
    app.empty_state(
        "Disk calls",
        "Every call of the BIOS's disk service will be listed here,\nwith who asked, for what, and what came of it.");
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
  const Palette& palette = app.theme().palette();
  if (filter_.draw(app, app.theme().px(248))) wish();
  ImGui::SameLine();
  const bool was = follow_.on();
  if (was) ImGui::PushStyleColor(ImGuiCol_Button, palette.accent_soft);
  if (ImGui::Button("Follow")) follow_.set(!was);
  if (was) ImGui::PopStyleColor();
  app.mark("calls.follow");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Keeps the latest call in view");
  ImGui::SameLine();
  const std::string count = rows_.shown() == rows_.seen() ? fmt::format("{}", rows_.seen())
                                                          : fmt::format("{} of {}", rows_.shown(), rows_.seen());
  ImGui::AlignTextToFramePadding();
  ImGui::TextColored(palette.faint, "%s%s", count.c_str(), complete_ ? rows_.seen() == 1 ? " call" : " calls" : " ...");
  filter_.draw_error(app);
}

void CallsPane::wish() {
  wish_.filter = filter_.condition();
  wish_.vectors = filter_.vectors();
  rows_.set(wish_);
  follow_.rows_changed();
  // Ids are other rows' now; the selected call is looked for again.
  if (const ShownCall* call = cursor_ ? cached(*cursor_) : nullptr; call && call->number) wanted_ = call->number;
  visible_.clear();
  if (cursor_) cursor_.reset(), anchor_.reset();
  present_.reset();
  present_place_.reset();
}

void CallsPane::draw_table(App& app, const Moment&) {
  const Theme& theme = app.theme();
  if (!begin_call_table(app)) return;
  sort_as_asked();
  ImGui::PushFont(theme.mono);
  const float height = ImGui::GetTextLineHeight() + theme.px(5);
  keys(app);
  follow_.scroll(rows_.shown(), present_place_, height);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(rows_.shown()), height);
  first_ = rows_.shown(), last_ = 0;
  while (clipper.Step()) {
    if (clipper.DisplayEnd <= clipper.DisplayStart) continue;
    first_ = std::min(first_, static_cast<std::size_t>(clipper.DisplayStart));
    last_ = std::max(last_, static_cast<std::size_t>(clipper.DisplayEnd));
    for (int place = clipper.DisplayStart; place < clipper.DisplayEnd; ++place)
      draw_row(app, static_cast<std::size_t>(place), height);
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
  if (filter_.write(std::exchange(chosen_filter_, {}))) wish();
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
  ImGui::Selectable("##row", selected, ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap,
                    {0, height - app.theme().px(4)});
  app.mark(call->number ? fmt::format("calls.row.{}", call->number) : fmt::format("calls.other.{}", id));
  row_input(app, *call);
  if (present_ == id) {
    const float size = app.theme().px(5), y = corner.y + height / 2 - app.theme().px(2), x = corner.x;
    ImGui::GetWindowDrawList()->AddTriangleFilled({x, y - size}, {x + size, y}, {x, y + size},
                                                  packed(app.theme().palette().accent));
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
  } else if (ImGui::IsItemHovered() && ImGui::GetCurrentContext() &&
             ImGui::GetMousePos().x < ImGui::GetItemRectMin().x + app.theme().px(124)) {
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
  if (!ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows) || ImGui::GetIO().WantTextInput || rows_.shown() == 0)
    return;
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
    follow_.reveal(*to);
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
  if (!filter_.empty() && id && !rows_.place_of(*id) && filter_.write({})) wish();  // the filter hid it
  if (filter_.add_disk_calls()) wish();
  wanted_ = at->number;
  follow_.set(false);
  app.select_call(at->number);
  return true;
}

void CallsPane::restore(const nlohmann::json& settings) {
  if (filter_.restore(settings)) wish();
}

void CallsPane::describe(nlohmann::json& state) const {
  state = {{"filter", filter_.text()}, {"error", filter_.error()}, {"shown", rows_.shown()},
           {"of", rows_.seen()},       {"complete", complete_},    {"follow", follow_.on()}};
}

}  // namespace

std::unique_ptr<Pane> make_calls_pane() { return std::make_unique<CallsPane>(); }

}  // namespace ui
