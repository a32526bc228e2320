#include "bootsim/suite/golden.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/host_files.h"
#include "bootsim/output.h"
#include "bootsim/suite/trace_diff.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostShown = 24;

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}
ordered_json or_null(const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); }
ordered_json hex_or_null(const std::optional<std::uint8_t>& value) {
  return value ? ordered_json(fmt::format("{:02x}", *value)) : ordered_json();
}

std::string line_of(const CallRecord& call, std::uint64_t number) {
  ordered_json line = {{"seq", number},
                       {"int", fmt::format("{:02x}", call.vector)},
                       {"ah", fmt::format("{:02x}", call.ah)},
                       {"name", call.name}};
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
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  return read_text(path, "golden trace");
}

std::vector<CallRecord> calls_of(std::string_view trace, std::string_view what) {
  return trace.empty() ? std::vector<CallRecord>() : read_trace(trace, what).calls;
}

TraceDiff changes_since(const std::string& recorded, const std::string& now, const std::string& file) {
  return diff_traces(calls_of(recorded, file), calls_of(now, file), {});
}

/// "2 calls changed, 1 gone, none new" and the changes, a line each.
std::string words_of(const TraceDiff& diff) {
  const auto number = [](std::size_t n) { return n == 0 ? std::string("none") : fmt::format("{}", n); };
  std::string text = fmt::format("{} call{} changed, {} gone, {} new:", diff.changed == 0 ? "no" : number(diff.changed),
                                 diff.changed == 1 ? "" : "s", number(diff.gone), number(diff.added));
  for (std::size_t i = 0; i < diff.changes.size() && i < kMostShown; ++i)
    text += fmt::format("\n    {}", diff.changes[i].text);
  if (diff.changes.size() > kMostShown)
    text += fmt::format("\n    ... and {} more; `bootsim diff` shows all", diff.changes.size() - kMostShown);
  return text;
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
  if (!recorded)
    return Difference{.text = fmt::format("golden: {} does not exist; --bless records it", golden.file),
                      .place = golden.place,
                      .call = {}};
  const std::string now = normalised_trace(calls, golden.vectors);
  if (now == *recorded) return std::nullopt;
  const TraceDiff found = changes_since(*recorded, now, golden.file);
  if (found.same()) return std::nullopt;  // written in another way
  const bool disk_only = golden.vectors == std::bitset<256>().set(0x13);
  return Difference{
      .text = fmt::format("golden: since {} was recorded {}\n    (--bless accepts that)", golden.file, words_of(found)),
      .place = golden.place,
      .call = disk_only ? found.changes.front().shows_at : std::nullopt};
}

std::string bless(const GoldenTrace& golden, const std::vector<CallRecord>& calls) {
  const auto recorded = file_text(golden.file);
  const std::string now = normalised_trace(calls, golden.vectors);
  if (recorded == now) return {};
  Output file(golden.file, "--bless");
  file.write(now);
  file.flush();
  const std::size_t calls_now = static_cast<std::size_t>(std::count(now.begin(), now.end(), '\n'));
  if (!recorded) return fmt::format("blessed {}: new, {} call{}", golden.file, calls_now, calls_now == 1 ? "" : "s");
  const TraceDiff found = changes_since(*recorded, now, golden.file);
  return found.same() ? std::string() : fmt::format("blessed {}: {}", golden.file, words_of(found));
}

}  // namespace bootsim
