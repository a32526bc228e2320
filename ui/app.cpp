#include "ui/app.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/core.h>

#include "bootsim/units.h"
#include "debugger/call_here.h"
#include "emu/error.h"
#include "ui/open_dialog.h"
#include "ui/panes/panes.h"
#include "ui/save.h"
#include "ui/verdict.h"

namespace ui {
namespace {

constexpr double kMessageSeconds = 4, kErrorSeconds = 10;

}  // namespace

App::App(Theme& theme, Textures& textures, Settings settings)
    : theme_(theme),
      textures_(textures),
      settings_(std::move(settings)),
      actions_(make_actions()),
      dialog_(std::make_unique<OpenDialog>()),
      verdict_(std::make_unique<Verdict>()),
      save_dialog_(std::make_unique<SaveDialog>()) {
  layout_.add(Area::kTopLeft, make_screen_pane());
  layout_.add(Area::kTopLeft, make_disk_map_pane());
  layout_.add(Area::kTopRight, make_code_pane());
  layout_.add(Area::kTopRight, make_memory_pane());
  layout_.add(Area::kRight, make_stack_pane());
  layout_.add(Area::kRight, make_breakpoints_pane());
  layout_.add(Area::kRight, make_devices_pane());
  layout_.add(Area::kBottomLeft, make_calls_pane());
  layout_.add(Area::kBottomLeft, make_log_pane());
  layout_.add(Area::kBottom, make_timeline_pane());
  layout_.restore(settings_.layout);
  for (Pane* pane : layout_.all()) {
    if (const auto saved = settings_.panes.find(pane->id()); saved != settings_.panes.end()) {
      try {
        pane->restore(*saved);
      } catch (const nlohmann::json::exception&) {  // another version's: the pane begins as new
      }
    }
  }
  engine_.set_speed(static_cast<Speed>(settings_.speed));
}

App::~App() = default;

Settings App::take_settings() {
  settings_.layout = nlohmann::json::object();
  layout_.save(settings_.layout);
  for (const Pane* pane : layout_.all()) {
    nlohmann::json saved = nlohmann::json::object();
    pane->save(saved);
    settings_.panes[pane->id()] = std::move(saved);
  }
  settings_.dark = theme_.dark();
  settings_.speed = static_cast<int>(engine_.speed());
  return settings_;
}

nlohmann::json App::describe() const {
  nlohmann::json front = nlohmann::json::array(), panes = nlohmann::json::object(), messages = nlohmann::json::array();
  for (const Pane* pane : layout_.visible()) {
    front.push_back(pane->id());
    pane->describe(panes[pane->id()]);
  }
  for (const Message& message : messages_) messages.push_back(message.text);
  return {{"words", status_.words},
          {"panes", std::move(panes)},
          {"boots", status_.boots},
          {"stops", status_.stops},
          {"front", std::move(front)},
          {"messages", std::move(messages)},
          {"selected_call", selected_call_ ? nlohmann::json(*selected_call_) : nlohmann::json()},
          {"guest_has_keyboard", guest_has_keyboard_},
          {"dark", theme_.dark()}};
}

// --- Opening

void App::open_medium(const std::string& path) {
  bootsim::RunOptions options;
  options.memory = present_ ? present_->memory : options.memory;
  bootsim::add_image(options, path);
  open(std::move(options), true);
}

void App::open(bootsim::RunOptions options, bool run) {
  for (const bootsim::MediumOption& medium : options.media) {
    std::error_code error;
    const auto whole = std::filesystem::absolute(medium.path, error);
    if (!medium.path.empty() && !error) settings_.remember_medium(whole.string());
  }
  medium_ = options.media.empty() ? "" : std::filesystem::path(options.media.front().path).filename().string();
  present_ = options;
  verdict_->cancel();
  guest_has_keyboard_ = false;
  engine_.open(std::move(options), run);
}

/// Breakpoints are set again where they were, not read again: what they were written with may mean something else at
/// power-on.
void App::boot_again(bool run) {
  if (!present_) return;
  auto kept = std::make_shared<std::vector<debugger::Breakpoint>>();
  auto symbols = std::make_shared<debugger::Symbols>();
  if (const auto look = engine_.look(std::chrono::milliseconds(200))) {
    *symbols = look->boot().debugger().symbols();
    for (const debugger::Breakpoint* b : look->boot().debugger().breakpoints().all()) kept->push_back(*b);
  }
  verdict_->cancel();
  engine_.open(*present_, run, [kept, symbols](Boot& boot) {
    debugger::Debugger& d = boot.debugger();
    d.symbols() = std::move(*symbols);
    for (debugger::Breakpoint& b : *kept) {
      b.hits = 0;
      d.breakpoints().add(std::move(b));
    }
  });
}

void App::open_dialog() { dialog_->open(settings_); }

void App::diagnose() {
  if (!present_) return;
  verdict_->begin(*present_);
  bring_to_front("log");
}

// --- What panes ask for

void App::show(const Place& place) {
  for (Pane* pane : layout_.all()) {
    if (pane->show(*this, place)) bring_to_front(pane->id());
  }
}

void App::travel_to(emu::Position position) {
  engine_.move([position](debugger::Debugger& d) { return d.go_to(position); }, Phase::kTravelling);
}

void App::travel_to_call(std::uint64_t number) {
  selected_call_ = number;
  engine_.move([number](debugger::Debugger& d) { return d.until_call(number); }, Phase::kTravelling);
}

void App::add_breakpoint(const std::string& text) {
  engine_.edit([text](Boot& boot) {
    debugger::Debugger& d = boot.debugger();
    const debugger::NamesHere here(d);
    d.breakpoints().add(debugger::parse_breakpoint(text, d.names(), &here));
  });
}

void App::toggle_breakpoint(std::uint64_t linear) {
  engine_.edit([linear](Boot& boot) {
    debugger::Debugger& d = boot.debugger();
    bool removed = false;
    for (const debugger::Breakpoint* b : d.breakpoints().all()) {
      if (b->kind != debugger::BreakKind::kAddress || b->first != linear) continue;
      d.breakpoints().remove(b->id);
      removed = true;
    }
    if (!removed) d.breakpoints().add(debugger::parse_breakpoint(fmt::format("{:X}h", linear), d.names()));
  });
}

void App::toggle_breakpoint_here() { toggle_breakpoint(linear_ip_); }

void App::notify(std::string text, bool error) {
  messages_.push_back({std::move(text), error, ImGui::GetTime() + (error ? kErrorSeconds : kMessageSeconds)});
}

void App::copy(const std::string& text) {
  ImGui::SetClipboardText(text.c_str());
  notify("Copied");
}

void App::change_theme() { theme_.apply(!theme_.dark()); }

void App::press(const std::vector<std::uint8_t>& codes) {
  if (codes.empty()) return;
  engine_.edit([codes](Boot& boot) { boot.press(codes); });
}

void App::ask_where_to_go() {
  asking_where_ = true;
  where_.clear();
}

/// "call 17", "1.5s", or an expression that is an address.
void App::go_where_asked() {
  const std::string text = where_;
  try {
    if (text.starts_with("call ")) return travel_to_call(std::stoull(text.substr(5), nullptr, 0));
    if (text.ends_with("s") && !text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) != 0))
      return travel_to({bootsim::parse_time(text)});
    const auto look = engine_.look(std::chrono::milliseconds(200));
    if (!look) return notify("There is no PC to look at now", true);
    show(CodeAt{look->boot().debugger().address(text)});
  } catch (const std::exception& error) {
    notify(fmt::format("{}: {}", text, error.what()), true);
  }
}

