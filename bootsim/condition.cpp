#include "bootsim/condition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/core.h>

#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using Kind = Condition::Kind;

[[noreturn]] void refuse(std::string_view text) {
  throw emu::Error(emu::ErrorKind::kUsage,
                   fmt::format("\"{}\" is not a condition: screen:REGEX serial:REGEX graphics:640x480 call:int13/42 "
                               "addr:SEG:OFF protected-mode kernel halt reset",
                               text));
}

std::optional<std::uint32_t> number(std::string_view text, int base) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void parse_resolution(Condition& condition, std::string_view value) {
  const auto x = value.find('x');
  const auto width = number(value.substr(0, x), 10);
  const auto height = x == std::string_view::npos ? std::nullopt : number(value.substr(x + 1), 10);
  if (!width || !height || *width > 65535 || *height > 65535) refuse(condition.text);
  if (*width == 0 || *height == 0)
    throw emu::Error(emu::ErrorKind::kUsage,
                     fmt::format("\"{}\" can never hold: no graphics mode is that small", condition.text));
  condition.width = static_cast<int>(*width);
  condition.height = static_cast<int>(*height);
}

/// "int13", "int13/42", "int15/e820"; the "int" may be left out, as the trace does.
void parse_call(Condition& condition, std::string_view value) {
  if (value.starts_with("int")) value.remove_prefix(3);
  const auto slash = value.find('/');
  const auto vector = number(value.substr(0, slash), 16);
  if (!vector || *vector > 0xFF) refuse(condition.text);
  condition.vector = static_cast<std::uint8_t>(*vector);
  if (slash == std::string_view::npos) return;
  const std::string_view digits = value.substr(slash + 1);
  const auto function = number(digits, 16);
  if (!function || digits.size() > 4) refuse(condition.text);
  condition.function_is_ax = digits.size() > 2;
  condition.function = static_cast<std::uint16_t>(*function);
}

}  // namespace

Condition parse_condition(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Kind>, 4> kWords = {{{"protected-mode", Kind::kProtectedMode},
                                                                               {"kernel", Kind::kKernel},
                                                                               {"halt", Kind::kHalt},
                                                                               {"reset", Kind::kReset}}};
  Condition condition;
  condition.text = text;
  const auto word = std::find_if(kWords.begin(), kWords.end(), [&](const auto& w) { return w.first == text; });
  if (word != kWords.end()) {
    condition.kind = word->second;
    return condition;
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) refuse(text);
  const std::string_view name = text.substr(0, colon);
  const std::string_view value = text.substr(colon + 1);
  if (name == "screen") {
    condition.kind = Kind::kScreen;
    condition.pattern.emplace(std::string(value), Pattern::Text::kUtf8);
  } else if (name == "serial") {
    condition.kind = Kind::kSerial;
    condition.pattern.emplace(std::string(value), Pattern::Text::kBytes);
  } else if (name == "graphics") {
    condition.kind = Kind::kGraphics;
    parse_resolution(condition, value);
  } else if (name == "call") {
    condition.kind = Kind::kCall;
    parse_call(condition, value);
  } else if (name == "addr") {
    condition.kind = Kind::kAddress;
    condition.address = parse_far(value);
  } else {
    refuse(text);
  }
  return condition;
}

}  // namespace bootsim
