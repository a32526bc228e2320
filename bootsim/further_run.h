// Running the same PC once more, beside the user's own run: to find out why it failed, or to write it down.
#pragma once

#include "bootsim/options.h"

namespace bootsim {

/// The same PC and goals. Such a run writes, shows and waits for nothing, and the host's time does not end it.
RunOptions without_outputs(RunOptions options);

}  // namespace bootsim
