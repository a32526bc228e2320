#include "ui/actions.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <imgui.h>

#include "ui/app.h"
#include "ui/save.h"

namespace ui {
namespace {

using debugger::Debugger;

bool has_boot(const App& app) { return app.status().phase != Phase::kEmpty && app.status().phase != Phase::kFailed; }
bool can_go(const App& app) { return app.status().phase == Phase::kStopped && !app.status().stop.final(); }
bool can_go_back(const App& app) { return app.status().phase == Phase::kStopped; }
bool is_running(const App& app) {
  return app.status().phase == Phase::kRunning || app.status().phase == Phase::kTravelling;
}
bool always(const App&) { return true; }

std::function<void(App&)> forward(debugger::Stop (*motion)(Debugger&)) {
  return [motion](App& app) { app.engine().move(motion); };
}
std::function<void(App&)> backward(debugger::Stop (*motion)(Debugger&)) {
  return [motion](App& app) { app.engine().move(motion, Phase::kTravelling); };
}

/// The last INT 13h that began before now.
debugger::Stop to_call_before(Debugger& d) {
  const auto calls = d.calls().all();
  const emu::Position now = d.machine().position();
  for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
    if (call->call.position < now) return d.until_call(call->number);
  }
  return d.go_to(d.travel()->first());
}

void run_or_pause(App& app) {
  if (is_running(app)) return app.engine().halt();
  app.run();
}

/// HID usages of the keys that actions have (ui/guest_keys.h says where from).
int usage_of(std::string_view key) {
  if (key.size() == 1 && key[0] >= 'A' && key[0] <= 'Z') return 0x04 + key[0] - 'A';
  int number = 0;
  if (key.size() >= 2 && key[0] == 'F' &&
      std::from_chars(key.data() + 1, key.data() + key.size(), number).ec == std::errc())
    return 0x3A + number - 1;
  return -1;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::vector<Action> make_actions() {
  return {
      {"open", "Open…", "Ctrl+O", "Boot a medium: an ISO, a disk or floppy image, or a compressed one", true, always,
       [](App& app) { app.open_dialog(); }},
      {"reset", "Reset", "Ctrl+R", "Switch the PC on again with the same medium; breakpoints stay", true, has_boot,
       [](App& app) { app.boot_again(false); }},
      {"run", "Run", "F5", "Let the guest run until a breakpoint, or stop it", true,
       [](const App& app) { return is_running(app) || can_go(app); }, run_or_pause},
      {"next-call", "Next disk call", "F8", "Run to the next INT 13h", true, can_go,
       forward([](Debugger& d) { return d.until_disk_call(); })},
      {"over", "Over", "F10", "Execute one instruction; INT, CALL, REP and LOOP as a whole", true, can_go,
       forward([](Debugger& d) { return d.next(); })},
      {"into", "Into", "F11", "Execute one instruction, into INT and CALL", true, can_go,
       forward([](Debugger& d) { return d.step(); })},
      {"out", "Out", "Ctrl+F11", "Run until the present routine or interrupt handler returns", true, can_go,
       forward([](Debugger& d) { return d.finish(); })},
      {"next-screen", "Next output", "F7", "Run until the text screen changes", false, can_go,
       forward([](Debugger& d) { return d.until_screen(); })},
      {"back-run", "Back to breakpoint", "Shift+F5", "Go back to the last stop of a breakpoint", false, can_go_back,
       backward([](Debugger& d) { return d.reverse_go(); })},
      {"back-call", "Back a call", "Shift+F8", "Go back to the disk call before", true, can_go_back,
       backward(to_call_before)},
      {"back-over", "Back over", "Shift+F10", "Go back one instruction; INT and CALL as a whole", false, can_go_back,
       backward([](Debugger& d) { return d.reverse_next(); })},
      {"back-into", "Back", "Shift+F11", "Go back one instruction", true, can_go_back,
       backward([](Debugger& d) { return d.reverse_step(); })},
      {"to-end", "To the furthest", "", "Go to the furthest moment that was reached", false, can_go_back,
       backward([](Debugger& d) { return d.go_to(d.travel()->last()); })},
      {"breakpoint", "Breakpoint here", "F9", "Set a breakpoint at CS:IP, or take it away", false, can_go_back,
       [](App& app) { app.toggle_breakpoint_here(); }},
      {"go-to", "Go to…", "Ctrl+G", "Show an address, or travel to a disk call or a time", false, has_boot,
       [](App& app) { app.ask_where_to_go(); }},
      {"diagnose", "Why does it not boot?", "", "Boot the medium once more and look for the cause", false, has_boot,
       [](App& app) { app.diagnose(); }},
      {"save-trace", "Save a trace…", "", "The disk calls up to now, as text, JSON Lines or for Perfetto", false,
       has_boot, [](App& app) { ask_to_save(app, SaveKind::kTrace); }},
      {"save-screenshot", "Save a screenshot…", "", "What the guest shows, as PNG", false, has_boot,
       [](App& app) { ask_to_save(app, SaveKind::kScreenshot); }},
      {"save-spec", "Make this a test…", "", "A spec for `bootsim test` of what has just happened", false, has_boot,
       [](App& app) { ask_to_save(app, SaveKind::kSpec); }},
      {"bookmarks", "Bookmarks…", "Ctrl+B", "Moments of this boot to come back to", false, has_boot,
       [](App& app) { ask_to_save(app, SaveKind::kBookmark); }},
      {"theme", "Light or dark", "", "Change between light and dark colours", false, always,
       [](App& app) { app.change_theme(); }},
      {"layout", "Panes where they were", "", "Put every pane back to its first place", false, always,
       [](App& app) { app.reset_layout(); }},
      {"quit", "Quit", "Ctrl+Q", "Close the window; media are left as they are", false, always,
       [](App& app) { app.quit(); }},
  };
}

bool keys_pressed(const Action& action) {
  std::string_view keys = action.keys;
  if (keys.empty()) return false;
  const ImGuiIO& io = ImGui::GetIO();
  const bool ctrl = take_prefix(keys, "Ctrl+"), shift = take_prefix(keys, "Shift+");
  const int usage = usage_of(keys);
  return usage >= 0 && ImGui::IsKeyPressed(usage, false) && io.KeyCtrl == ctrl && io.KeyShift == shift && !io.KeyAlt;
}

}  // namespace ui
