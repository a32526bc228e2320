// Runs boot specs, several at a time, and says what differed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bootsim/run.h"
#include "bootsim/suite/difference.h"
#include "bootsim/suite/reporter.h"
#include "bootsim/suite/spec.h"

namespace bootsim {

struct RunnerOptions {
  int threads = 1;
  std::string keep;    ///< a folder for every boot's trace, screen, serial output and summary; empty: none
  bool bless = false;  ///< golden traces are recorded anew where nothing else differs
};

/// Runs one spec. Host faults (a missing medium) become the exit code that the program would have; a medium that cannot
/// be built is a difference.
SpecOutcome run_spec(const Spec& spec, const RunnerOptions& options = {});

/// Runs all specs. The reporters hear of them in their order, on one thread at a time. Throws emu::Error when `keep`
/// cannot be written.
SuiteTotals run_specs(const std::vector<Spec>& specs, const RunnerOptions& options,
                      const std::vector<Reporter*>& reporters);

}  // namespace bootsim
