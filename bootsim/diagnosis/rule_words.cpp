#include "bootsim/diagnosis/rules.h"

namespace bootsim::diagnosing {

std::span<const Rule> words_rules() { return {}; }

}  // namespace bootsim::diagnosing
