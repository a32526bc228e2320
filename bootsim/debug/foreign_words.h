// Words of Bochs's debugger and of gdb that name no command here: what they are here, or what to say instead.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bootsim {

struct ForeignWord {
  std::string_view word;  ///< "pb"
  std::string_view here;  ///< "break phys", or a sentence that names what comes nearest
  bool same = false;      ///< `here` is a command, and what is behind the word belongs behind it
};

std::span<const ForeignWord> all_foreign_words();
/// Null: nobody's.
const ForeignWord* find_foreign_word(std::string_view word);

/// Bytes of a C type's name, "unsigned short": gdb's way to say how wide memory is read. Nothing: no such type.
std::optional<int> bytes_of_type(std::string_view type);
/// gdb's *(short *)ADDRESS and {short}ADDRESS as word [ADDRESS]; all else as it is.
std::string from_gdb(std::string_view expression);

}  // namespace bootsim
