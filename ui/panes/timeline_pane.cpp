// Virtual time, to look at and to travel in.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <imgui.h>
#include <nlohmann/json.hpp>

#include "debugger/trace.h"
#include "ui/app.h"
#include "ui/panes/calls_actions.h"
#include "ui/panes/film_strip.h"
#include "ui/panes/mode_band.h"
#include "ui/panes/panes.h"
#include "ui/panes/scrubber.h"
#include "ui/panes/timeline_lanes.h"
#include "ui/panes/timeline_scale.h"

namespace ui {
namespace {

constexpr std::size_t kBudget = 20'000;
constexpr double kWheel = 1.25;
constexpr float kHeadSize = 6;

std::string exact(emu::Nanoseconds time) { return fmt::format("{}.{:09} s", time / emu::kSecond, time % emu::kSecond); }

class TimelinePane : public Pane {
 public:
  const char* id() const override { return "timeline"; }
  const char* title() const override { return "Time line"; }
  void update(Boot& boot, const Moment& moment) override;
  void draw(App& app, const Moment& moment) override;
  void forget() override;
  void describe(nlohmann::json& state) const override;

 private:
  enum class View { kCalls, kAll, kFree };
  struct Band {
    float top = 0, bottom = 0;
  };
  /// Where everything is drawn in this frame.
  struct Chart {
    ImVec2 min, max;  // without the labels
    float left = 0;   // of the labels
    Band axis, film, modes;
    std::vector<Band> lanes;
    bool hovered = false;
    float mouse = 0;  // from the chart's left edge
  };
  struct Hover {
    std::uint32_t index = 0;
    bool disk = true;
    bool operator==(const Hover&) const = default;
  };

  void arrange_lanes();
  void choose_view(const Moment& moment);
  Chart lay_out(App& app);
  void draw_buttons(App& app, const Chart& chart);
  void draw_axis(App& app, const Chart& chart, const Moment& moment);
  void draw_lanes(App& app, const Chart& chart, const Moment& moment);
  void draw_lane(App& app, const Lane& lane, const Band& band, const Chart& chart, const Moment& moment);
  void draw_future(App& app, const Chart& chart, const Moment& moment);
  void draw_heads(App& app, const Chart& chart, const Moment& moment);
  void label(App& app, const Chart& chart, const Band& band, const std::string& text) const;
  void input(App& app, const Chart& chart, const Moment& moment);
  void tool_tip(App& app, const Chart& chart, const Moment& moment, emu::Nanoseconds picture);
  float x(const Chart& chart, emu::Nanoseconds time) const {
    return std::clamp(chart.min.x + scale_.x_of(time), chart.min.x - 4, chart.max.x + 4);
  }

