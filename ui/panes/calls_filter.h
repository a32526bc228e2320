// Which calls are listed: a field for a condition, and a menu of kinds.
#pragma once

#include <bitset>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "debugger/views/calls.h"

namespace ui {

class App;

class CallsFilter {
 public:
  // --- These return whether other calls are to be listed from now on.
  /// Leaves `right` free behind field and menu.
  bool draw(App& app, float right);
  bool write(const std::string& text);
  bool add_disk_calls();
  bool restore(const nlohmann::json& settings);

  /// What is wrong with the condition, if anything is.
  void draw_error(App& app) const;
  void save(nlohmann::json& settings) const;

  /// The last one that could be read.
  const debugger::views::CallFilter& condition() const { return condition_; }
  std::bitset<256> vectors() const;
  const char* text() const { return text_; }
  bool empty() const { return text_[0] == '\0'; }
  const std::string& error() const { return error_; }

 private:
  bool apply();
  bool draw_field(App& app, float right);
  bool draw_kinds(App& app);

  char text_[256] = "";
  std::string error_;
  debugger::views::CallFilter condition_;
  unsigned kinds_ = 1;  // of call_kinds(), bit 0 for the first
};

}  // namespace ui
