// What a text mode shows, as characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace devices {

/// One character cell as it lies in video memory.
struct TextCell {
  std::uint8_t character = 0;  ///< CP437
  std::uint8_t attribute = 0;  ///< bits 0-3 foreground, 4-6 background, 7 blink or bright background
  bool operator==(const TextCell&) const = default;
};

/// The displayed page of a text mode.
struct TextScreen {
  struct Cursor {
    int column = 0;
    int row = 0;
    bool operator==(const Cursor&) const = default;
  };

  int columns = 0;
  int rows = 0;
  std::vector<TextCell> cells;   ///< rows * columns, from the top left
  std::optional<Cursor> cursor;  ///< nothing: switched off, or outside of the page

  const TextCell& at(int column, int row) const {
    return cells[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column)];
  }
  /// Row `row` as UTF-8, without the blanks at its end.
  std::string line(int row) const;
  /// All rows, one string each.
  std::vector<std::string> lines() const;

  bool operator==(const TextScreen&) const = default;
};

}  // namespace devices
