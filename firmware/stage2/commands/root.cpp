#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

Result root_command(Session& session, const Args& args) {
  if (args.size() == 0) {
    print("{}\n", device_name(session.root()));
    return {};
  }
  Device device = session.root();
  bool has_device;
  Text path;
  const u8 cd = starts_with(args[0], "(cd") ? session.volumes.cd_drive() : u8(0);
  if (Result result = split_path(args[0], cd, device, has_device, path); !result.ok()) return result;
  if (!path.empty() || (!has_device && args[0] != Text("()"))) return fail("root (hd0,0), not `{}`", args[0]);
  Slice slice;
  if (Result result = session.volumes.source(device, slice); !result.ok()) return result;
  session.set_root(device);
  return {};
}

}  // namespace stage2
