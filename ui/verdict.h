// What a boot comes to, found by booting the same medium once more without a window.
#pragma once

#include <optional>
#include <string>

#include "bootsim/run.h"

namespace ui {

class Verdict {
 public:
  struct State {
    bool running = false;
    std::optional<bootsim::RunResult> result;
    std::string error;
  };
  void begin(const bootsim::RunOptions& options) { static_cast<void>(options); }
  void cancel() {}
  State state() const { return {}; }
};

}  // namespace ui
