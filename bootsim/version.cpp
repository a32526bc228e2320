#include "bootsim/version.h"

#include <fmt/core.h>

namespace bootsim {

std::string_view version() { return BOOTSIM_VERSION; }

std::string_view engine_word(emu::EnginePath path) { return path == emu::EnginePath::kKit ? "kit" : "public"; }

std::string version_text() {
  std::string why_not_kit;
  const emu::EnginePath path = emu::probe_engine(&why_not_kit);
  return fmt::format(
      "bootsim {}, engine {}{}\n", version(), engine_word(path),
      path == emu::EnginePath::kKit ? "" : fmt::format(" (slower; the kit stepped aside: {})", why_not_kit));
}

}  // namespace bootsim
