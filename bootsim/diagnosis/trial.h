// Experiments: the failed boot again with one thing changed.
#pragma once

#include <optional>
#include <string>

#include "bootsim/diagnosis/evidence.h"

namespace bootsim::diagnosing {

/// Only short boots are tried in other ways: what a loader relies on shows early, and a diagnosis must not
/// take long.
bool can_try(const Evidence& evidence);
/// Also when the boot ran into its limit at a prompt, or while it read: only reaching its goal is better
/// then.
bool can_try_at_work(const Evidence& evidence);
/// The options of the failed boot, with a limit a little behind where it failed.
RunOptions trial_options(const Evidence& evidence);
/// The trial got where the failed boot did not: to its goal, or to rest with more read and shown.
bool better(const Evidence& evidence, const Trial& trial);
/// What came of a trial: "it boots (reached screen:OK)".
std::string outcome_words(const Trial& trial);
/// Number of the failed boot's first disk call that is other in the trial.
std::optional<std::uint64_t> first_difference(const Evidence& evidence, const Trial& trial);
/// " The two part at call 3: …"; empty without a number.
std::string parting_words(const Evidence& evidence, std::optional<std::uint64_t> number);

}  // namespace bootsim::diagnosing
