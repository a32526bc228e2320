// A recorded trace that a boot must repeat.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootsim/suite/call_record.h"
#include "bootsim/suite/difference.h"
#include "bootsim/suite/spec.h"

namespace bootsim {

/// The calls of `vectors` as golden files hold them: JSON Lines without times, numbered from 1.
std::string normalised_trace(const std::vector<CallRecord>& calls, const std::bitset<256>& vectors);

/// What has changed since the recording, call by call; nothing when nothing has. Throws emu::Error for a file that is
/// no trace.
std::optional<Difference> golden_difference(const GoldenTrace& golden, const std::vector<CallRecord>& calls);

/// Records anew. Returns what to tell: what has changed, or that the file is new; empty when nothing has. Throws
/// emu::Error.
std::string bless(const GoldenTrace& golden, const std::vector<CallRecord>& calls);

}  // namespace bootsim
