// A button of the code pane: which symbols and source lines are known, and how to get more.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "debugger/symbols.h"

namespace ui {

class App;

class SymbolsBox {
 public:
  /// What there is, while the guest stands still.
  void read(const debugger::Symbols& symbols);
  void draw(App& app);

  /// "no symbols", "314 symbols and source lines".
  const std::string& words() const { return words_; }
  /// What the prompt said last.
  std::string answer() const;
  bool shows_source() const { return shows_source_; }
  void save(nlohmann::json& settings) const;
  void restore(const nlohmann::json& settings);

 private:
  void draw_popup(App& app);
  void load(App& app, const std::string& what);

  /// The prompt's, from the engine's thread.
  struct Answer {
    std::mutex mutex;
    std::string text;
  };
  std::shared_ptr<Answer> answer_ = std::make_shared<Answer>();
  std::string words_, file_;
  bool known_ = false, has_lines_ = false, shows_source_ = true;
};

}  // namespace ui
