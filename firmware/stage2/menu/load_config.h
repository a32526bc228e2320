#pragma once

#include "stage2/session.h"

namespace stage2 {

/// The configuration file of the root device: the first of the names that docs/loader.md lists; empty when there is
/// none. Fails when the device cannot be read.
Result find_config(Session& session, String& path);

/// Reads a configuration file, runs its lines and shows its menu. Comes back when the user leaves the menu, or at once
/// when the file has no entries.
Result load_config(Session& session, Text path);

}  // namespace stage2
