// gdb's /NFU behind `x`, `print` and `display`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bootsim {

/// How many, as what, of which size.
struct Format {
  std::optional<std::uint64_t> count;
  char letter = 'x';  ///< x d u o t c i s
  int unit = 1;       ///< bytes
  bool unit_given = false, letter_given = false;
};

/// Takes "/16xb" off the front, where it stands. Throws emu::Error(kUsage).
Format take_format(std::string_view& rest);

/// A number of `size` bytes: d is signed, u is not, o and t are bases, c a character beside its number; x as 7C00h has
/// it.
std::string number_words(std::uint64_t value, int size, char letter);

}  // namespace bootsim
