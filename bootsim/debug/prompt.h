// Where commands come from when a person or a pipe gives them.
#pragma once

#include "bootsim/debug/shell.h"

namespace bootsim {

/// A line-editing prompt with history (~/.local/state/bootsim/history) and completion, until `quit` or end of file.
void prompt_on_terminal(Shell& shell);
/// Commands from stdin, each shown before it runs. False: some failed.
bool commands_from_pipe(Shell& shell);

}  // namespace bootsim
