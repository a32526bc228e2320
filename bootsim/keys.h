// The language of --type: text and named keys, turned into key presses of a person.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "devices/scan_codes.h"
#include "emu/types.h"

namespace bootsim {

/// How a person types, in virtual time.
inline constexpr emu::Nanoseconds kKeyPace = 60 * emu::kMillisecond;  ///< from key to key
inline constexpr emu::Nanoseconds kKeyDown = 30 * emu::kMillisecond;  ///< how long a key stays down

/// One key that is pressed and released.
struct KeyPress {
  devices::KeyCodes codes;
  emu::Nanoseconds held = kKeyDown;
  /// From this key's press to the next one's.
  emu::Nanoseconds pace() const { return held - kKeyDown + kKeyPace; }
};

/// "linux<Enter>", "<Esc>", "<Ctrl-B>", "<Shift:2s>" (held for two seconds), "<lt>" for "<".
/// Throws emu::Error(kUsage) for a key that the keyboard does not have.
std::vector<KeyPress> parse_keys(std::string_view text);

}  // namespace bootsim
