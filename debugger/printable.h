// What of a text may be shown: names and words come from media and guests.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace debugger {

/// Length of the well-formed, printable UTF-8 character at `at`, or 0 (RFC 3629 §4; C0 and C1 controls excluded).
std::size_t printable_length(std::string_view text, std::size_t at);

/// What is no printable UTF-8 becomes '?', so that a name can neither break JSON nor send escape sequences to a
/// terminal.
void make_printable(std::string& text);

}  // namespace debugger
