#include "stage2/commands/command.h"
#include "stage2/linux/kernel.h"

namespace stage2 {

Result initrd_command(Session& session, const Args& args) {
  if (args.size() == 0) return fail("initrd FILE...");
  LinuxKernel* kernel = session.loaded() == nullptr ? nullptr : session.loaded()->as_linux();
  if (kernel == nullptr) return fail("a kernel has to be loaded before its initrd");
  for (const String& word : args.words)
    if (Result result = kernel->add_initrd(session, {{}, word}); !result.ok()) return result;
  return {};
}

}  // namespace stage2
