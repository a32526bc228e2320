// What a user can ask of `bootsim debug`: everything that `run` takes, and scripts.
#pragma once

#include <string>
#include <vector>

#include "bootsim/options.h"

namespace bootsim {

/// -x FILE or -e COMMAND, in the order given.
struct DebugScript {
  bool is_file = false;
  std::string text;  ///< the file's name, or the command
};

struct DebugOptions {
  RunOptions run;
  std::vector<DebugScript> scripts;
  bool history = true;  ///< keep what going back needs
};

/// Throws emu::Error(kUsage).
DebugOptions parse_debug_options(const Arguments& arguments);
std::string debug_help();

/// A sentence for each option given that `run` acts on by itself, and that who steps through a boot sees to himself: to
/// be shown. Attended: somebody is there to end what lasts too long.
std::vector<std::string> left_to_the_user(const RunOptions& options, bool attended = true);

}  // namespace bootsim
