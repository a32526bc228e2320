// What a boot comes to, found by booting the same medium once more without a window.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "bootsim/run.h"
#include "ui/background.h"

namespace ui {

/// A run to its end says more than the PC in the window, which may be anywhere: why it ended, and by the diagnosis'
/// rules why it failed. Nothing is written, whatever the options say.
class Verdict {
 public:
  struct State {
    bool running = false;
    std::shared_ptr<const bootsim::RunResult> result;  ///< null: none yet, or called off
    std::string error;                                 ///< the medium could not be opened again
  };

  Verdict() = default;
  /// Forgets the last one.
  void begin(const bootsim::RunOptions& options);
  void cancel();
  State state() const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const bootsim::RunResult> result_;
  std::string error_;
  Background background_;  // the last: it ends first
};

}  // namespace ui
