// Which part of virtual time is in view, and where in it a moment lies.
#pragma once

#include <string>
#include <vector>

#include "emu/types.h"

namespace ui {

class TimeScale {
 public:
  struct Tick {
    emu::Nanoseconds time = 0;
    std::string label;  ///< "1.25 s", "40 ms"
  };
  /// The least that is shown: single instructions can be told apart.
  static constexpr double kLeastSpan = 200;

  /// Of the chart, in pixels.
  void set_width(float width) { width_ = width > 1 ? width : 1; }
  float width() const { return width_; }
  /// Shows these times with a little room around.
  void fit(emu::Nanoseconds from, emu::Nanoseconds to);
  /// `factor` times as much time is in view; the moment at `x` stays where it is. Not far beyond `end`.
  void zoom(float x, double factor, emu::Nanoseconds end);
  /// By pixels; positive: to later times.
  void pan(float pixels, emu::Nanoseconds end);

  float x_of(emu::Nanoseconds time) const {
    return static_cast<float>((static_cast<double>(time) - from_) / span_) * width_;
  }
  /// Not before power-on.
  emu::Nanoseconds time_at(float x) const;
  emu::Nanoseconds from() const { return static_cast<emu::Nanoseconds>(from_); }
  emu::Nanoseconds to() const { return static_cast<emu::Nanoseconds>(from_ + span_); }
  double nanoseconds_per_pixel() const { return span_ / static_cast<double>(width_); }
  /// Round times, at least so many pixels apart.
  std::vector<Tick> ticks(float spacing) const;

 private:
  void keep_inside(emu::Nanoseconds end);

  double from_ = 0, span_ = 1e9;  // nanoseconds
  float width_ = 1;
};

}  // namespace ui
