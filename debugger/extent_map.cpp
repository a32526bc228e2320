#include "debugger/extent_map.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <queue>

namespace debugger {

ExtentMap::NameId ExtentMap::add_name(std::string name, bool with_offset) {
  names_.push_back({std::move(name), with_offset});
  return static_cast<NameId>(names_.size() - 1);
}

void ExtentMap::add(std::uint64_t begin, std::uint64_t length, NameId name, std::uint64_t name_offset) {
  length = std::min(length, std::numeric_limits<std::uint64_t>::max() - begin);
  if (length != 0) ranges_.push_back({begin, begin + length, name_offset, name});
}

/// A sweep over all begins and ends. The queue holds the ranges that began; the earliest added is on top.
void ExtentMap::finish() {
  std::vector<std::size_t> by_begin(ranges_.size());
  std::vector<std::uint64_t> cuts;
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    by_begin[i] = i;
    cuts.push_back(ranges_[i].begin);
    cuts.push_back(ranges_[i].end);
  }
  std::sort(by_begin.begin(), by_begin.end(), [&](std::size_t a, std::size_t b) {
    return ranges_[a].begin != ranges_[b].begin ? ranges_[a].begin < ranges_[b].begin : a < b;
  });
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> active;
  auto next = by_begin.begin();
  std::size_t last_owner = ranges_.size();
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    for (; next != by_begin.end() && ranges_[*next].begin <= cuts[i]; ++next) active.push(*next);
    while (!active.empty() && ranges_[active.top()].end <= cuts[i]) active.pop();
    if (active.empty()) continue;
    const Range& owner = ranges_[active.top()];
    if (active.top() == last_owner && pieces_.back().end == cuts[i]) {
      pieces_.back().end = cuts[i + 1];
    } else {
      pieces_.push_back({cuts[i], cuts[i + 1], owner.name_offset + (cuts[i] - owner.begin), owner.name});
    }
    last_owner = active.top();
  }
  pieces_.shrink_to_fit();
  ranges_.clear();
  ranges_.shrink_to_fit();
}

const ExtentMap::Range* ExtentMap::find(std::uint64_t offset, std::size_t& hint) const {
  const auto holds = [&](std::size_t i) {
    return i < pieces_.size() && offset >= pieces_[i].begin && offset < pieces_[i].end;
  };
  if (holds(hint)) return &pieces_[hint];
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                      [](std::uint64_t at, const Range& piece) { return at < piece.begin; });
  if (after == pieces_.begin()) return nullptr;
  const auto index = static_cast<std::size_t>(after - pieces_.begin()) - 1;
  if (!holds(index)) return nullptr;
  hint = index;
  return &pieces_[index];
}

std::string ExtentMap::at(std::uint64_t offset, std::size_t& hint) const {
  const Range* piece = find(offset, hint);
  if (piece == nullptr) return {};
  const Name& name = names_[piece->name];
  if (!name.with_offset) return name.text;
  char digits[24];
  digits[0] = '+';
  const auto end = std::to_chars(digits + 1, std::end(digits), piece->name_offset + (offset - piece->begin)).ptr;
  std::string text;
  text.reserve(name.text.size() + static_cast<std::size_t>(end - digits));
  text.append(name.text).append(digits, end);
  return text;
}

void ExtentMap::visit(const std::function<void(std::string_view)>& on_name,
                      const std::function<void(std::uint64_t, std::uint64_t, NameId)>& on_piece) const {
  for (const Name& name : names_) on_name(name.text);
  for (const Range& piece : pieces_) on_piece(piece.begin, piece.end, piece.name);
}

}  // namespace debugger
