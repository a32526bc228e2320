// The panes there are. Each is a file pair's worth of code behind one function.
#pragma once

#include <memory>

#include "ui/pane.h"

namespace ui {

std::unique_ptr<Pane> make_screen_pane();    ///< the guest's display
std::unique_ptr<Pane> make_calls_pane();     ///< every BIOS call, as a table
std::unique_ptr<Pane> make_timeline_pane();  ///< virtual time, to travel in
std::unique_ptr<Pane> make_disk_map_pane();  ///< a medium's sectors, and who read them
std::unique_ptr<Pane> make_code_pane();      ///< disassembly and registers
std::unique_ptr<Pane> make_stack_pane();     ///< who called whom; interrupt vectors
std::unique_ptr<Pane> make_memory_pane();    ///< bytes, and who wrote them
std::unique_ptr<Pane> make_breakpoints_pane();
std::unique_ptr<Pane> make_devices_pane();  ///< the chips' registers
std::unique_ptr<Pane> make_log_pane();      ///< verdict, warnings, serial output, the debugger's prompt

}  // namespace ui
