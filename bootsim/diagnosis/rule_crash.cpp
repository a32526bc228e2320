#include "bootsim/diagnosis/rules.h"

namespace bootsim::diagnosing {

std::span<const Rule> crash_rules() { return {}; }

}  // namespace bootsim::diagnosing
