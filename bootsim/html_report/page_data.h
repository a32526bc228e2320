// What the page's script works on, as JSON.
#pragma once

#include <string>

#include "bootsim/arguments.h"
#include "bootsim/html_report/recorder.h"
#include "bootsim/run.h"

namespace bootsim::html_report {

/// Safe inside <script type="application/json">. `debug_line` opens the debugger, up to its -e.
std::string page_data(const Recorder& recorder, const RunResult& result, const std::string& debug_line);

}  // namespace bootsim::html_report
