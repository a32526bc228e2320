// Words of Bochs's debugger and of gdb that name no command here: what they are here, or what to say instead.
#pragma once

#include <span>
#include <string_view>

namespace bootsim {

struct ForeignWord {
  std::string_view word;    ///< "pb"
  std::string_view here;    ///< "break phys", or a sentence that names what comes nearest
  bool same = false;        ///< `here` is a command, and what is behind the word belongs behind it
};

std::span<const ForeignWord> all_foreign_words();
/// Null: nobody's.
const ForeignWord* find_foreign_word(std::string_view word);

}  // namespace bootsim
