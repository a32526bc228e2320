#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

Result terminal_command(Session&, const Args& args) {
  bool screen = false, serial = false;
  for (const Text name : args.plain()) {
    if (name == Text("console")) {
      screen = true;
    } else if (name == Text("serial")) {
      serial = true;
    } else {
      return fail("terminal console or serial or both, not `{}`", name);
    }
  }
  if (!screen && !serial) return fail("terminal console or serial or both");
  return console_use(screen, serial);
}

}  // namespace stage2
