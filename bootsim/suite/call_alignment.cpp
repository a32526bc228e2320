#include "bootsim/suite/call_alignment.h"

#include <algorithm>

#include <fmt/core.h>

namespace bootsim {
namespace {

constexpr std::size_t kBefore = 3, kAfter = 5;  // what is shown around the first difference
constexpr std::size_t kColumn = 40;             // characters of the left one
constexpr std::size_t kMostCells = 16'000'000;
constexpr int kGap = 2;

/// Cuts or fills to the left column. Continuation bytes of UTF-8 do not count.
std::string column(std::string text) {
  std::size_t characters = 0, end = 0;
  while (end < text.size() && characters < kColumn) {
    ++characters;
    do ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  }
  if (end < text.size()) text = text.substr(0, end > 3 ? end - 3 : end) + "...";
  return text + std::string(kColumn - std::min(kColumn, characters), ' ');
}

std::string row(const std::string& expected, std::string_view mark, const std::string& call) {
  return fmt::format("\n    {} {} {}", column(expected), mark, call);
}

/// In order: what was found, the entry that was not, and the calls that come nearest to it.
std::string in_order_text(const CallSequence& expected, const std::vector<const CallRecord*>& calls,
                          const Matched& best) {
  std::string text;
  const std::size_t first = best.taken.size() > kBefore ? best.taken.size() - kBefore : 0;
  for (std::size_t i = first; i < best.taken.size() && i < best.expected; ++i) {
    text += row(expected.calls[i].text, "=", call_line(*calls[best.taken[i]]));
  }
  if (best.expected == expected.calls.size()) return text;
  const ExpectedCall& missing = expected.calls[best.expected];
  text += row(missing.text, "-", "");
  std::size_t shown = 0;
  for (std::size_t i = best.call; i < calls.size() && shown < kAfter; ++i) {
    const bool same_function = calls[i]->vector == missing.vector && (!missing.ah || calls[i]->ah == *missing.ah);
    if (!same_function && i >= best.call + kAfter) continue;
    const std::string why = missing.mismatch(*calls[i], best.captures);
    text += row("", "+", fmt::format("{}   [{}]", call_line(*calls[i]), why));
    ++shown;
  }
  return text;
}

}  // namespace

std::vector<AlignedPair> align(std::size_t left, std::size_t right,
                               const std::function<int(std::size_t, std::size_t)>& cost) {
  std::vector<AlignedPair> head, tail;
  std::size_t begin = 0;
  for (; begin < left && begin < right && cost(begin, begin) == 0; ++begin) head.push_back({begin, begin});
  while (left > begin && right > begin && cost(left - 1, right - 1) == 0) tail.push_back({--left, --right});
  const std::size_t n = left - begin, m = right - begin;
  if (n * m > kMostCells || (n != 0 && n * m / n != m)) {
    for (std::size_t i = 0; i < std::max(n, m); ++i) {
      head.push_back(
          {i < n ? std::optional(begin + i) : std::nullopt, i < m ? std::optional(begin + i) : std::nullopt});
    }
    head.insert(head.end(), tail.rbegin(), tail.rend());
    return head;
  }
  // total[i][j]: the least cost of the rests from i and j on.
  std::vector<int> total((n + 1) * (m + 1));
  std::vector<signed char> pair_cost(n * m);
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return total[i * (m + 1) + j]; };
  for (std::size_t i = n + 1; i-- > 0;) {
    for (std::size_t j = m + 1; j-- > 0;) {
      if (i == n || j == m) {
        at(i, j) = kGap * static_cast<int>(n - i + m - j);
        continue;
      }
      const int pair = std::clamp(cost(begin + i, begin + j), 0, 2 * kGap);
      pair_cost[i * m + j] = static_cast<signed char>(pair);
      at(i, j) =
          std::min({at(i + 1, j) + kGap, at(i, j + 1) + kGap, pair < 2 * kGap ? at(i + 1, j + 1) + pair : 1 << 29});
    }
  }
  for (std::size_t i = 0, j = 0; i < n || j < m;) {
    const bool pair =
        i < n && j < m && pair_cost[i * m + j] < 2 * kGap && at(i, j) == at(i + 1, j + 1) + pair_cost[i * m + j];
    const bool only_left = !pair && i < n && (j == m || at(i, j) == at(i + 1, j) + kGap);
    head.push_back({pair || only_left ? std::optional(begin + i) : std::nullopt,
                    only_left ? std::nullopt : std::optional(begin + j)});
    i += pair || only_left;
    j += !only_left;
  }
  head.insert(head.end(), tail.rbegin(), tail.rend());
  return head;
}

std::string aligned_text(const CallSequence& expected, const std::vector<const CallRecord*>& calls,
                         const Matched& best) {
  if (expected.how == CallSequence::How::kInOrder) return in_order_text(expected, calls, best);
  const std::size_t first_call = best.call > kBefore ? best.call - kBefore : 0;
  const std::size_t first_expected =
      best.expected > best.call - first_call ? best.expected - (best.call - first_call) : 0;
  const std::size_t shown_calls = std::min(calls.size(), best.call + kAfter + 1) - first_call;
  const std::size_t shown_expected = std::min(expected.calls.size(), best.expected + kAfter + 1) - first_expected;
  const auto cost = [&](std::size_t e, std::size_t c) {
    const ExpectedCall& wanted = expected.calls[first_expected + e];
    const CallRecord& call = *calls[first_call + c];
    if (wanted.mismatch(call, best.captures).empty()) return 0;
    return call.vector == wanted.vector && (!wanted.ah || call.ah == *wanted.ah) ? 1 : 3;
  };
  std::string text;
  for (const AlignedPair& pair : align(shown_expected, shown_calls, cost)) {
    const ExpectedCall* wanted = pair.left ? &expected.calls[first_expected + *pair.left] : nullptr;
    const CallRecord* call = pair.right ? calls[first_call + *pair.right] : nullptr;
    const std::string why = wanted && call ? wanted->mismatch(*call, best.captures) : "";
    const char* mark = !call ? "-" : !wanted ? "+" : why.empty() ? "=" : "!";
    std::string line = call ? call_line(*call) : "";
    if (!why.empty()) line += fmt::format("   [{}]", why);
    text += row(wanted ? wanted->text : "", mark, line);
  }
  return text;
}

std::string calls_around(const std::vector<const CallRecord*>& calls, std::size_t at) {
  std::string text;
  for (std::size_t i = at > kBefore ? at - kBefore : 0; i < calls.size() && i <= at + kBefore; ++i) {
    text += fmt::format("\n    {} {}", i == at ? ">" : " ", call_line(*calls[i]));
  }
  return text;
}

}  // namespace bootsim
