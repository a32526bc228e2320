#include "bootsim/quirks.h"

#include <cstdio>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/run.h"
#include "emu/error.h"

namespace bootsim::commands {

int quirks(const Arguments& arguments) {
  const bool help = arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h");
  if (!arguments.empty() && !help) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim quirks` takes no arguments");
  fmt::print("{}", quirks_listing());
  return exit_code::kReached;
}

}  // namespace bootsim::commands
