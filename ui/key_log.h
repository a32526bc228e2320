// What a person has typed, so that it can be typed again without one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bootsim/options.h"
#include "emu/types.h"

namespace ui {

class KeyLog {
 public:
  /// Make or break codes of scan code set 1, and what the screen shows. What was typed later than `now`, in a future
  /// that is no more, is forgotten.
  void press(emu::Nanoseconds now, std::span<const std::uint8_t> codes, const std::vector<std::string>& screen);
  bool empty() const { return events_.empty(); }

  /// As --type-at writes it: keys typed into the same prompt are one step, which waits for that prompt. Keys that
  /// --type has no word for are left out.
  std::vector<bootsim::TypeStep> steps() const;

 private:
  struct Event {
    emu::Nanoseconds time = 0;
    std::vector<std::uint8_t> codes;
    std::string line;  // the screen's last line with a word
  };
  std::vector<Event> events_;
};

}  // namespace ui
