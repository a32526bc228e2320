// The file that a loader says it does not find.
#pragma once

#include <optional>
#include <string>

#include "bootsim/diagnosis/evidence.h"

namespace bootsim::diagnosing {

struct Sought {
  std::string line, file;
};
/// The last one, by what the loader printed (rule_words.cpp).
std::optional<Sought> sought_file(const Evidence& evidence);

}  // namespace bootsim::diagnosing
