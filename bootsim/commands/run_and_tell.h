// What `run` and `report` have in common.
#pragma once

#include <functional>

#include "bootsim/run.h"

namespace bootsim::commands {

/// Gets the result with its diagnosis; or the error that kept the run from beginning, as a result.
using Finished = std::function<void(const RunResult&)>;

/// Runs, diagnoses, prints the final screen and the verdict, writes --json; returns the exit code. Notices go to
/// stderr; so does everything with `quiet_stdout`. `finished`, when given, is called last.
int run_and_tell(const RunOptions& options, RunHooks hooks, const Finished& finished, bool quiet_stdout);

}  // namespace bootsim::commands
