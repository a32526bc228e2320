// Small pieces of the sentences in which chips are described.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace debugger::views {

struct NamedBit {
  std::uint32_t mask;
  std::string_view name;
};

/// The names of the bits that are set, with commas between them; `none` when there are none.
inline std::string bit_names(std::uint32_t value, std::initializer_list<NamedBit> bits, std::string_view none = "") {
  std::string text;
  for (const NamedBit& bit : bits) {
    if ((value & bit.mask) == 0) continue;
    if (!text.empty()) text += ", ";
    text += bit.name;
  }
  return text.empty() ? std::string(none) : text;
}

/// "0 1 6": the numbers of the bits that are set, counted from `first`.
inline std::string bit_numbers(std::uint8_t value, int first) {
  std::string text;
  for (int bit = 0; bit < 8; ++bit) {
    if (value >> bit & 1) text += fmt::format("{}{}", text.empty() ? "" : " ", first + bit);
  }
  return text;
}

}  // namespace debugger::views
