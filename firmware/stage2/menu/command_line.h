#pragma once

#include "stage2/session.h"

namespace stage2 {

/// Reads commands and runs them, until Escape is pressed on an empty line.
void command_line(Session& session);

}  // namespace stage2
