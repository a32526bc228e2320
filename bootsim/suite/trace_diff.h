// What changed between two traces, in words.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/suite/call_record.h"

namespace bootsim {

struct TraceChange {
  enum class Kind { kGone, kNew, kChanged } kind = Kind::kChanged;
  std::optional<std::uint64_t> left, right;  ///< the calls' numbers
  std::optional<std::uint64_t> shows_at;     ///< where it shows on the right: there, or at the call behind what is gone
  std::string text;                          ///< "call 17: lba was 24, is 25"
};

struct TraceDiff {
  std::size_t alike = 0, gone = 0, added = 0, changed = 0;
  std::vector<TraceChange> changes;
  bool same() const { return changes.empty(); }
};

/// Aligns two traces, whatever their times, and names the calls that are gone, new or changed. The keys of `ignore` are
/// not compared.
TraceDiff diff_traces(const std::vector<CallRecord>& left, const std::vector<CallRecord>& right,
                      const std::set<std::string, std::less<>>& ignore);

/// The changes for people, at most `most` of them. Empty when nothing has changed.
std::string diff_text(const TraceDiff& diff, std::size_t most);

}  // namespace bootsim
