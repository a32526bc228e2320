#include "bootsim/suite/call_record.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> number_of(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::optional<std::uint8_t> hex_of(const json& object, const char* key) {
  const std::string text = text_of(object, key);
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > 0xFF) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

std::optional<bios::Chs> chs_of(const json& object) {
  const auto found = object.find("chs");
  if (found == object.end() || !found->is_array() || found->size() != 3) return std::nullopt;
  std::uint32_t part[3];
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(*found)[i].is_number_unsigned()) return std::nullopt;
    part[i] = (*found)[i].get<std::uint32_t>();
  }
  return bios::Chs{part[0], part[1], part[2]};
}

CallRecord record_of(const json& object) {
  CallRecord call;
  call.seq = number_of(object, "seq").value_or(0);
  call.time = number_of(object, "t").value_or(0);
  call.vector = hex_of(object, "int").value_or(0);
  call.ah = hex_of(object, "ah").value_or(0);
  call.name = text_of(object, "name");
  call.drive = hex_of(object, "drive");
  call.lba = number_of(object, "lba");
  call.chs = chs_of(object);
  call.count = number_of(object, "count");
  call.buffer = text_of(object, "buffer");
  call.caller = text_of(object, "caller");
  if (const auto cf = number_of(object, "cf")) call.cf = *cf != 0;
  call.status = hex_of(object, "status");
  call.bytes = number_of(object, "bytes");
  call.by = text_of(object, "by");
  call.depth = static_cast<int>(std::min<std::uint64_t>(number_of(object, "depth").value_or(0), 1'000'000));
  call.file = text_of(object, "file");
  call.arguments = text_of(object, "arguments");
  call.result = text_of(object, "result");
  return call;
}

void read_header(const json& object, TraceRecords& records) {
  records.version = text_of(object, "bootsim");
  records.engine = text_of(object, "engine");
  const auto media = object.find("media");
  if (media == object.end() || !media->is_array()) return;
  for (const json& medium : *media) {
    if (medium.is_string()) records.media.push_back(medium.get<std::string>());
  }
}

std::optional<std::string> text_field(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

TraceRecords read_trace(std::string_view text, std::string_view what) {
  TraceRecords records;
  bool any = false;
  for (const std::string_view line : split(text, '\n')) {
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object()) continue;
    const bool header = object.contains("bootsim"), call = object.contains("int") && object.contains("ah");
    any |= header || call;
    if (header) read_header(object, records);
    if (call) records.calls.push_back(record_of(object));
  }
  if (!any)
    throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{} is no trace: `--trace-format jsonl` writes them", what));
  std::stable_sort(records.calls.begin(), records.calls.end(),
                   [](const CallRecord& a, const CallRecord& b) { return a.seq < b.seq; });
  return records;
}

const std::vector<std::string_view>& call_keys() {
  static const std::vector<std::string_view> keys = {"drive", "lba",    "chs",    "count",     "buffer",
                                                     "cf",    "status", "bytes",  "by",        "depth",
                                                     "file",  "name",   "caller", "arguments", "result"};
  return keys;
}

bool is_call_key(std::string_view key) {
  return std::find(call_keys().begin(), call_keys().end(), key) != call_keys().end();
}
bool is_hex_key(std::string_view key) { return key == "drive" || key == "status"; }
bool is_number_key(std::string_view key) {
  return is_hex_key(key) || key == "lba" || key == "count" || key == "cf" || key == "bytes" || key == "depth";
}

std::optional<std::uint64_t> field_number(const CallRecord& call, std::string_view key) {
  if (key == "drive") return call.drive;
  if (key == "lba") return call.lba;
  if (key == "count") return call.count;
  if (key == "cf") return call.cf;
  if (key == "status") return call.status;
  if (key == "bytes") return call.bytes;
  if (key == "depth") return static_cast<std::uint64_t>(call.depth);
  if (key == "ah") return call.ah;
  if (key == "int") return call.vector;
  if (key == "seq") return call.seq;
  if (key == "t") return call.time;
  return std::nullopt;
}

std::optional<std::string> field_text(const CallRecord& call, std::string_view key) {
  if (key == "name") return text_field(call.name);
  if (key == "buffer") return text_field(call.buffer);
  if (key == "caller") return text_field(call.caller);
  if (key == "by") return text_field(call.by);
  if (key == "file") return text_field(call.file);
  if (key == "arguments") return text_field(call.arguments);
  if (key == "result") return text_field(call.result);
  if (key == "chs") {
    if (!call.chs) return std::nullopt;
    return fmt::format("{}/{}/{}", call.chs->cylinder, call.chs->head, call.chs->sector);
  }
  const auto number = field_number(call, key);
  if (!number) return std::nullopt;
  return is_hex_key(key) ? fmt::format("{:02x}", *number) : fmt::format("{}", *number);
}

std::string call_label(const CallRecord& call) {
  for (const bios::Function& function : bios::functions_of(call.vector)) {
    const bool is_ah =
        function.selector == bios::Selector::kAx ? function.number >> 8 == call.ah : function.number == call.ah;
    if (function.name == call.name && (is_ah || function.selector == bios::Selector::kNone))
      return bios::function_label(function);
  }
  return fmt::format("{:02X}/{:02X}", call.vector, call.ah);
}

std::string call_line(const CallRecord& call) {
  std::string text = fmt::format("#{} {}", call.seq, call_label(call));
  if (!call.name.empty()) text += ' ' + call.name;
  for (const std::string_view key :
       {"drive", "lba", "chs", "count", "buffer", "cf", "status", "bytes", "by", "file", "arguments", "result"}) {
    const auto value = field_text(call, key);
    const bool dull = (key == "status" && call.cf == false) || (key == "chs" && call.lba && !call.chs);
    if (value && !dull) text += fmt::format(" {}={}", key, *value);
  }
  return text;
}

}  // namespace bootsim
