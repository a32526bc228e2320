#include "devices/scan_codes.h"

#include <algorithm>
#include <array>
#include <string>

#include "emu/text.h"

namespace devices {

namespace {

constexpr std::uint8_t kLeftShift = 0x2A;

/// A row of keys with consecutive scan codes: what they type plain and with Shift.
struct Row {
  std::uint8_t first;
  std::string_view plain, shifted;
};
constexpr std::array<Row, 6> kRows = {{{0x02, "1234567890-=", "!@#$%^&*()_+"},
                                       {0x10, "qwertyuiop[]", "QWERTYUIOP{}"},
                                       {0x1E, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
                                       {0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?"},
                                       {0x39, " ", ""},
                                       {0x0E, "\b\t", ""}}};

struct Named {
  std::string_view name;
  std::uint8_t code;
  bool extended;  ///< E0h prefix
};
constexpr std::array<Named, 39> kNamed = {{
    {"enter", 0x1C, false},    {"return", 0x1C, false},    {"esc", 0x01, false},        {"escape", 0x01, false},
    {"tab", 0x0F, false},      {"backspace", 0x0E, false}, {"space", 0x39, false},      {"up", 0x48, true},
    {"down", 0x50, true},      {"left", 0x4B, true},       {"right", 0x4D, true},       {"home", 0x47, true},
    {"end", 0x4F, true},       {"pgup", 0x49, true},       {"pageup", 0x49, true},      {"pgdn", 0x51, true},
    {"pagedown", 0x51, true},  {"ins", 0x52, true},        {"insert", 0x52, true},      {"del", 0x53, true},
    {"delete", 0x53, true},    {"f1", 0x3B, false},        {"f2", 0x3C, false},         {"f3", 0x3D, false},
    {"f4", 0x3E, false},       {"f5", 0x3F, false},        {"f6", 0x40, false},         {"f7", 0x41, false},
    {"f8", 0x42, false},       {"f9", 0x43, false},        {"f10", 0x44, false},        {"f11", 0x57, false},
    {"f12", 0x58, false},      {"ctrl", 0x1D, false},      {"alt", 0x38, false},        {"shift", 0x2A, false},
    {"capslock", 0x3A, false}, {"numlock", 0x45, false},   {"scrolllock", 0x46, false},
}};

KeyCodes plain_key(std::uint8_t code, bool extended = false) {
  const auto up = static_cast<std::uint8_t>(code | 0x80);
  if (extended) return {{0xE0, code}, {0xE0, up}};
  return {{code}, {up}};
}

/// `inner` pressed and released while `outer` is held.
KeyCodes held(KeyCodes outer, const KeyCodes& inner) {
  outer.make.insert(outer.make.end(), inner.make.begin(), inner.make.end());
  outer.release.insert(outer.release.begin(), inner.release.begin(), inner.release.end());
  return outer;
}

std::string_view modifier_of(std::string_view name) {
  for (const std::string_view modifier : {"ctrl-", "alt-", "shift-"})
    if (name.size() > modifier.size() && name.starts_with(modifier)) return modifier;
  return {};
}

std::optional<KeyCodes> by_lower_name(std::string_view name) {
  const auto it = std::find_if(kNamed.begin(), kNamed.end(), [name](const Named& n) { return n.name == name; });
  if (it != kNamed.end()) return plain_key(it->code, it->extended);
  if (const std::string_view modifier = modifier_of(name); !modifier.empty()) {
    const auto outer = by_lower_name(modifier.substr(0, modifier.size() - 1));
    const auto inner = by_lower_name(name.substr(modifier.size()));
    if (outer && inner) return held(*outer, *inner);
  }
  return name.size() == 1 ? key_codes_for_character(name[0]) : std::nullopt;
}

}  // namespace

std::optional<KeyCodes> key_codes_for_character(char character) {
  if (character == '\n' || character == '\r') return plain_key(0x1C);
  if (character == '\x1B') return plain_key(0x01);
  for (const Row& row : kRows) {
    if (const auto at = row.plain.find(character); at != std::string_view::npos)
      return plain_key(static_cast<std::uint8_t>(row.first + at));
    if (const auto at = row.shifted.find(character); at != std::string_view::npos)
      return held(plain_key(kLeftShift), plain_key(static_cast<std::uint8_t>(row.first + at)));
  }
  return std::nullopt;
}

std::optional<KeyCodes> key_codes_for_name(std::string_view name) {
  if (name.size() == 1) return key_codes_for_character(name[0]);
  return by_lower_name(emu::lower(name));
}

}  // namespace devices
