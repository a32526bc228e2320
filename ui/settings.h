// What the window remembers from one time to the next.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace ui {

/// Kept in $XDG_CONFIG_HOME/bootsim/window.json (~/.config when that is not set).
struct Settings {
  int width = 1280, height = 800;
  bool maximized = false;
  bool dark = true;
  float scale = 0;                  ///< of the fonts; 0: as the display asks
  int speed = 4;                    ///< a Speed
  std::vector<std::string> recent;  ///< media, the last first
  nlohmann::json layout = nlohmann::json::object();
  nlohmann::json panes = nlohmann::json::object();  ///< by pane id

  void remember_medium(const std::string& path);
};

/// Where they are kept; empty when there is no home directory.
std::string settings_path();
/// What the file says, as far as it makes sense; a missing or broken file gives the defaults. Never throws.
Settings load_settings(const std::string& path);
/// Replaces the file atomically. False: could not.
bool save_settings(const Settings& settings, const std::string& path);

}  // namespace ui
