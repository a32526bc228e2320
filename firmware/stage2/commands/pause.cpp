#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

Result pause_command(Session&, const Args& args) {
  put(args.size() != 0 ? args.line.text() : Text("Press a key to go on."));
  wait_key();
  put('\n');
  return {};
}

}  // namespace stage2
