// COND: what --until, --fail-on and --type-at wait for, as data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bootsim/pattern.h"
#include "emu/types.h"

namespace bootsim {

/// One parsed condition.
struct Condition {
  enum class Kind { kScreen, kSerial, kGraphics, kCall, kAddress, kProtectedMode, kKernel, kHalt, kReset };

  Kind kind = Kind::kScreen;
  std::string text;                       ///< as the user wrote it
  std::optional<Pattern> pattern;         ///< kScreen, kSerial
  int width = 0, height = 0;              ///< kGraphics
  std::uint8_t vector = 0;                ///< kCall
  std::optional<std::uint16_t> function;  ///< kCall: AH, or AX when four digits were given
  bool function_is_ax = false;
  emu::FarPtr address;  ///< kAddress
};

/// screen:REGEX serial:REGEX graphics:WxH call:intNN[/AH|/AXXX] addr:SEG:OFF protected-mode kernel halt reset.
/// Throws emu::Error(kUsage).
Condition parse_condition(std::string_view text);

}  // namespace bootsim
