// The window on the desktop: SDL2 and OpenGL 3 around an App.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/options.h"

namespace ui {

struct WindowOptions {
  std::optional<bootsim::RunOptions> boot;  ///< opened at once
  bool stopped = false;                     ///< before the first instruction
  std::vector<std::string> symbols;         ///< files to read names and source lines from
  std::string script;                       ///< drives the window from a file (ui/script.h); empty: a person does
  bool settings = true;                     ///< read and write them
};

/// Opens the window and serves it until it is closed. Throws emu::Error(kUsage) when there is no display.
int run_window(const WindowOptions& options);

}  // namespace ui
