#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

Result echo_command(Session&, const Args& args) {
  const bool newline = args.size() == 0 || args[0] != Text("-n");
  for (size_t i = newline ? 0 : 1; i < args.size(); ++i) {
    put(args[i]);
    if (i + 1 < args.size()) put(' ');
  }
  if (newline) put('\n');
  return {};
}

}  // namespace stage2
