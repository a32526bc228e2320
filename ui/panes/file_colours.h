// The colour of a file: the same in every pane.
#pragma once

#include <cstdint>
#include <string_view>

#include "ui/theme.h"

namespace ui {

/// A number for a file's name, whatever the offset behind it ("/boot/grub/core.img+2048").
inline std::uint64_t file_kind(std::string_view name) {
  name = name.substr(0, name.rfind('+'));
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3;
  return hash ^ hash >> 32;
}

inline ImVec4 file_colour(const Theme& theme, std::string_view name) { return theme.colour_of(file_kind(name)); }

}  // namespace ui
