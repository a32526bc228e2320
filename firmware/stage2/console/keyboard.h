#pragma once

#include "stage2/console/terminal.h"

namespace stage2 {

/// A key by INT 16h; kNoKey when there is none.
u16 keyboard_poll();

}  // namespace stage2
