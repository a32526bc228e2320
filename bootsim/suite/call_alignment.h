// Two columns for people: what a spec expects, and the calls that were made, around the first difference.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/suite/call_sequence.h"

namespace bootsim {

/// How far a list could be followed.
struct Matched {
  bool known = false;
  std::size_t expected = 0;        ///< the first entry of the list without a call
  std::size_t call = 0;            ///< the first call behind those that were taken
  std::vector<std::size_t> taken;  ///< the calls that the entries before got
  Captures captures;
};

/// A pair of positions; nothing on one side: the other has no partner.
struct AlignedPair {
  std::optional<std::size_t> left, right;
  bool operator==(const AlignedPair&) const = default;
};

/// Aligns two sequences at the least cost: a partnerless element costs 2, a pair what `cost` says (0: alike; 4 or more:
/// never a pair). Sequences that are too long for that are paired by position where they differ.
std::vector<AlignedPair> align(std::size_t left, std::size_t right,
                               const std::function<int(std::size_t, std::size_t)>& cost);

/// Lines, each with a line end before it.
std::string aligned_text(const CallSequence& expected, const std::vector<const CallRecord*>& calls,
                         const Matched& best);
/// The calls around one, which is marked.
std::string calls_around(const std::vector<const CallRecord*>& calls, std::size_t at);

}  // namespace bootsim
