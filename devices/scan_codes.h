// From characters and key names to scan code set 1 of a US keyboard.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace devices {

/// The bytes that a key (with its modifiers) sends when it is pressed and when it is released.
struct KeyCodes {
  std::vector<std::uint8_t> make;
  std::vector<std::uint8_t> release;
};

/// The key for an ASCII character, with Shift where the character needs it. Line feed and carriage return are
/// Enter. Nothing when the keyboard has no such key.
std::optional<KeyCodes> key_codes_for_character(char character);

/// A key by name, in any case: Enter Esc Tab Backspace Space Up Down Left Right Home End PgUp PgDn Ins Del
/// F1-F12 Ctrl Alt Shift, a single character, or a chord of them with hyphens ("Ctrl-Alt-Del", "Shift-F10",
/// "Ctrl-B": modifiers go down first and come up last; a letter in a chord means its key, not its capital).
/// Nothing when there is no such key.
std::optional<KeyCodes> key_codes_for_name(std::string_view name);

}  // namespace devices