  TimeScale scale_;
  TimelineLanes lanes_;
  std::vector<std::vector<const Lane*>> in_order_;  // several in one where there is little room
  ModeBand modes_;
  FilmStrip film_;
  Scrubber scrubber_;
  View view_ = View::kCalls;
  std::size_t most_lanes_ = 4;
  std::optional<Hover> hover_;             // what the mouse is over,
  std::optional<ShownCall> hovered_call_;  // and what that is
  std::optional<Hover> read_;
};

void TimelinePane::update(Boot& boot, const Moment& moment) {
  const auto& log = boot.debugger().calls();
  const CallSource source{log.known(), log.count(), boot.recorder().calls()};
  lanes_.take(source, kBudget);
  arrange_lanes();
  modes_.read(boot.recorder().modes());
  film_.read(boot.recorder().pictures());
  read_ = hover_;
  hovered_call_.reset();
  if (!hover_ || hover_->index >= (hover_->disk ? source.disk.size() : source.others.size())) return;
  ShownCall shown;
  if (hover_->disk) {
    const debugger::LoggedCall& logged = source.disk[hover_->index];
    shown.number = logged.number;
    shown.call = logged.call;
    shown.described = logged.described;
    shown.file = logged.file;
  } else {
    const OtherCall& other = source.others[hover_->index];
    shown.disk = false;
    shown.repeats = other.repeats;
    shown.call = other.call;
    shown.described = other.described;
  }
  shown.row = debugger::views::call_row(shown.ref());
  shown.ahead = shown.call.begin > moment.now;
  hovered_call_ = std::move(shown);
}

/// Drives have lanes of their own; other calls share one when the pane is low.
void TimelinePane::arrange_lanes() {
  std::vector<const Lane*> lanes;
  for (const Lane& lane : lanes_.lanes()) lanes.push_back(&lane);
  std::sort(lanes.begin(), lanes.end(), [](const Lane* a, const Lane* b) { return a->order < b->order; });
  in_order_.clear();
  bool shared = false;
  for (const Lane* lane : lanes) {
    if (shared && !lane->is_drive() && lanes.size() > most_lanes_) {
      in_order_.back().push_back(lane);
    } else {
      in_order_.push_back({lane});
    }
    shared = !lane->is_drive();
  }
}

void TimelinePane::forget() {
  lanes_.forget();
  in_order_.clear();
  modes_.forget();
  film_.forget();
  hover_.reset();
  hovered_call_.reset();
  scrubber_.end();
  view_ = View::kCalls;
}

void TimelinePane::choose_view(const Moment& moment) {
  if (scrubber_.active()) return;
  if (view_ == View::kAll) scale_.fit(0, std::max<emu::Nanoseconds>(moment.furthest, emu::kMillisecond));
  if (view_ != View::kCalls) return;
  const auto activity = lanes_.last_activity();
  if (!activity) return scale_.fit(0, std::max<emu::Nanoseconds>(moment.furthest, 100 * emu::kMillisecond));
  auto [from, to] = *activity;
  // A moment just behind the calls is in the picture, too; the end of a long wait is not.
  if (moment.furthest - to < (to - from) / 2) to = std::max(to, moment.furthest);
  scale_.fit(from, std::max(to, from + emu::kMillisecond));
}

// --- The picture

TimelinePane::Chart TimelinePane::lay_out(App& app) {
  const Theme& theme = app.theme();
  Chart chart;
  chart.left = ImGui::GetCursorScreenPos().x;
  chart.min = {chart.left + theme.px(96), ImGui::GetCursorScreenPos().y};
  const ImVec2 room = ImGui::GetContentRegionAvail();
  chart.max = {std::max(chart.left + room.x, chart.min.x + 10), chart.min.y + std::max(room.y, theme.px(40))};
  float y = chart.min.y;
  const auto band = [&y](float height, float gap) {
    const Band result{y, y + height};
    y += height + gap;
    return result;
  };
  chart.axis = band(theme.px(18), theme.px(2));
  const float modes = theme.px(12), film = theme.px(34), least = theme.px(13);
  const float rest = chart.max.y - y - modes;
  most_lanes_ = static_cast<std::size_t>(std::max(1.0F, (rest - film) / least));
  const float count = static_cast<float>(std::max<std::size_t>(in_order_.size(), 1));
  const float lane = std::clamp((rest - film) / count, least, theme.px(22));
  const float left = std::min(rest - count * lane, theme.px(110));
  if (left >= theme.px(20)) chart.film = band(left - theme.px(3), theme.px(3));
  chart.modes = band(modes - theme.px(3), theme.px(3));
  for (std::size_t i = 0; i < in_order_.size(); ++i) chart.lanes.push_back(band(lane - 1, 1));
  return chart;
}

void TimelinePane::label(App& app, const Chart& chart, const Band& band, const std::string& text) const {
  const float size = app.theme().px(12);
  ImGui::GetWindowDrawList()->AddText(app.theme().sans, size,
                                      {chart.left + app.theme().px(4), (band.top + band.bottom - size) / 2},
                                      packed(app.theme().palette().faint), text.c_str());
}

void TimelinePane::draw_buttons(App& app, const Chart& chart) {
  const auto button = [&](const char* name, const char* mark, View view, const char* help) {
    const bool on = view_ == view;
    if (on) ImGui::PushStyleColor(ImGuiCol_Button, app.theme().palette().accent_soft);
    if (ImGui::SmallButton(name)) view_ = view;
    if (on) ImGui::PopStyleColor();
    app.mark(mark);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", help);
  };
  ImGui::SetCursorScreenPos({chart.left + app.theme().px(2), chart.axis.top});
  button("Calls", "timeline.calls", View::kCalls, "Shows the latest disk calls, and follows them");
  ImGui::SameLine(0, app.theme().px(4));
  button("All", "timeline.all", View::kAll, "Shows all of the time since power-on");
}

void TimelinePane::draw_axis(App& app, const Chart& chart, const Moment& moment) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Palette& palette = app.theme().palette();
  list.AddRectFilled({chart.min.x, chart.axis.top}, {chart.max.x, chart.axis.bottom}, packed(palette.stripe));
  for (const TimeScale::Tick& tick : scale_.ticks(app.theme().px(96))) {
    const float at = chart.min.x + scale_.x_of(tick.time);
    list.AddLine({at, chart.axis.bottom - app.theme().px(5)}, {at, chart.max.y}, packed(palette.line));
    const float size = app.theme().px(12), gap = app.theme().px(4),
                width = app.theme().sans->CalcTextSizeA(size, FLT_MAX, 0, tick.label.c_str()).x;
    const float head = x(chart, moment.now), head_size = app.theme().px(kHeadSize);
    float left = at + gap;
    if (left < head + head_size + gap && left + width > head - head_size)
      left = head + head_size + gap;  // beside the play head
    if (left + width > chart.max.x) left = at - gap - width;
    list.AddText(app.theme().sans, size, {left, chart.axis.top + app.theme().px(3)}, packed(palette.faint),
                 tick.label.c_str());
  }
}

void TimelinePane::draw_lanes(App& app, const Chart& chart, const Moment& moment) {
  const Palette& palette = app.theme().palette();
  label(app, chart, chart.modes, "CPU mode");
  modes_.draw(app.theme(), scale_, {chart.min.x, chart.modes.top}, {chart.max.x, chart.modes.bottom}, moment.furthest);
  hover_.reset();
  for (std::size_t i = 0; i < in_order_.size(); ++i) {
    if (i % 2 == 0)
      ImGui::GetWindowDrawList()->AddRectFilled({chart.left, chart.lanes[i].top},
                                                {chart.max.x, chart.lanes[i].bottom + 1}, packed(palette.stripe));
    label(app, chart, chart.lanes[i], in_order_[i].size() > 1 ? "Other calls" : in_order_[i].front()->name);
    for (const Lane* lane : in_order_[i]) draw_lane(app, *lane, chart.lanes[i], chart, moment);
  }
}

void TimelinePane::draw_lane(App& app, const Lane& lane, const Band& band, const Chart& chart, const Moment& moment) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Palette& palette = app.theme().palette();
  const float mouse_y = ImGui::GetMousePos().y, top = band.top + 1, bottom = band.bottom - 1;
  const bool over = chart.hovered && mouse_y >= band.top && mouse_y < band.bottom + 1;
  float nearest = app.theme().px(5);
  visit_bars(lane, scale_.from(), scale_.to(), scale_.nanoseconds_per_pixel(), [&](const CallBar& bar) {
    const float left = x(chart, bar.begin),
                right = std::max(left + app.theme().px(1.5F), x(chart, bar.end < 0 ? moment.now : bar.end));
    ImVec4 colour = bar.disk ? bar.file ? app.theme().colour_of(*bar.file) : palette.accent : palette.faint;
    if (bar.failed) colour = palette.bad;
    list.AddRectFilled({left, bar.hooked ? (top + bottom) / 2 : top}, {right, bottom}, packed(colour));
    const float mouse = chart.min.x + chart.mouse, away = mouse < left    ? left - mouse
                                                          : mouse > right ? mouse - right
                                                                          : 0;
    if (!over || away > nearest) return;
    nearest = away;
    hover_ = Hover{bar.index, bar.disk};
  });
  const auto selected = app.selected_call();
  const CallBar* bar = selected ? lanes_.disk_call(*selected) : nullptr;
  if (!bar || &lane.bars.front() > bar || &lane.bars.back() < bar) return;
  const float left = x(chart, bar->begin),
              right = std::max(left + app.theme().px(2), x(chart, bar->end < 0 ? moment.now : bar->end));
  list.AddRect({left - 2, band.top - 1}, {right + 2, band.bottom + 1}, packed(palette.text));
}

