// Holds a run against its spec.
#pragma once

#include <string_view>
#include <vector>

#include "bootsim/run.h"
#include "bootsim/suite/difference.h"
#include "bootsim/suite/spec.h"

namespace bootsim {

/// Compares a run with what a spec expects. `trace` is the JSON Lines trace of the spec's call vectors.
std::vector<Difference> differences(const Spec& spec, const RunResult& result, std::string_view trace);

}  // namespace bootsim
