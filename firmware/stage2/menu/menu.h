#pragma once

#include "stage2/config/config.h"
#include "stage2/session.h"

namespace stage2 {

/// Shows the entries until one boots; returns when the user leaves by Escape. ${default}, ${timeout} (seconds; unset:
/// wait for a key; 0: start at once), ${fallback}, ${menu_title} and the colours are obeyed at the top, the title and
/// the colours in submenus.
void run_menu(Session& session, const Vector<MenuEntry>& entries);

}  // namespace stage2
