// What loaders leave on the screen when they have given up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootsim/rest.h"

namespace bootsim {

/// What the screen shows, in words for a report, when its last lines are those of a loader that cannot go on:
/// `grub rescue>`; an error line followed by a key wait that reboots; the last words of well-known boot sectors. Only
/// the last lines count, so that an error that was overcome, or a text that merely speaks of errors, is none.
std::optional<std::string> known_failure(const std::vector<std::string>& screen, Rest rest);

/// The last line in which a loader says that something went wrong ("error: unknown filesystem."). Not a verdict:
/// loaders go on after many of them.
std::optional<std::string> error_line(const std::vector<std::string>& screen);

}  // namespace bootsim
