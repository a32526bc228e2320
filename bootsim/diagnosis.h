// Why a boot failed: rules that look at what was observed (docs/diagnosis.md).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "bootsim/run.h"

namespace bootsim {

/// What can be said about a failed boot, by evidence; nothing for a healthy boot, and nothing where the
/// evidence is thin. Boots the media again, with observers, and once more with other registers or another way
/// of attaching where that tells; the same options give the same answer. Costs a few times what the failed
/// boot did, at most; a boot that ran long is not tried in other ways. Writes nothing, whatever outputs the
/// options name.
std::optional<Diagnosis> diagnose(const RunOptions& options, const RunResult& result);

/// A rule, for the documentation.
struct DiagnosisRule {
  std::string_view name;
  std::string_view what;
};
std::span<const DiagnosisRule> diagnosis_rules();

}  // namespace bootsim
