// What `bootsim --version` says.
#pragma once

#include <string>
#include <string_view>

#include "emu/machine.h"

namespace bootsim {

/// "0.1.0"
std::string_view version();
/// "kit" or "public": how traces, JSON and specs write the engine path.
std::string_view engine_word(emu::EnginePath path);
/// "bootsim 0.1.0, engine kit" with a note when the kit stepped aside. Builds a small machine to find out.
std::string version_text();

}  // namespace bootsim
