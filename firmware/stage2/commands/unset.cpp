#include "stage2/commands/command.h"

namespace stage2 {

Result unset_command(Session& session, const Args& args) {
  for (const String& name : args.words) session.unset_variable(name);
  return {};
}

}  // namespace stage2
