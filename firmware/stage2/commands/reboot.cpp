#include "stage2/commands/command.h"
#include "stage2/reset.h"

namespace stage2 {

Result reboot_command(Session&, const Args&) { restart_machine(); }

}  // namespace stage2
