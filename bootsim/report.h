// What a run has to say: the verdict line, the final screen, the JSON summary.
#pragma once

#include <string>

#include "bootsim/run.h"

namespace bootsim {

/// "waits: the guest waits for a key; 57 disk calls, 399 sectors, 1.204 s virtual, 0.310 s wall".
std::string verdict_line(const RunResult& result);
/// "why: …", the diagnosis, with a newline. Empty without one.
std::string diagnosis_text(const RunResult& result);
/// The text screen in a frame, without the empty lines at its end; one line about a graphics mode. Empty for a blank
/// screen.
std::string framed_screen(const RunResult& result);
/// The JSON summary of docs/manual.md, with a newline.
std::string json_summary(const RunResult& result);

}  // namespace bootsim
