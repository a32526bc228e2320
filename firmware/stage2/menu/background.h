#pragma once

#include "stage2/session.h"

/// The picture behind the menu: ${background} is the path of its file, with a device.
namespace stage2 {

/// Shows it, when there is one and it is not shown already. What prevents that is said, and the picture is
/// forgotten.
void show_background(Session& session);
/// Text mode again.
void hide_background();

}  // namespace stage2
