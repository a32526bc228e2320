// The parts of a spec's reader.
#pragma once

#include <string>
#include <vector>

#include "bootsim/suite/spec.h"
#include "bootsim/suite/yaml_places.h"

namespace bootsim {

/// `calls`.
std::vector<CallSequence> read_calls(const YamlPlaces& yaml, const YAML::Node& node);

/// The keys that say what must come of the boot. False: `key` is none of them.
bool read_expectation(const YamlPlaces& yaml, const std::string& key, const YAML::Node& node, Spec& spec);
inline constexpr std::string_view kExpectationKeys =
    "exit reason verdict screen serial calls sectors disk-calls virtual-ms reads memory handoff golden";

}  // namespace bootsim
