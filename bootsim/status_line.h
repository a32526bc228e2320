// One line on a terminal that says how far the boot is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emu/types.h"

namespace bootsim {

/// Rewrites one line of stderr. Erases it when destroyed, so that what follows starts on a clean line.
class StatusLine {
 public:
  StatusLine() = default;
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  /// `screen` is the whole text screen; its last line that holds anything is shown.
  void show(emu::Nanoseconds time, std::uint64_t disk_calls, std::uint64_t sectors, std::string_view screen);
  void erase();

 private:
  std::string shown_;
};

/// The last line of a text that holds more than blanks, cut to `characters` characters.
std::string last_line(std::string_view text, std::size_t characters);

}  // namespace bootsim
