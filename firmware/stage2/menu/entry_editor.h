#pragma once

#include "stage2/config/config.h"
#include "stage2/session.h"

namespace stage2 {

/// Lets the user change an entry's lines. True: start it so; false: the user left by Escape.
bool edit_entry(Session& session, MenuEntry& entry);

}  // namespace stage2
