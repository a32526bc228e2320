// Copies many calls, a bit in each frame, so that the guest never waits long.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "ui/panes/calls_actions.h"

namespace ui {

class CallsCopy {
 public:
  struct Copied {
    std::string text;
    std::string words;  ///< "copied 12 calls"
  };
  /// Copies the rows of these places, the last included.
  void begin(CallCopy how, std::size_t first, std::size_t last);
  /// While the guest stands still.
  void read(const CallRows& rows, const CallSource& source);
  /// The whole, once.
  std::optional<Copied> take();

 private:
  CallCopy how_ = CallCopy::kNone;
  std::size_t next_ = 0, first_ = 0, last_ = 0;
  std::string text_;
  bool done_ = false;
};

}  // namespace ui
