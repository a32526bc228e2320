#pragma once

#include "stage2/session.h"

namespace stage2 {

struct Colours {
  u8 normal = 0x07;
  u8 selected = 0x70;
  u8 title = 0x0f;
  u8 hint = 0x08 | 0x07;
};

/// ${color_normal}, ${color_selected} and ${color_title}: VGA attributes such as 0x1f. What cannot be read stays.
Colours menu_colours(const Session& session);

}  // namespace stage2
