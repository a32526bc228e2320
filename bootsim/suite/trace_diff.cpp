#include "bootsim/suite/trace_diff.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bootsim/suite/call_alignment.h"

namespace bootsim {
namespace {

using Ignored = std::set<std::string, std::less<>>;

constexpr std::array<std::string_view, 6> kRequest = {"drive", "lba", "chs", "count", "buffer", "caller"};
constexpr std::array<std::string_view, 8> kResult = {"cf",    "status", "bytes",     "by",
                                                     "depth", "file",   "arguments", "result"};

std::vector<std::string> differing(const CallRecord& a, const CallRecord& b, std::span<const std::string_view> keys,
                                   const Ignored& ignore) {
  std::vector<std::string> found;
  for (const std::string_view key : keys) {
    if (!ignore.contains(key) && field_text(a, key) != field_text(b, key)) found.emplace_back(key);
  }
  return found;
}

bool same_function(const CallRecord& a, const CallRecord& b) {
  return a.vector == b.vector && a.ah == b.ah && a.name == b.name;
}

/// Alike is 0; another outcome of the same request 1; the same function with other arguments 3: nearly as dear as a
/// call that went and one that came.
int cost(const CallRecord& a, const CallRecord& b, const Ignored& ignore) {
  if (!same_function(a, b)) return 4;
  const bool place = a.drive == b.drive && a.lba == b.lba && a.chs == b.chs;
  const bool request = differing(a, b, kRequest, ignore).empty();
  if (request && differing(a, b, kResult, ignore).empty()) return 0;
  return request || place ? 1 : 3;
}

std::string changed_words(const CallRecord& a, const CallRecord& b, const Ignored& ignore) {
  std::vector<std::string> keys = differing(a, b, kRequest, ignore);
  const auto results = differing(a, b, kResult, ignore);
  keys.insert(keys.end(), results.begin(), results.end());
  std::vector<std::string> words;
  for (const std::string& key : keys) {
    words.push_back(fmt::format("{} was {}, is {}", key, field_text(a, key).value_or("nothing"),
                                field_text(b, key).value_or("nothing")));
  }
  const std::string numbers =
      a.seq == b.seq ? fmt::format("call {}", a.seq) : fmt::format("call {}, now {}", a.seq, b.seq);
  return fmt::format("{} ({}{}{}): {}", numbers, call_label(a), a.name.empty() ? "" : " ", a.name,
                     fmt::join(words, "; "));
}

}  // namespace

TraceDiff diff_traces(const std::vector<CallRecord>& left, const std::vector<CallRecord>& right,
                      const Ignored& ignore) {
  TraceDiff diff;
  const auto pairs =
      align(left.size(), right.size(), [&](std::size_t i, std::size_t j) { return cost(left[i], right[j], ignore); });
  std::size_t first_without_place = 0;
  for (const AlignedPair& pair : pairs) {
    if (pair.right) {  // what is gone before it shows here
      for (; first_without_place < diff.changes.size(); ++first_without_place) {
        if (!diff.changes[first_without_place].shows_at)
          diff.changes[first_without_place].shows_at = right[*pair.right].seq;
      }
    }
    if (!pair.right) {
      ++diff.gone;
      diff.changes.push_back({TraceChange::Kind::kGone, left[*pair.left].seq, std::nullopt, std::nullopt,
                              "gone: " + call_line(left[*pair.left])});
    } else if (!pair.left) {
      ++diff.added;
      diff.changes.push_back({TraceChange::Kind::kNew, std::nullopt, right[*pair.right].seq, right[*pair.right].seq,
                              "new:  " + call_line(right[*pair.right])});
    } else if (cost(left[*pair.left], right[*pair.right], ignore) == 0) {
      ++diff.alike;
    } else {
      const CallRecord &a = left[*pair.left], &b = right[*pair.right];
      ++diff.changed;
      diff.changes.push_back({TraceChange::Kind::kChanged, a.seq, b.seq, b.seq, changed_words(a, b, ignore)});
    }
  }
  for (TraceChange& change : diff.changes) {  // gone at the end
    if (!change.shows_at && !right.empty()) change.shows_at = right.back().seq;
  }
  return diff;
}

std::string diff_text(const TraceDiff& diff, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < diff.changes.size() && i < most; ++i) text += "  " + diff.changes[i].text + '\n';
  if (diff.changes.size() > most)
    text += fmt::format("  ... and {} more; --all shows them\n", diff.changes.size() - most);
  return text;
}

}  // namespace bootsim