void TimelinePane::draw_future(App& app, const Chart& chart, const Moment& moment) {
  const float from = x(chart, moment.now), to = x(chart, moment.furthest);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Palette& palette = app.theme().palette();
  const float end = std::clamp(to, chart.min.x, chart.max.x);
  if (end < chart.max.x) list.AddRectFilled({end, chart.axis.top}, chart.max, packed(palette.background, 0.6F));
  if (to - from < 2) return;
  list.PushClipRect({std::max(from, chart.min.x), chart.axis.bottom}, {end, chart.max.y}, true);
  list.AddRectFilled({from, chart.axis.bottom}, {end, chart.max.y}, packed(palette.panel, 0.55F));
  const float height = chart.max.y - chart.axis.bottom, step = app.theme().px(9);
  for (float at = std::floor((std::max(from, chart.min.x) - height) / step) * step; at < end; at += step)
    list.AddLine({at, chart.max.y}, {at + height, chart.axis.bottom}, packed(palette.ahead, 0.25F));
  list.PopClipRect();
}

void TimelinePane::draw_heads(App& app, const Chart& chart, const Moment& moment) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Palette& palette = app.theme().palette();
  const auto head = [&](emu::Nanoseconds time, float alpha) {
    const float raw = scale_.x_of(time), at = chart.min.x + std::clamp(raw, 0.0F, scale_.width()),
                size = app.theme().px(kHeadSize);
    const ImU32 colour = packed(palette.accent, alpha);
    if (raw < 0 || raw > scale_.width()) {  // out of view: an arrow to where it is
      const float to = raw < 0 ? -size : size, y = (chart.axis.top + chart.axis.bottom) / 2;
      list.AddTriangleFilled({at - to, y - size}, {at, y}, {at - to, y + size}, colour);
      return;
    }
    list.AddLine({at, chart.axis.top}, {at, chart.max.y}, colour, app.theme().px(2));
    list.AddTriangleFilled({at - size, chart.axis.top}, {at + size, chart.axis.top}, {at, chart.axis.top + size * 1.4F},
                           colour);
  };
  head(moment.now, scrubber_.active() ? 0.5F : 1);
  if (scrubber_.active()) head(scrubber_.time(), 1);
  app.marks().area("timeline.head",
                   {{x(chart, moment.now) - 3, chart.axis.top}, {x(chart, moment.now) + 3, chart.axis.bottom}});
}

