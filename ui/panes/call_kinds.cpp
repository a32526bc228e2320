#include "ui/panes/call_kinds.h"

namespace ui {

const std::vector<CallKind>& call_kinds() {
  static const std::vector<CallKind> all = {{"disk", "INT 13h, disks", {0x13}},
                                            {"video", "INT 10h, video", {0x10}},
                                            {"keyboard", "INT 16h, keyboard", {0x16}},
                                            {"system", "INT 15h, 11h, 12h: memory, system", {0x15, 0x11, 0x12}},
                                            {"time", "INT 1Ah, time", {0x1A}},
                                            {"ports", "INT 14h, 17h: serial, printer", {0x14, 0x17}},
                                            {"boot", "INT 18h, 19h, 40h and the rest", {}}};
  return all;
}

std::bitset<256> vectors_of_kinds(unsigned wanted) {
  std::bitset<256> vectors, named;
  for (std::size_t i = 0; i < call_kinds().size(); ++i) {
    for (const std::uint8_t v : call_kinds()[i].vectors) {
      named.set(v);
      if (wanted >> i & 1) vectors.set(v);
    }
  }
  return wanted >> (call_kinds().size() - 1) & 1 ? vectors | ~named : vectors;
}

}  // namespace ui
