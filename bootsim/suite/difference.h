// What a run did that its spec does not expect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/run.h"

namespace bootsim {

/// A place in a spec file, both from 1; 0: the whole file.
struct Place {
  int line = 0;
  int column = 0;
};

struct Difference {
  std::string text;  ///< for people; may have several lines
  Place place;       ///< of the expectation that was not met
  std::optional<std::uint64_t>
      call;  ///< the call at which the run parted from it, as `--trace` numbers INT 13h's calls
};

/// What became of one spec.
struct SpecOutcome {
  std::vector<Difference> differences;  ///< empty: it passed
  RunResult result;
  std::string trace;    ///< JSON Lines, of INT 13h and the interrupts that the spec names
  std::string blessed;  ///< what --bless recorded, for people

  bool passed() const { return differences.empty(); }
};

}  // namespace bootsim
