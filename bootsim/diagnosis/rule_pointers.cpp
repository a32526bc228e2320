#include "bootsim/diagnosis/rules.h"

namespace bootsim::diagnosing {

std::span<const Rule> pointer_rules() { return {}; }

}  // namespace bootsim::diagnosing
