// Choosing a medium, and how to boot it.
#pragma once

#include <map>
#include <string>

#include "ui/boot_choice.h"
#include "ui/file_browser.h"
#include "ui/settings.h"

namespace ui {

class App;

/// Files on the left; on the right what will be attached how, memory, quirks and any other option of `bootsim run`.
class OpenDialog {
 public:
  /// Opens in the next frame, where the last medium was.
  void open(const Settings& settings);
  /// In each frame. True while it is open.
  bool draw(App& app);

 private:
  void draw_media(App& app);
  bool draw_medium(App& app, std::size_t index);  // true: it is to go
  void draw_machine(App& app);
  void draw_quirks(App& app);
  void draw_options(App& app);
  void draw_foot(App& app);
  void take_selected();
  void add_selected();
  void boot(App& app);
  const Outlook& outlook(const std::string& path);

  bool opening_ = false, stopped_ = false;
  FileBrowser browser_;
  BootChoice choice_;
  std::map<std::string, Outlook> outlooks_;  // by path, as long as the dialog is open
  std::string error_;
};

}  // namespace ui
