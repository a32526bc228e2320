#pragma once

#include "stage2/config/config.h"
#include "stage2/session.h"

namespace stage2 {

enum class Chosen {
  kByUser,
  kWithFallback,  ///< by a time-out; after a failure the fallback is next, without waiting for a key
  kAsFallback,    ///< what the default's failure left on the screen stays
};

/// Runs an entry's lines and starts what they have loaded. Returns only when something failed or nothing was loaded:
/// it has been said, and the user has seen it. False: it failed.
bool run_entry(Session& session, const MenuEntry& entry, Chosen chosen);

/// Runs lines until one fails; the result says which.
Result run_lines(Session& session, const Vector<String>& lines);

}  // namespace stage2
