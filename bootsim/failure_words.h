// What loaders leave on the screen when they have given up.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bootsim {

/// How the guest came to rest.
enum class Rest { kKeyWait, kHalt };

/// What the screen shows, in words for a report, when the last lines of a screen are those of a loader that cannot go on: `grub rescue>`; an
/// error line followed by a key wait that reboots; the last words of well-known boot sectors. Only the last lines
/// count, so that an error that was overcome, or a text that merely speaks of errors, is none.
std::optional<std::string> known_failure(const std::vector<std::string>& screen, Rest rest);

}  // namespace bootsim
