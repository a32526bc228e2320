#include "bootsim/version.h"

#include <fmt/core.h>

namespace bootsim {

std::string_view version() { return BOOTSIM_VERSION; }

std::string_view engine_word(emu::EnginePath path) { return path == emu::EnginePath::kKit ? "kit" : "public"; }

std::string version_text() {
  const emu::Machine machine({.ram_size = 1u << 20});
  const bool kit = machine.engine_path() == emu::EnginePath::kKit;
  return fmt::format("bootsim {}, engine {}{}\n", version(), engine_word(machine.engine_path()),
                     kit ? "" : " (slower, and without paging that is not identity: the repairs do not fit this Unicorn)");
}

}  // namespace bootsim
