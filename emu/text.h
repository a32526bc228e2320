// Small pieces of text, as guests, media and command lines write them. Letters are ASCII; other bytes pass as they are.
#pragma once

#include <string>
#include <string_view>

#include "emu/types.h"

namespace emu {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lower(std::string_view text);
/// The same words, in any case of letters.
bool same_words(std::string_view a, std::string_view b);

/// Without the spaces, tabs and line ends around it.
std::string_view trimmed(std::string_view text);
/// The next word, taken off `rest` with the blanks around it; empty when there is none.
std::string_view take_word(std::string_view& rest);

/// "0000:7C00".
std::string far_words(FarPtr p);

}  // namespace emu
