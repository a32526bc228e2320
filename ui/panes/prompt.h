// The debugger's prompt inside a pane: all commands of `bootsim debug`, their answers, lines typed before.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ui/panes/prompt_logic.h"

namespace debugger {
class Debugger;
}

struct ImGuiInputTextCallbackData;

namespace ui {

class App;
class Boot;

class Prompt {
 public:
  /// The boot to which commands go from now on.
  void attach(Boot& boot);
  void forget() { boot_ = nullptr; }
  /// Fills what is left of the window.
  void draw(App& app);

  const std::vector<std::string>& history() const { return history_.lines(); }
  void restore(std::vector<std::string> lines) { history_ = PromptHistory(std::move(lines)); }

 private:
  struct Line {
    std::string text;
    bool command = false;
  };
  /// Answers come from the engine's thread, perhaps after the pane is gone.
  struct Answers {
    std::mutex mutex;
    std::vector<std::string> texts;
  };
  void enter(App& app);
  void execute(App& app, const std::string& line);
  void take_answers();
  void add(std::string_view text, bool command);
  void draw_lines(App& app);
  static int on_key(ImGuiInputTextCallbackData* data);

  Boot* boot_ = nullptr;  // only compared and called on the engine's thread
  const debugger::Debugger* debugger_ = nullptr;
  std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
  std::vector<Line> lines_;
  PromptHistory history_;
  std::string typed_, last_motion_;
  App* app_ = nullptr;  // while it is drawn, for completion
  bool follow_ = true, takes_focus_ = false;
  int frame_ = 0;  // when it was drawn last
};

}  // namespace ui
