// `bootsim run --gdb`: gdb first, then the run goes on as any other.
#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "bootsim/gdb_server.h"
#include "bootsim/session.h"

namespace bootsim {

void Session::serve_gdb() {
  debugger_ = std::make_unique<debugger::Debugger>(
      debugger::Target{pc_->machine(), pc_->bios(), pc_->vga(), assembly_.drive_files()});
  Shell shell(assembly_, *debugger_, [](std::string_view) {}, {});
  const GdbServer::End end = bootsim::serve_gdb(options_.gdb, shell, hooks_.notice);
  for (const debugger::Breakpoint* breakpoint : debugger_->breakpoints().all())
    debugger_->breakpoints().remove(breakpoint->id);
  debugger_->breakpoints().on_log = nullptr;
  if (end == GdbServer::End::kKilled) return decide(exit_code::kReached, "ended", "gdb ended it");
  watch_calls();
  watch_conditions();
  if (debugger_->last_stop().cause == debugger::StopCause::kReset) handle_reset();
}

}  // namespace bootsim
