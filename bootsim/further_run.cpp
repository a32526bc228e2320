#include "bootsim/further_run.h"

namespace bootsim {

RunOptions without_outputs(RunOptions options) {
  options.trace.reset();
  options.gdb.clear();
  options.screenshot.clear();
  options.serial.clear();
  options.debugcon.clear();
  options.json.clear();
  options.screen = options.persist = options.progress = false;
  options.quiet = true;
  options.wall_limit.reset();
  return options;
}

}  // namespace bootsim
