// Holds a run against its spec.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/run.h"
#include "bootsim/suite/call_record.h"
#include "bootsim/suite/difference.h"
#include "bootsim/suite/spec.h"

namespace bootsim {

/// Compares what a run says of itself with what a spec expects: exit, reason, verdict, screen, serial, numbers, calls.
/// What only the PC itself can tell (memory, files read, the kernel's hand-over) is observer.h's.
std::vector<Difference> differences(const Spec& spec, const RunResult& result, const std::vector<CallRecord>& calls);

}  // namespace bootsim
