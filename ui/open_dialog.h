// Choosing a medium, and how to boot it.
#pragma once

#include <string>

#include "ui/settings.h"

namespace ui {

class App;

class OpenDialog {
 public:
  void open(const Settings& settings);
  /// In each frame. True while it is open.
  bool draw(App& app);

 private:
  bool opening_ = false;
  std::string path_;
};

}  // namespace ui
