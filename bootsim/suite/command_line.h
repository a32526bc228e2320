// Command lines as data: what a spec stands for, written for a shell, and read back from one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bootsim/arguments.h"
#include "bootsim/options.h"
#include "bootsim/suite/difference.h"
#include "bootsim/suite/spec.h"

namespace bootsim {

/// A word as a shell takes it: quoted where needed.
std::string shell_word(std::string_view word);
std::string shell_line(const Arguments& words);

/// The words of `bootsim run` that change the boot: outputs are left out; so are, without `goals`, --until and
/// --fail-on, which `bootsim debug` leaves to its user.
Arguments boot_words(const Arguments& arguments, bool goals);

/// "bootsim debug MEDIA OPTIONS -e 'goto call 17'": opens the debugger at the call where a boot parted from its spec.
/// Without such a call at the start. Media that are made for each boot it makes first, in a new folder. Empty when
/// there was no boot.
std::string debug_command(const Spec& spec, const SpecOutcome& outcome);

/// What the words of `bootsim run` are about.
struct RunWords {
  struct Medium {
    std::string kind;  ///< "cd", "usb-hd", "kernel"...; empty: attached as it looks
    std::string file;
  };
  struct Keys {
    std::string when;  ///< empty: at once
    std::string keys;
  };
  std::vector<Medium> media;
  std::vector<Keys> type;
  std::vector<std::string> until;
  Arguments options;  ///< the others that change the boot; outputs are left out
};

/// Throws emu::Error(kUsage) as parse_run_options() does.
RunWords sort_run_words(const Arguments& arguments);

/// The other way round: words that give these options again. Outputs and limits of host time are left out.
Arguments run_arguments(const RunOptions& options);

}  // namespace bootsim
