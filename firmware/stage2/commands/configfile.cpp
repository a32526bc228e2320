#include "stage2/commands/command.h"
#include "stage2/menu/load_config.h"

namespace stage2 {

Result configfile_command(Session& session, const Args& args) {
  if (args.size() != 1) return fail("configfile FILE");
  const String path = args[0];
  Device device = session.root();
  bool has_device;
  Text rest;
  const u8 cd = starts_with(path, "(cd") ? session.volumes.cd_drive() : u8(0);
  if (Result result = split_path(path, cd, device, has_device, rest); !result.ok()) return result;
  // A configuration's paths are meant on its own device.
  if (has_device) session.set_root(device);
  return load_config(session, rest);
}

}  // namespace stage2
