// Bytes in rows, as hexadecimal digits and characters, with a cursor and a selection.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include <imgui.h>

#include "ui/panes/memory_view.h"

namespace ui {

class App;
class Theme;

class MemoryGrid {
 public:
  /// Fills what is left of the ImGui window. True: open the context menu for the selection.
  bool draw(App& app, MemoryView& view);
  /// Scrolls there and selects it.
  void show(std::uint64_t linear, std::uint64_t size, std::optional<std::uint16_t> selector = {});
  void scroll_to(std::uint64_t linear) {
    base_ = linear & ~(MemoryView::kEnd - 1);
    top_ = (linear - base_) / static_cast<std::uint64_t>(columns_);
  }

  std::uint64_t first() const { return base_ + top_ * static_cast<std::uint64_t>(columns_); }
  std::uint64_t visible_bytes() const {
    return static_cast<std::uint64_t>(columns_) * static_cast<std::uint64_t>(rows_);
  }
  // The selection: at least the byte under the cursor.
  std::uint64_t begin() const { return std::min(anchor_, cursor_); }
  std::uint64_t size() const { return std::max(anchor_, cursor_) - begin() + 1; }
  /// "0000:7C00", "07C0:0000" when it was asked for so, "00100000".
  std::string address_words(std::uint64_t linear) const;
  /// Where on the screen a byte's digits are, when it is in sight.
  std::optional<ImVec2> place_of(std::uint64_t linear) const;

 private:
  struct Metrics {
    ImVec2 origin;
    float digit = 8, row = 18, hex_x = 0, text_x = 0;
  };
  void measure(const Theme& theme);
  float hex_at(int column) const;
  std::optional<std::uint64_t> byte_at(ImVec2 mouse) const;
  void handle_mouse(App& app, MemoryView& view, bool hovered, bool active);
  void handle_keys();
  void draw_row(App& app, const MemoryView& view, int row) const;
  void draw_cell(App& app, const MemoryView& view, std::uint64_t linear, ImVec2 hex, ImVec2 text) const;
  void tool_tip(App& app, MemoryView& view, std::uint64_t linear) const;
  void keep_cursor_in_sight();

  Metrics m_;
  int columns_ = 16, rows_ = 16;
  std::uint64_t base_ = 0;  // in long mode: which 4 GiB of the address space are scrolled through
  std::uint64_t top_ = 0;   // row of these
  std::uint64_t cursor_ = 0, anchor_ = 0;
  std::optional<std::uint64_t> hovered_;
  std::optional<std::uint16_t> selector_;  // addresses are shown in this segment as far as it reaches
};

/// One colour for each file, by its name.
ImVec4 colour_of_file(const Theme& theme, std::string_view file);

}  // namespace ui