// --- The mouse

void TimelinePane::input(App& app, const Chart& chart, const Moment& moment) {
  const ImGuiIO& io = ImGui::GetIO();
  const bool over_lanes = io.MousePos.y >= chart.modes.bottom;
  if (chart.hovered && io.MouseWheel != 0) {
    view_ = View::kFree;
    if (io.KeyShift) {
      scale_.pan(-io.MouseWheel * app.theme().px(80), moment.furthest);
    } else {
      scale_.zoom(chart.mouse, io.MouseWheel > 0 ? 1 / kWheel : kWheel, moment.furthest);
    }
  }
  const bool pressed = ImGui::IsItemActive();
  if (pressed && (ImGui::IsMouseDragging(ImGuiMouseButton_Middle, 1) ||
                  (io.KeyShift && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 1)))) {
    view_ = View::kFree;
    scale_.pan(-io.MouseDelta.x, moment.furthest);
    return;
  }
  if (chart.hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left) && over_lanes && hovered_call_ && read_ == hover_) {
    go_to_call(app, *hovered_call_);  // a call was clicked
    if (hovered_call_->number) app.show(CallAt{hovered_call_->number});
    return;
  }
  const bool begins = chart.hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !io.KeyShift;
  const emu::Nanoseconds time = std::min(scale_.time_at(chart.mouse), moment.furthest);
  if (begins) scrubber_.begin(time);
  if (scrubber_.active() && !begins) scrubber_.drag(time);
  scrubber_.step(app, ImGui::IsMouseDown(ImGuiMouseButton_Left));
}

