#pragma once

#include "stage2/relocator/relocator.h"
#include "stage2/session.h"

namespace stage2 {

/// The one way out of stage2: everything that has to be done before another program runs is done here (the
/// screen is in a text mode again, …), then relocator.start(). Returns only when that failed.
Result hand_off(Session& session, Relocator& relocator, const Handoff& handoff);

}  // namespace stage2
