#include "bootsim/suite/compare.h"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/units.h"

namespace bootsim {
namespace {

using nlohmann::json;

/// A value of the trace as specs write it: 17, e0, null, 0/1/1 for a CHS.
std::string trace_value(const json& object, const std::string& key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return "null";
  if (found->is_string()) return found->get<std::string>();
  if (!found->is_array()) return found->dump();
  std::string text;
  for (const json& part : *found) {
    if (!text.empty()) text += '/';
    text += part.dump();
  }
  return text;
}

bool same_value(std::string_view expected, std::string_view actual) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(expected.begin(), expected.end(), actual.begin(), actual.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

/// The first field in which the call differs, or nothing.
std::optional<std::string> mismatch(const ExpectedCall& expected, const json& actual) {
  for (const auto& [key, value] : expected.fields) {
    const std::string found = trace_value(actual, key);
    if (!same_value(value, found)) return fmt::format("{} is {}, not {}", key, found, value);
  }
  return std::nullopt;
}

/// A call of the trace on one line, for reports.
std::string call_text(const json& call) {
  std::string text = fmt::format("#{} {}/{} {}", trace_value(call, "seq"), trace_value(call, "int"), trace_value(call, "ah"),
                                 trace_value(call, "name"));
  for (const char* key : {"drive", "lba", "chs", "count", "buffer", "cf", "status", "by", "file"}) {
    const std::string value = trace_value(call, key);
    if (value != "null") text += fmt::format(" {}={}", key, value);
  }
  return text;
}

/// The trace's calls in the order of their begins.
std::vector<json> calls_of(std::string_view trace) {
  std::vector<json> calls;
  for (const std::string_view line : split(trace, '\n')) {
    json object = json::parse(line, nullptr, false);
    if (object.is_object() && object.contains("seq")) calls.push_back(std::move(object));
  }
  std::stable_sort(calls.begin(), calls.end(), [](const json& a, const json& b) { return a["seq"] < b["seq"]; });
  return calls;
}

constexpr std::size_t kContext = 3;  // calls shown before and after the first difference

std::string context(const std::vector<json>& calls, std::size_t at) {
  std::string text;
  const std::size_t first = at > kContext ? at - kContext : 0;
  for (std::size_t i = first; i < calls.size() && i <= at + kContext; ++i) {
    text += fmt::format("\n    {} {}", i == at ? ">" : " ", call_text(calls[i]));
  }
  return text;
}

std::optional<std::string> prefix_difference(const Spec& spec, const std::vector<json>& calls) {
  for (std::size_t i = 0; i < spec.calls.size(); ++i) {
    if (i >= calls.size()) {
      return fmt::format("calls: {} expected, {} made; missing: {}{}", spec.calls.size(), calls.size(), spec.calls[i].text,
                         context(calls, i));
    }
    if (const auto wrong = mismatch(spec.calls[i], calls[i])) {
      return fmt::format("calls: number {} should be {}, but {}{}", i + 1, spec.calls[i].text, *wrong, context(calls, i));
    }
  }
  return std::nullopt;
}

std::optional<std::string> order_difference(const Spec& spec, const std::vector<json>& calls) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < spec.calls.size(); ++i) {
    const auto found = std::find_if(calls.begin() + static_cast<std::ptrdiff_t>(next), calls.end(),
                                    [&](const json& call) { return !mismatch(spec.calls[i], call); });
    if (found == calls.end()) {
      return fmt::format("calls: no {} ({} of {}) among the {} calls from here on{}", spec.calls[i].text, i + 1,
                         spec.calls.size(), calls.size() - next, context(calls, next));
    }
    next = static_cast<std::size_t>(found - calls.begin()) + 1;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Difference> differences(const Spec& spec, const RunResult& result, std::string_view trace) {
  std::vector<Difference> found;
  const auto differs = [&](std::string text) { found.push_back({.text = std::move(text), .place = {}, .call = {}}); };
  if (result.exit != spec.exit) {
    differs(fmt::format("exit: expected {}, got {} ({}: {})", spec.exit, result.exit, result.verdict, result.message));
  }
  if (spec.reason && *spec.reason != result.reason) {
    differs(fmt::format("reason: expected {}, got {}", *spec.reason, result.reason.empty() ? "none" : result.reason));
  }
  std::string screen;
  for (const std::string& line : result.screen) (screen += line) += '\n';
  if (!screen.empty()) screen.pop_back();
  for (const Pattern& pattern : spec.screen) {
    if (!pattern.matches(screen)) differs(fmt::format("screen: /{}/ does not match", pattern.source()));
  }
  for (const Pattern& pattern : spec.serial) {
    if (!pattern.matches(result.serial)) {
      const std::size_t shown = std::min<std::size_t>(result.serial.size(), 500);
      differs(fmt::format("serial: /{}/ does not match {} bytes, which end in:\n{}", pattern.source(),
                                  result.serial.size(), result.serial.substr(result.serial.size() - shown)));
    }
  }
  if (!spec.calls.empty()) {
    const std::vector<json> calls = calls_of(trace);
    auto difference = spec.call_match == CallMatch::kPrefix ? prefix_difference(spec, calls) : order_difference(spec, calls);
    if (difference) differs(std::move(*difference));
  }
  return found;
}

}  // namespace bootsim