void TimelinePane::tool_tip(App& app, const Chart& chart, const Moment& moment, emu::Nanoseconds picture) {
  if (scrubber_.active()) return ImGui::SetTooltip("%s", exact(scrubber_.time()).c_str());
  if (!chart.hovered) return;
  if (hover_ && hovered_call_ && read_ == hover_) return call_tool_tip(app, *hovered_call_);
  const emu::Nanoseconds time = scale_.time_at(chart.mouse);
  const float y = ImGui::GetMousePos().y;
  if (time > moment.furthest || y > chart.max.y) return;
  ImGui::BeginTooltip();
  ImGui::TextUnformatted(exact(time).c_str());
  if (y >= chart.modes.top && y < chart.modes.bottom) {
    modes_.explain(app.theme(), scale_, chart.mouse);
  } else if (picture >= 0) {
    film_.draw_large(app.textures(), picture, app.theme().px(384));
    ImGui::TextColored(app.theme().palette().faint, "the screen since %s",
                       debugger::format_trace_time(picture).c_str());
  }
  ImGui::EndTooltip();
}

void TimelinePane::draw(App& app, const Moment& moment) {
  if (moment.phase == Phase::kEmpty || moment.phase == Phase::kFailed) {
    app.empty_state("Time line", "Open a medium: what happens when will be shown here, to go back to.");
    return;
  }
  Chart chart = lay_out(app);
  scale_.set_width(chart.max.x - chart.min.x);
  choose_view(moment);
  draw_buttons(app, chart);
  ImGui::SetCursorScreenPos(chart.min);
  ImGui::InvisibleButton("chart", {chart.max.x - chart.min.x, chart.max.y - chart.min.y},
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
  app.mark("timeline.chart");
  chart.hovered = ImGui::IsItemHovered();
  chart.mouse = ImGui::GetMousePos().x - chart.min.x;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  draw_axis(app, chart, moment);
  emu::Nanoseconds picture = -1;
  if (chart.film.bottom > chart.film.top) {
    label(app, chart, {chart.film.top, chart.film.top + app.theme().px(14)}, "Screen");
    picture = film_.draw(app.textures(), scale_, {chart.min.x, chart.film.top}, {chart.max.x, chart.film.bottom},
                         packed(app.theme().palette().line));
    if (!chart.hovered) picture = -1;
  }
  list.PushClipRect({chart.left, chart.axis.top}, chart.max, true);
  draw_lanes(app, chart, moment);
  draw_future(app, chart, moment);
  draw_heads(app, chart, moment);
  list.PopClipRect();
  input(app, chart, moment);
  tool_tip(app, chart, moment, picture);
}

void TimelinePane::describe(nlohmann::json& state) const {
  state = {{"from", scale_.from()}, {"to", scale_.to()}, {"travels", scrubber_.active()}};
}

}  // namespace

std::unique_ptr<Pane> make_timeline_pane() { return std::make_unique<TimelinePane>(); }

}  // namespace ui
