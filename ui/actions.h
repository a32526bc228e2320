// What can be done from the tool bar, the menu and the keyboard: one table.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ui/engine.h"

namespace ui {

class App;

struct Action {
  const char* id;     ///< for tests: "run"
  const char* label;  ///< "Run"
  const char* keys;   ///< as people read them: "Shift+F10"; empty: none
  const char* help;   ///< the tool tip
  bool on_tool_bar = false;
  std::function<bool(const App&)> enabled;
  std::function<void(App&)> act;
};

/// In the order of the tool bar.
std::vector<Action> make_actions();
/// Its keys went down in this frame.
bool keys_pressed(const Action& action);

}  // namespace ui
