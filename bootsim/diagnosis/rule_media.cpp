#include "bootsim/diagnosis/rules.h"

namespace bootsim::diagnosing {

std::span<const Rule> media_rules() { return {}; }

}  // namespace bootsim::diagnosing
