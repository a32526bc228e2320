#include "ui/guest_keys.h"

#include <array>

namespace ui {
namespace {

constexpr std::uint8_t kBreak = 0x80, kExtended = 0xE0;

/// Set 1 by HID usage from 04h (A) on; 0: none, 1xxh: behind E0h.
constexpr std::array<std::uint16_t, 0x65 - 4> kMake = {
    0x1E,  0x30,  0x2E,  0x20,  0x12,  0x21,  0x22,  0x23,  0x17,  0x24,
    0x25,  0x26,  0x32,  // A to M
    0x31,  0x18,  0x19,  0x10,  0x13,  0x1F,  0x14,  0x16,  0x2F,  0x11,
    0x2D,  0x15,  0x2C,                                                   // N to Z
    0x02,  0x03,  0x04,  0x05,  0x06,  0x07,  0x08,  0x09,  0x0A,  0x0B,  // 1 to 9, 0
    0x1C,  0x01,  0x0E,  0x0F,  0x39,                                     // Enter Esc Backspace Tab Space
    0x0C,  0x0D,  0x1A,  0x1B,  0x2B,  0x2B,  0x27,  0x28,  0x29,  0x33,
    0x34,  0x35,  0x3A,  // - = [ ] \ # ; ' ` , . / Caps Lock
    0x3B,  0x3C,  0x3D,  0x3E,  0x3F,  0x40,  0x41,  0x42,  0x43,  0x44,
    0x57,  0x58,                                                    // F1 to F12
    0x137, 0x46,  0,     0x152, 0x147, 0x149, 0x153, 0x14F, 0x151,  // PrtSc Scroll Pause Ins Home PgUp Del End PgDn
    0x14D, 0x14B, 0x150, 0x148,                                     // Right Left Down Up
    0x45,  0x135, 0x37,  0x4A,  0x4E,  0x11C,                       // Num Lock, keypad / * - + Enter
    0x4F,  0x50,  0x51,  0x4B,  0x4C,  0x4D,  0x47,  0x48,  0x49,  0x52,
    0x53,  0x56,  // keypad 1 to 9, 0, . and the key beside Shift
};
constexpr int kFirstUsage = 0x04;
/// From E0h on: left Ctrl, Shift, Alt, GUI, then the right ones.
constexpr std::array<std::uint16_t, 8> kModifiers = {0x1D, 0x2A, 0x38, 0x15B, 0x11D, 0x36, 0x138, 0x15C};
constexpr int kFirstModifier = 0xE0;

constexpr std::string_view kSpecial[] = {"Esc", "Enter",  "Tab",    "Up",     "Down",        "Left", "Right", "Home",
                                         "End", "PgUp",   "PgDn",   "Ins",    "Del",         "F1",   "F2",    "F3",
                                         "F4",  "F5",     "F6",     "F7",     "F8",          "F9",   "F10",   "F11",
                                         "F12", "Ctrl-B", "Ctrl-C", "Ctrl-X", "Ctrl-Alt-Del"};

}  // namespace

std::vector<std::uint8_t> scan_code(int usage, bool down) {
  std::uint16_t make = 0;
  if (const int i = usage - kFirstUsage; i >= 0 && i < static_cast<int>(kMake.size()))
    make = kMake[static_cast<std::size_t>(i)];
  if (const int i = usage - kFirstModifier; i >= 0 && i < static_cast<int>(kModifiers.size()))
    make = kModifiers[static_cast<std::size_t>(i)];
  if (make == 0) return {};
  const auto code = static_cast<std::uint8_t>((make & 0x7F) | (down ? 0 : kBreak));
  if (make & 0x100) return {kExtended, code};
  return {code};
}

std::span<const std::string_view> special_keys() { return kSpecial; }

}  // namespace ui
