// The window's contents: what panes share, how they are laid out, and what keys and buttons do.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/actions.h"
#include "ui/engine.h"
#include "ui/layout.h"
#include "ui/marks.h"
#include "ui/pane.h"
#include "ui/settings.h"
#include "ui/textures.h"
#include "ui/theme.h"

namespace ui {

class OpenDialog;
class SaveDialog;
class Verdict;

/// Everything between ImGui::NewFrame() and ImGui::Render(). Knows nothing of SDL or OpenGL.
class App {
 public:
  /// All must outlive it.
  App(Theme& theme, Textures& textures, Settings settings);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// One frame, filling the display.
  void frame();
  /// A medium was dropped on the window, or given on the command line: boots it as `bootsim run PATH` would.
  void open_medium(const std::string& path);
  void open(bootsim::RunOptions options, bool run);
  /// The present medium from its power-on again; breakpoints stay.
  void boot_again(bool run);
  /// Keys go to the guest: the window passes them on to press() instead of ImGui.
  bool guest_has_keyboard() const { return guest_has_keyboard_; }
  void give_keyboard_to_guest(bool give) { guest_has_keyboard_ = give; }
  /// A key that went down or up, by its make or break code.
  void press(const std::vector<std::uint8_t>& codes);
  /// The window should close.
  bool done() const { return done_; }
  void quit() { done_ = true; }
  Settings take_settings();
  /// What tests ask of it, besides the PC.
  nlohmann::json describe() const;

  // --- For panes
  Engine& engine() { return engine_; }
  const Theme& theme() const { return theme_; }
  Textures& textures() { return textures_; }
  Settings& settings() { return settings_; }
  Marks& marks() { return marks_; }
  const Moment& moment() const { return moment_; }
  const Status& status() const { return status_; }

  /// Asks the pane that can show it, and brings that to the front.
  void show(const Place& place);
  void bring_to_front(std::string_view pane_id) { layout_.bring_to_front(pane_id); }
  /// The disk call that is selected in all panes.
  std::optional<std::uint64_t> selected_call() const { return selected_call_; }
  void select_call(std::optional<std::uint64_t> number) { selected_call_ = number; }
  // Motions
  void travel_to(emu::Position position);
  void travel_to_call(std::uint64_t number);
  void run() {
    engine_.move([](debugger::Debugger& d) { return d.go(); });
  }
  /// Sets it as the debugger's prompt would: "int13/42 if drive == 80h". Errors become messages.
  void add_breakpoint(const std::string& text);
  /// Takes away those at this address, or sets one.
  void toggle_breakpoint(std::uint64_t linear);
  /// A short message over the window that goes away by itself. Errors stay longer.
  void notify(std::string text, bool error = false);
  /// In the middle of an empty pane: what it will show, and what to do for it. True: the button was pressed.
  bool empty_state(const char* heading, const char* text, const char* button = nullptr);
  void open_dialog();
  void ask_where_to_go();
  void toggle_breakpoint_here();
  void diagnose();
  Verdict& verdict() { return *verdict_; }
  SaveDialog& save_dialog() { return *save_dialog_; }
  void change_theme();
  void reset_layout() { layout_.reset(); }
  void copy(const std::string& text);
  void mark(std::string_view name) { marks_.item(name); }

 private:
  struct Message {
    std::string text;
    bool error = false;
    double until = 0;
  };
  void look();
  void handle_keys();
  void go_where_asked();
  // app_chrome.cpp
  void draw_tool_bar();
  void draw_action(const Action& action);
  void draw_menu();
  void draw_speed();
  void draw_status_bar();
  void draw_messages();
  void draw_first_run();
  void draw_failure();
  void draw_go_to();

  Theme& theme_;
  Textures& textures_;
  Settings settings_;
  Engine engine_;
  Layout layout_;
  Marks marks_;
  Moment moment_;
  Status status_;
  std::vector<Action> actions_;
  std::optional<bootsim::RunOptions> present_;  // the boot that is open
  std::optional<std::uint64_t> selected_call_;
  std::vector<Message> messages_;
  std::unique_ptr<OpenDialog> dialog_;
  std::unique_ptr<Verdict> verdict_;
  std::unique_ptr<SaveDialog> save_dialog_;
  bool guest_has_keyboard_ = false;
  bool done_ = false;
  bool asking_where_ = false;  // the "go to" popup is to open
  std::string where_;          // what was typed there
  // For the status bar, from the last look
  std::string place_;
  std::uint64_t linear_ip_ = 0;
  emu::CpuMode mode_ = emu::CpuMode::kReal;
  std::uint64_t disk_calls_ = 0, disk_calls_known_ = 0;
  std::string medium_;
};

}  // namespace ui
