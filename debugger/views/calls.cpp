#include "debugger/views/calls.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/core.h>

#include "debugger/call_log.h"
#include "debugger/machine_names.h"
#include "debugger/trace.h"
#include "emu/text.h"

namespace debugger::views {
namespace {

using emu::lower, emu::take_word, emu::trimmed;

constexpr std::uint8_t kDisk = 0x13;
/// Of drives whose hook has not said: CDs count from E0h on (docs/trace-format.md).
constexpr std::uint8_t kFirstCd = 0xE0;

/// Keys of the trace that CallNames does not have.
constexpr std::array<std::string_view, 9> kTraceKeys = {"seq", "t",      "time",      "name",  "file",
                                                        "chs", "result", "arguments", "number"};

bool reports_status(std::uint8_t vector) {
  return vector == kDisk || vector == 0x40 || vector == 0x15 || vector == 0x1A;
}

bool failed(const CallRef& ref) {
  return ref.call.finished && reports_status(ref.call.vector) && (ref.call.out.rflags & emu::flag::kCarry);
}

std::string chs_words(const bios::Chs& chs) { return fmt::format("{}/{}/{}", chs.cylinder, chs.head, chs.sector); }

/// Names of no machine: what a condition on calls may ask for is in the call.
class Nothing : public Names {
 public:
  std::optional<Value> lookup(std::string_view) const override { return std::nullopt; }
};

/// The keys of a trace's line.
class RefNames : public Names {
 public:
  explicit RefNames(const CallRef& ref, const Names* machine)
      : ref_(ref), call_(ref.call, ref.described, ref.number, nullptr, machine ? *machine : nothing_) {}

