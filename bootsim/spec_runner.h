// Runs boot specs, several at a time, and says what differed.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/run.h"
#include "bootsim/spec.h"

namespace bootsim {

/// What became of one spec.
struct SpecOutcome {
  std::vector<std::string> differences;   ///< empty: it passed
  RunResult result;
};

/// Runs one spec. Host faults (a missing medium) become the exit code that the program would have.
SpecOutcome run_spec(const Spec& spec);

/// Runs all specs on `threads` threads. `report` hears of them in their order, on one thread at a time. Returns how many
/// failed.
int run_specs(const std::vector<Spec>& specs, int threads,
              const std::function<void(const Spec&, const SpecOutcome&)>& report);

/// "ok    NAME ..." or "FAIL  NAME" with the differences and the final screen.
std::string outcome_text(const Spec& spec, const SpecOutcome& outcome);

}  // namespace bootsim
