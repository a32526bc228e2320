#include "bootsim/debug/format.h"

#include <charconv>

#include <fmt/core.h>

#include "bootsim/debug/shell.h"

namespace bootsim {

Format take_format(std::string_view& rest) {
  Format format;
  if (!rest.starts_with('/')) return format;
  const std::string_view whole = take_word(rest);
  std::string_view text = whole.substr(1);
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc{}) {
    format.count = count;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  for (const char c : text) {
    constexpr std::string_view kUnits = "bhwg", kLetters = "xduotcis";
    if (const std::size_t unit = kUnits.find(c); unit != kUnits.npos) {
      format.unit = 1 << unit;
      format.unit_given = true;
    } else if (kLetters.find(c) != kLetters.npos) {
      format.letter = c;
      format.letter_given = true;
    } else {
      refuse_command(fmt::format(
          "{} is no format: /16xb bytes, /8xh words, /4xw dwords, /2xg qwords, /4dh or /4uh decimal, /8c characters, "
          "/o octal, /t binary, /s text, /10i code",
          whole));
    }
  }
  return format;
}

std::string number_words(std::uint64_t value, int size, char letter) {
  const int bits = size * 8;
  const std::uint64_t mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  const std::uint64_t number = value & mask;
  const bool negative = number >> (bits - 1) & 1;
  const auto as_signed = static_cast<std::int64_t>(negative ? number | ~mask : number);
  switch (letter) {
    case 'd': return fmt::format("{}", as_signed);
    case 'u': return fmt::format("{}", number);
    case 'o': return fmt::format("{:o}o", number);
    case 't': return fmt::format("{:0{}b}", number, bits);
    case 'c': {
      const auto byte = static_cast<unsigned char>(number);
      const bool shows = byte >= 0x20 && byte < 0x7F;
      return shows ? fmt::format("{:02X}h '{}'", byte, static_cast<char>(byte)) : fmt::format("{:02X}h    ", byte);
    }
    default: return fmt::format("{:X}h", number);
  }
}

}  // namespace bootsim
