#pragma once

#include "stage2/session.h"

namespace stage2 {

enum class SearchFor { kFile, kLabel, kUuid };

/// The devices that have a file of that path, or a file system of that label or UUID, the boot drive's first; not more
/// than the first one when `only_first`.
Vector<Device> search_devices(Session& session, SearchFor what, Text value, bool only_first);

}  // namespace stage2
