#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

Result help_command(Session&, const Args& args) {
  if (args.size() != 0) {
    const Command* command = find_command(args[0]);
    if (command == nullptr) return fail("there is no command `{}`", args[0]);
    print("{} {}\n  {}\n", command->name, command->usage, command->help);
    return {};
  }
  u32 lines = 0;
  for (size_t i = 0; i < kCommandCount; ++i) {
    const Command& command = kCommands[i];
    print("{:12} {}\n", command.name, command.help);
    if (++lines % (rows() - 2u) == 0 && i + 1 < kCommandCount) {
      put("-- a key goes on --");
      wait_key();
      put("\r                  \r");
    }
  }
  return {};
}

}  // namespace stage2
