// The memory map as tables: what the BIOS reports, what the bus decodes, what disk calls have filled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ui/pane.h"
#include "ui/panes/memory_view.h"

namespace ui {

class MemoryTables {
 public:
  void update(Boot& boot, const MemoryView& view);
  void forget() { *this = {}; }
  /// Returns a place that was clicked.
  std::optional<MemoryAt> draw(App& app, const MemoryView& view);

 private:
  struct Filled {
    std::uint64_t first = 0, last = 0, call = 0;
    std::string words;
  };
  std::optional<MemoryAt> draw_e820(App& app, const MemoryView& view);
  std::optional<MemoryAt> draw_regions(App& app, const MemoryView& view);
  std::optional<MemoryAt> draw_filled(App& app, const MemoryView& view);

  std::vector<Filled> filled_;  // rows in sight
  int first_ = 0, last_ = 32;   // which those are
};

}  // namespace ui
