// What the display showed during a boot: the pictures that a person would remember.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bootsim/pc.h"
#include "devices/image.h"
#include "devices/text_screen.h"
#include "emu/types.h"

namespace bootsim::html_report {

/// Text or a picture, and how long it stood.
struct Screen {
  emu::Nanoseconds begin = 0, end = 0;
  std::optional<devices::TextScreen> text;
  bool bright_backgrounds = false;  ///< attribute bit 7 is a brighter background, not blinking
  std::optional<devices::Image> picture;
  std::optional<devices::Resolution> resolution;

  emu::Nanoseconds stood() const { return end - begin; }
};

/// Asked every millisecond of virtual time. Keeps screens that stood still for a moment or were wiped, not every line
/// of a text that scrolls by; a countdown is one screen.
class ScreenRecorder {
 public:
  static constexpr emu::Nanoseconds kStill = 60 * emu::kMillisecond;
  static constexpr std::size_t kMost = 40;  ///< the ones that stood longest

  void look(Pc& pc);
  /// After the run: the last one is what was on the screen then. Nothing is kept of displays without a mode.
  void finish(Pc& pc);

  const std::vector<Screen>& screens() const { return kept_; }
  std::uint64_t left_out() const { return left_out_; }

 private:
  void look_at_picture(Pc& pc);
  void show(Screen screen);
  void keep(Screen screen);

  std::optional<Screen> now_;
  std::uint64_t text_version_ = 0;
  emu::Nanoseconds busy_at_picture_ = 0;  // time not spent idle when the picture was looked at
  std::vector<Screen> kept_;
  std::uint64_t left_out_ = 0;
};

}  // namespace bootsim::html_report
