// The kinds of BIOS calls that the table of calls can show.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

namespace ui {

struct CallKind {
  const char* id;  ///< for settings and tests: "video"
  const char* label;
  std::vector<std::uint8_t> vectors;  ///< of the last kind none: all that no other has
};
/// Disk calls first.
const std::vector<CallKind>& call_kinds();
/// The vectors of those kinds whose bit is set, bit 0 for the first.
std::bitset<256> vectors_of_kinds(unsigned wanted);

}  // namespace ui