// --- The frame

void App::look() {
  const Status before = std::exchange(status_, engine_.status());
  if (status_.boots != before.boots) {
    for (Pane* pane : layout_.all()) pane->forget();
    selected_call_.reset();
  }
  for (std::string& text : engine_.take_messages()) notify(std::move(text), true);
  moment_.phase = status_.phase;
  if (status_.phase == Phase::kEmpty || status_.phase == Phase::kFailed || status_.phase == Phase::kOpening) return;
  const auto look = engine_.look();
  if (!look) return;
  Boot& boot = look->boot();
  moment_ = {.phase = status_.phase,
             .boots = status_.boots,
             .stops = status_.stops,
             .now = boot.now(),
             .furthest = boot.furthest()};
  place_ = boot.debugger().place();
  linear_ip_ = boot.debugger().linear_ip();
  mode_ = boot.machine().mode();
  disk_calls_ = boot.debugger().calls().count();
  disk_calls_known_ = boot.debugger().calls().known().size();
  for (Pane* pane : layout_.visible()) pane->update(boot, moment_);
}

void App::handle_keys() {
  if (guest_has_keyboard_) return;
  for (const Action& action : actions_) {
    if (keys_pressed(action) && action.enabled(*this)) action.act(*this);
  }
}

void App::frame() {
  marks_.begin_frame();
  const std::uint64_t stops = status_.stops, boots = status_.boots;
  look();
  if (status_.boots == boots && status_.stops != stops && boot_failed(status_.stop) && present_)
    verdict_->begin(*present_);
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme_.px(6), theme_.px(6)});
  ImGui::Begin("bootsim", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar(3);
  handle_keys();
  draw_tool_bar();
  const ImVec2 begin = ImGui::GetCursorScreenPos();
  const float status_height = ImGui::GetTextLineHeight() + theme_.px(10);
  const ImVec2 room{size.x - 2 * theme_.px(6), size.y - begin.y - status_height - theme_.px(4)};
  switch (status_.phase) {
    case Phase::kEmpty: draw_first_run(); break;
    case Phase::kFailed: draw_failure(); break;
    default: layout_.draw(*this, begin, room);
  }
  ImGui::SetCursorScreenPos({theme_.px(6), size.y - status_height});
  draw_status_bar();
  ImGui::End();
  dialog_->draw(*this);
  draw_save_dialogs(*this);
  draw_go_to();
  draw_messages();
}

}  // namespace ui
