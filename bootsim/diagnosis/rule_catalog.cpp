#include "bootsim/diagnosis/rules.h"

namespace bootsim::diagnosing {

std::span<const Rule> catalog_rules() { return {}; }

}  // namespace bootsim::diagnosing
