#include "stage2/commands/command.h"

namespace stage2 {

Result boot_command(Session& session, const Args&) {
  if (session.loaded() == nullptr) return fail("nothing has been loaded that could be started");
  return session.loaded()->boot(session);
}

}  // namespace stage2
