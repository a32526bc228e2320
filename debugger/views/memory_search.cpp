#include "debugger/views/memory_search.h"

#include <algorithm>
#include <cctype>
#include <span>
#include <string>

#include "debugger/views/paging.h"
#include "emu/error.h"

namespace debugger::views {
namespace {

constexpr std::size_t kLongest = 256;
constexpr std::uint64_t kEnd = std::uint64_t{1} << 32;
constexpr std::size_t kMostRanges = 4096;
constexpr std::uint64_t kChunk = 1 << 20;

[[noreturn]] void refuse(const char* message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

std::uint8_t digit(char c) {
  const int lower = std::tolower(static_cast<unsigned char>(c));
  return static_cast<std::uint8_t>(lower <= '9' ? lower - '0' : lower - 'a' + 10);
}

/// Nothing: the text is not made of pairs of digits and of ??.
std::optional<BytePattern> digits(std::string_view text) {
  BytePattern pattern;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    const std::string_view pair = text.substr(i, 2);
    const auto is_digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
    if (pair == "??") {
      pattern.push_back(std::nullopt);
    } else if (pair.size() == 2 && is_digit(pair[0]) && is_digit(pair[1])) {
      pattern.push_back(static_cast<std::uint8_t>(digit(pair[0]) << 4 | digit(pair[1])));
    } else {
      return std::nullopt;
    }
    i += 2;
  }
  return pattern;
}

/// A piece of linear memory that is there.
struct Extent {
  std::uint64_t linear, physical, size;
};

std::vector<Extent> extents(const emu::Machine& machine) {
  std::vector<MappedRange> mapped;
  const PagingView paging = paging_view(machine, kMostRanges);
  if (paging.enabled) {
    mapped = paging.ranges;
  } else {
    mapped.push_back({.linear = 0, .physical = 0, .size = kEnd});
  }
  std::vector<Extent> result;
  for (const MappedRange& range : mapped) {
    for (const emu::Region& region : machine.memory().regions()) {
      if (region.kind != emu::RegionKind::kRam && region.kind != emu::RegionKind::kRom) continue;
      const std::uint64_t first = std::max(range.physical, region.base.value);
      const std::uint64_t end = std::min(range.physical + range.size, region.base.value + region.size);
      if (first < end)
        result.push_back({.linear = range.linear + (first - range.physical), .physical = first, .size = end - first});
    }
  }
  std::sort(result.begin(), result.end(), [](const Extent& a, const Extent& b) { return a.linear < b.linear; });
  std::vector<Extent> joined;  // what is searched for may lie across ranges with different rights
  for (const Extent& e : result) {
    Extent* last = joined.empty() ? nullptr : &joined.back();
    if (last && last->linear + last->size == e.linear && last->physical + last->size == e.physical) {
      last->size += e.size;
    } else {
      joined.push_back(e);
    }
  }
  return joined;
}

class Search {
 public:
  Search(const emu::Machine& machine, const BytePattern& pattern)
      : machine_(machine), pattern_(pattern), extents_(extents(machine)) {}

  /// The first or the last match that begins in [begin, end).
  std::optional<std::uint64_t> find(std::uint64_t begin, std::uint64_t end, bool last) {
    for (std::size_t i = 0; i < extents_.size(); ++i) {
      const Extent& extent = extents_[last ? extents_.size() - 1 - i : i];
      const std::uint64_t first = std::max(begin, extent.linear), limit = std::min(end, extent.linear + extent.size);
      if (first >= limit) continue;
      if (const auto found = find_in(extent, first, limit, last)) return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::uint64_t> find_in(const Extent& extent, std::uint64_t first, std::uint64_t limit, bool last) {
    const std::uint64_t chunks = (limit - first + kChunk - 1) / kChunk;
    for (std::uint64_t i = 0; i < chunks; ++i) {
      const std::uint64_t at = first + (last ? chunks - 1 - i : i) * kChunk;
      // Matches that begin in this chunk may end in the next one.
      const std::uint64_t size =
          std::min(std::min(kChunk, limit - at) + pattern_.size() - 1, extent.linear + extent.size - at);
      bytes_.resize(static_cast<std::size_t>(size));
      machine_.memory().read(emu::PhysAddr(extent.physical + (at - extent.linear)), bytes_);
      const auto matches = [](std::uint8_t byte, const std::optional<std::uint8_t>& wanted) {
        return !wanted || *wanted == byte;
      };
      const auto found = last ? std::find_end(bytes_.begin(), bytes_.end(), pattern_.begin(), pattern_.end(), matches)
                              : std::search(bytes_.begin(), bytes_.end(), pattern_.begin(), pattern_.end(), matches);
      if (found != bytes_.end()) return at + static_cast<std::uint64_t>(found - bytes_.begin());
    }
    return std::nullopt;
  }

  const emu::Machine& machine_;
  const BytePattern& pattern_;
  std::vector<Extent> extents_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

BytePattern parse_bytes(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  const bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
  const auto as_digits = quoted ? std::nullopt : digits(text);
  BytePattern pattern = as_digits.value_or(BytePattern());
  if (!as_digits) {
    if (quoted) text = text.substr(1, text.size() - 2);
    for (const char c : text) pattern.push_back(static_cast<std::uint8_t>(c));
  }
  if (pattern.empty()) refuse("bytes such as EB 3C 90, or text");
  if (pattern.size() > kLongest) refuse("at most 256 bytes");
  return pattern;
}

std::optional<std::uint64_t> find_bytes(const emu::Machine& machine, const BytePattern& pattern, std::uint64_t from,
                                        bool backwards) {
  if (pattern.empty()) return std::nullopt;
  Search search(machine, pattern);
  const std::uint64_t middle = std::min(backwards ? from + 1 : from, kEnd);
  if (backwards) {
    const auto found = search.find(0, middle, true);
    return found ? found : search.find(middle, kEnd, true);
  }
  const auto found = search.find(middle, kEnd, false);
  return found ? found : search.find(0, middle, false);
}

}  // namespace debugger::views
