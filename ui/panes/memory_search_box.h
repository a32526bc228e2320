// Looks for bytes or text in memory, on the engine's thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "debugger/views/memory_search.h"

namespace ui {

class App;

class MemorySearchBox {
 public:
  /// As ImGui items `width` wide. Searches begin at `from`. Returns what was found.
  struct Found {
    std::uint64_t linear = 0, size = 0;
  };
  std::optional<Found> draw(App& app, std::uint64_t from, float width);

 private:
  void search(App& app, std::uint64_t from, bool backwards);
  std::optional<Found> take(App& app);

  struct Result {
    std::optional<std::uint64_t> linear;
    std::atomic<bool> done = false;  // linear is written before
  };
  std::string text_;
  std::size_t size_ = 0;            // bytes of what is looked for
  std::shared_ptr<Result> result_;  // null: no search is under way
  bool focus_ = false;
};

}  // namespace ui
