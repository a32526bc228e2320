// Asks who wrote a byte last: a journey through the past that leaves everything where it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "emu/position.h"

namespace ui {

class App;

class WriteFinder {
 public:
  void ask(App& app, std::uint64_t linear);
  /// The answer as a card, with where to go from it. Nothing, when nothing was asked.
  void draw(App& app);
  void forget() { *this = {}; }

 private:
  struct Answer {
    std::string words;
    std::optional<emu::Position> when;
    std::optional<std::uint64_t> instruction;  // linear address of the code that did it
    std::optional<std::uint64_t> call;         // or the disk call
    std::atomic<bool> done = false;            // the rest is written before
  };
  std::shared_ptr<Answer> answer_;
};

}  // namespace ui
