// The page's sections as static HTML: what can be read without its script.
#pragma once

#include <string>
#include <string_view>

#include "bootsim/arguments.h"
#include "bootsim/html_report/recorder.h"
#include "bootsim/run.h"

namespace bootsim::html_report {

/// "#select=17", as an element.
std::string call_link(std::uint64_t number);

/// What a spec says that the boot should have done. Empty without it.
std::string complaint_section(std::string_view complaint);
/// The diagnosis, with links to the calls that it names. Empty without one.
std::string why_section(const RunResult& result);
/// What ran, on what, for how long.
std::string facts_section(const RunOptions& options, const Recorder& recorder, const RunResult& result);
/// The commands that show the same boot again.
std::string commands_section(const std::string& run_line, const std::string& debug_line, const RunOptions& options,
                             const RunResult& result);
/// Of a short boot every call, else the first and the last ones, the failed ones and those of the diagnosis.
std::string calls_rows(const Recorder& recorder, const RunResult& result);
/// What is said above the table when calls are missing in it.
std::string calls_note(const Recorder& recorder);
/// The last screen, by itself; and all of them but the last.
std::string final_screen(const Recorder& recorder);
std::string screens_section(const Recorder& recorder);
std::string handoff_section(const Recorder& recorder);
std::string sectors_section(const Recorder& recorder, const RunResult& result);
std::string media_section(const Recorder& recorder);
/// The end of what the serial port sent. Empty when it sent nothing.
std::string serial_section(const RunResult& result);

}  // namespace bootsim::html_report
