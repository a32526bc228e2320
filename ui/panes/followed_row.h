// Keeps a row of a table in sight: the latest, until somebody scrolls away, or one that was asked for.
#pragma once

#include <cstddef>
#include <optional>

namespace ui {

class FollowedRow {
 public:
  /// Off by scrolling up, on by scrolling to the end. A table that becomes lower or higher keeps the row in sight.
  bool on() const { return on_; }
  void set(bool on) { on_ = on; }
  /// The row at this place, with the next scroll().
  void reveal(std::size_t place) { revealed_ = place; }
  /// Other rows are shown from now on; what that does to the position is nobody's scrolling.
  void rows_changed();
  void forget();

  /// Where scroll() is going to go.
  std::optional<std::size_t> target(std::optional<std::size_t> latest) const {
    return revealed_ ? revealed_ : on_ ? latest : std::nullopt;
  }
  /// In the table, in each frame. `latest` is the place of the row that is followed.
  void scroll(std::size_t rows, std::optional<std::size_t> latest, float row_height);

 private:
  std::optional<std::size_t> followed_, revealed_;
  bool on_ = true;
  float last_scroll_ = 0, last_view_ = 0;
  int own_scroll_ = 0;  // frames in which scrolling is ours
};

}  // namespace ui