  std::optional<Value> lookup(std::string_view any_case) const override {
    const std::string name = lower(any_case);
    if (name == "file") return text(ref_.file);
    if (name == "name") return text(ref_.described.function ? ref_.described.function->name : std::string_view());
    if (name == "chs")
      return ref_.described.arguments.chs ? text(chs_words(*ref_.described.arguments.chs)) : std::nullopt;
    if (name == "t" || name == "time") return Value::of(static_cast<std::uint64_t>(ref_.call.begin));
    if (name == "seq" || name == "number" || name == "call")
      return ref_.number ? std::optional(Value::of(ref_.number)) : std::nullopt;
    if (name == "result") return text(result_words(ref_.call));
    if (name == "arguments") return text(ref_.described.arguments.text);
    if (name == "bytes") {
      const auto bytes = bytes_moved(ref_);
      return bytes ? std::optional(Value::of(*bytes)) : std::nullopt;
    }
    return call_.lookup(any_case);
  }
  std::optional<std::uint64_t> linear(std::uint16_t selector, std::uint64_t offset) const override {
    return call_.linear(selector, offset);
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override { return call_.read(linear, out); }

 private:
  static std::optional<Value> text(std::string_view words) {
    return words.empty() ? std::nullopt : std::optional(Value::of_text(std::string(words)));
  }
  const CallRef& ref_;
  Nothing nothing_;
  CallNames call_;
};

bool is_key(std::string_view any_case) {
  const std::string name = lower(any_case);
  return is_call_field(name) || register_value({}, name) ||
         std::find(kTraceKeys.begin(), kTraceKeys.end(), name) != kTraceKeys.end();
}

Expression condition_on_calls(std::string_view text, const Names* machine) {
  Expression condition = Expression::parse(text);
  for (const Expression::Use& use : condition.names()) {
    const bool known = is_key(use.name) || (machine && (use.name.starts_with('$') || machine->lookup(use.name)));
    if (!known)
      throw ExpressionError(
          use.column,
          fmt::format("calls have no \"{}\"; they have drive, lba, count, buffer, caller, cf, status, bytes, by, "
                      "depth, file, name, int, ah and other registers",
                      use.name));
  }
  return condition;
}

bool is_condition(std::string_view text) {
  return text.find_first_of("=<>!&|{\"") != text.npos || text.find(" matches ") != text.npos ||
         text.find(" in ") != text.npos || is_key(text);
}

/// Everything that a person may look for, in lower case.
std::string haystack(const CallRef& ref) {
  const CallRow row = call_row(ref);
  return lower(fmt::format("{} {} {} {} {} {} {} {} {} {}", row.label, row.function, row.drive, row.lba, row.count,
                           row.buffer, row.caller, row.result, row.by, ref.file));
}

std::string traced(const CallRef& ref, TraceWriter& writer) {
  const bios::Outcome outcome{.bytes = ref.call.finished ? bytes_moved(ref) : std::nullopt, .text = {}};
  std::string line;
  writer.call(line, {.sequence = ref.number ? ref.number : ref.call.sequence,
                     .call = ref.call,
                     .function = ref.described.function,
                     .arguments = ref.described.arguments,
                     .outcome = outcome,
                     .file = ref.file});
  return line;
}

}  // namespace

CallRow call_row(const CallRef& ref) {
  const bios::Arguments& a = ref.described.arguments;
  CallRow row{.time = format_trace_time(ref.call.begin),
              .caller = far_words(ref.call.caller),
              .drive = a.drive ? fmt::format("{:02X}h", *a.drive) : "",
              .label = fmt::format("{:02X}h", ref.call.vector),
              .function = std::string(ref.described.function ? ref.described.function->name : "no such function"),
              .lba = a.lba   ? fmt::format("{}", *a.lba)
                     : a.chs ? chs_words(*a.chs)
                             : "",
              .count = a.count ? fmt::format("{}", *a.count) : "",
              .buffer = a.buffer ? fmt::format("{} {}", a.writes_medium ? "←" : "→", far_words(*a.buffer)) : "",
              .result = ref.call.finished ? result_words(ref.call) : "under way",
              .by = ref.call.hook ? far_words(*ref.call.hook) : "BIOS",
              .failed = failed(ref)};
  const auto* function = ref.described.function;
  if (function && function->selector == bios::Selector::kAx) {
    row.label += fmt::format("/{:04X}h", function->number);
  } else if (!function || function->selector == bios::Selector::kAh) {
    row.label += fmt::format("/{:02X}h", ref.described.ax >> 8);
  }
  if (!a.text.empty()) row.function += ": " + a.text;
  return row;
}

std::optional<std::uint64_t> bytes_moved(const CallRef& ref) {
  const bios::Arguments& a = ref.described.arguments;
  if (!ref.call.finished || failed(ref) || !a.drive || !moves_sectors(ref.described)) return std::nullopt;
  return std::uint64_t{*a.count} * (*a.drive >= kFirstCd ? 2048 : 512);
}

std::string trace_line(const CallRef& ref) { return traced(ref, *make_text_writer()); }
std::string json_line(const CallRef& ref) { return traced(ref, *make_json_lines_writer()); }

CallFilter CallFilter::parse(std::string_view any_text) {
  const std::string_view text = trimmed(any_text);
  CallFilter filter;
  if (text.empty()) return filter;
  if (is_condition(text)) {
    filter.condition_ = condition_on_calls(text, nullptr);
    return filter;
  }
  for (std::string_view rest = text; !rest.empty();) filter.words_.push_back(lower(take_word(rest)));
  return filter;
}

CallFilter CallFilter::parse_condition(std::string_view text, const Names& machine) {
  CallFilter filter;
  filter.condition_ = condition_on_calls(text, &machine);
  filter.machine_ = &machine;
  return filter;
}

bool CallFilter::holds(const CallRef& ref) const {
  if (condition_) return condition_->holds(RefNames(ref, machine_));
  if (words_.empty()) return true;
  const std::string text = haystack(ref);
  return std::all_of(words_.begin(), words_.end(),
                     [&](const std::string& word) { return text.find(word) != text.npos; });
}

std::string break_on_function(const CallRef& ref) {
  const auto* function = ref.described.function;
  if (function && function->selector == bios::Selector::kNone) return fmt::format("int{:02x}", ref.call.vector);
  if (function && function->selector == bios::Selector::kAx)
    return fmt::format("int{:02x}/{:04x}", ref.call.vector, function->number);
  return fmt::format("int{:02x}/{:02x}", ref.call.vector, ref.described.ax >> 8);
}

std::string break_on_alike(const CallRef& ref) {
  const bios::Arguments& a = ref.described.arguments;
  std::string text = break_on_function(ref);
  if (a.drive) text += fmt::format(" if drive == 0{:02X}h", *a.drive);
  if (a.lba) text += fmt::format("{} lba == {}", a.drive ? " &&" : " if", *a.lba);
  return text;
}

std::optional<std::string> break_on_sectors(const CallRef& ref) {
  const bios::Arguments& a = ref.described.arguments;
  if (!moves_sectors(ref.described) || !a.lba || !a.drive || *a.count == 0) return std::nullopt;
  const std::uint64_t last = *a.lba + std::min<std::uint64_t>(*a.count - 1, ~*a.lba);
  return fmt::format("sector {}..{} drive 0{:02X}h", *a.lba, last, *a.drive);
}

}  // namespace debugger::views
