// From the host's keyboard to the guest's.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ui {

/// Scan code set 1 of a key by its USB HID usage (which SDL calls scancode; HID Usage Tables 1.12, page 07h); its make
/// code, or its break code. Empty for keys that a PC keyboard does not have.
std::vector<std::uint8_t> scan_code(int usage, bool down);

/// Keys that a desktop keeps for itself or a keyboard may lack, for a list of buttons: names as --type knows them.
std::span<const std::string_view> special_keys();

}  // namespace ui
