// Draws a medium: all of it as a strip, and a part of it as a grid of cells.
#pragma once

#include <cstdint>
#include <optional>

#include <imgui.h>

#include "debugger/views/disk_map.h"
#include "ui/panes/disk_reads.h"
#include "ui/theme.h"

namespace ui {

class App;

enum class DiskColours { kFile, kOrder };

/// Which part of a medium is in view.
class DiskView {
 public:
  void set(std::uint64_t begin, std::uint64_t end) { begin_ = begin, end_ = end; }
  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }
  /// `factor` times as much is in view, `at` stays where it is. Sectors stay whole, and a few are always in view.
  void zoom(std::uint64_t at, double factor, const debugger::views::MediumMap& map);
  /// Its middle, as far as the medium reaches.
  void centre(std::uint64_t at, const debugger::views::MediumMap& map);
  /// These bytes with a little around them.
  void fit(std::uint64_t begin, std::uint64_t end, const debugger::views::MediumMap& map);

 private:
  void place(double begin, double length, const debugger::views::MediumMap& map);
  std::uint64_t begin_ = 0, end_ = 0;
};

/// What of it stands out.
struct DiskHighlights {
  std::optional<std::uint64_t> selected;            ///< a byte of the selected sector
  const debugger::views::Transfer* call = nullptr;  ///< of the selected call
};

/// The whole medium: what was read, the part in view, partitions and boot images. Dragging moves the view.
void draw_strip(App& app, const debugger::views::MediumMap& map, const DiskPicture& picture, DiskView& view,
                float width);

/// The part in view. Returns the byte whose sector was clicked.
std::optional<std::uint64_t> draw_grid(App& app, const debugger::views::MediumMap& map, DiskPicture& picture,
                                       DiskView& view, DiskColours colours, const DiskHighlights& highlights,
                                       ImVec2 size);

/// "LBA 1203" or "LBA 1203..1210", in the medium's own sectors.
std::string sectors_words(std::uint64_t begin, std::uint64_t end, std::uint32_t sector_size);

}  // namespace ui
