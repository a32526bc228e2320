#include "bootsim/diagnosis/rules.h"

namespace bootsim::diagnosing {

std::span<const Rule> way_rules() { return {}; }

}  // namespace bootsim::diagnosing
