#include "bootsim/suite/golden.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/output.h"
#include "bootsim/suite/call_alignment.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kBefore = 2, kMostShown = 24;

template <class T>
ordered_json or_null(const std::optional<T>& value) { return value ? ordered_json(*value) : ordered_json(); }
ordered_json or_null(const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); }
ordered_json hex_or_null(const std::optional<std::uint8_t>& value) {
  return value ? ordered_json(fmt::format("{:02x}", *value)) : ordered_json();
}

std::string line_of(const CallRecord& call, std::uint64_t number) {
  ordered_json line = {{"seq", number}, {"int", fmt::format("{:02x}", call.vector)}, {"ah", fmt::format("{:02x}", call.ah)}, {"name", call.name}};
  line["drive"] = hex_or_null(call.drive);
  line["lba"] = or_null(call.lba);
  line["chs"] = call.chs ? ordered_json({call.chs->cylinder, call.chs->head, call.chs->sector}) : ordered_json();
  line["count"] = or_null(call.count);
  line["buffer"] = or_null(call.buffer);
  line["caller"] = or_null(call.caller);
  line["cf"] = call.cf ? ordered_json(*call.cf ? 1 : 0) : ordered_json();
  line["status"] = hex_or_null(call.status);
  line["bytes"] = or_null(call.bytes);
  line["by"] = call.by;
  line["depth"] = call.depth;
  line["file"] = or_null(call.file);
  if (!call.arguments.empty()) line["arguments"] = call.arguments;
  if (!call.result.empty()) line["result"] = call.result;
  return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

std::optional<std::string> file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

/// A line without its number, which an insertion before it changes.
std::string_view body(std::string_view line) { return line.substr(std::min(line.find(','), line.size())); }

struct Changes {
  std::string text;                                ///< lines with - and +
  std::size_t removed = 0, added = 0;
  std::optional<std::uint64_t> first;              ///< the first new call that differs
};

Changes changes(std::string_view before, std::string_view now) {
  const auto old_lines = lines_of(before), new_lines = lines_of(now);
  const auto pairs = align(old_lines.size(), new_lines.size(), [&](std::size_t i, std::size_t j) { return body(old_lines[i]) == body(new_lines[j]) ? 0 : 4; });
  Changes found;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& [left, right] = pairs[i];
    const bool same = left && right && body(old_lines[*left]) == body(new_lines[*right]);
    if (!same) {
      found.removed += left.has_value();
      found.added += right.has_value();
      if (!found.first) found.first = right.value_or(new_lines.empty() ? 0 : new_lines.size() - 1) + 1;
    }
    const std::size_t near = std::min(pairs.size(), i + kBefore + 1);
    const bool before_change = std::any_of(pairs.begin() + static_cast<std::ptrdiff_t>(i), pairs.begin() + static_cast<std::ptrdiff_t>(near),
                                           [&](const AlignedPair& p) { return !(p.left && p.right); });
    if (same && !before_change) continue;
    if (++shown > kMostShown) continue;
    if (left && !same) found.text += fmt::format("\n    - {}", old_lines[*left]);
    if (right) found.text += fmt::format("\n    {} {}", same ? ' ' : '+', new_lines[*right]);
  }
  if (shown > kMostShown) found.text += fmt::format("\n    ... and {} more", shown - kMostShown);
  return found;
}

}  // namespace

std::string normalised_trace(const std::vector<CallRecord>& calls, const std::bitset<256>& vectors) {
  std::string text;
  std::uint64_t number = 0;
  for (const CallRecord& call : calls) {
    if (vectors[call.vector]) text += line_of(call, ++number);
  }
  return text;
}

std::optional<Difference> golden_difference(const GoldenTrace& golden, const std::vector<CallRecord>& calls) {
  const auto recorded = file_text(golden.file);
  if (!recorded) return Difference{.text = fmt::format("golden: {} does not exist; --bless records it", golden.file), .place = golden.place, .call = {}};
  const std::string now = normalised_trace(calls, golden.vectors);
  if (now == *recorded) return std::nullopt;
  const Changes found = changes(*recorded, now);
  const bool disk_only = golden.vectors == std::bitset<256>().set(0x13);
  return Difference{.text = fmt::format("golden: {} lines of {} are gone, {} are new (--bless accepts that):{}", found.removed, golden.file,
                                        found.added, found.text),
                    .place = golden.place,
                    .call = disk_only ? found.first : std::nullopt};
}

std::string bless(const GoldenTrace& golden, const std::vector<CallRecord>& calls) {
  const auto recorded = file_text(golden.file);
  const std::string now = normalised_trace(calls, golden.vectors);
  if (recorded == now) return {};
  Output file(golden.file, "--bless");
  file.write(now);
  file.flush();
  if (!recorded) return fmt::format("blessed {}: new, {} calls", golden.file, lines_of(now).size());
  const Changes found = changes(*recorded, now);
  return fmt::format("blessed {}: {} lines gone, {} new:{}", golden.file, found.removed, found.added, found.text);
}

}  // namespace bootsim
