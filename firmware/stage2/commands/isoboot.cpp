#include "stage2/commands/command.h"
#include "stage2/console/console.h"
#include "stage2/iso/families.h"
#include "stage2/linux/kernel.h"

namespace stage2 {
namespace {

constexpr u8 kFirstHardDisk = 0x80;

// How Linux calls the device: by what is on it, because its own numbers are not the BIOS's.
String linux_device(const Device& device, const lib32::FileSystem& fs) {
  if (!fs.uuid().empty()) return format("/dev/disk/by-uuid/{}", fs.uuid());
  if (!fs.label().empty()) return format("/dev/disk/by-label/{}", fs.label());
  String name = "/dev/sd";
  name += char('a' + (device.drive >= kFirstHardDisk ? device.drive - kFirstHardDisk : 0) % 26);
  if (device.partition != kWholeDrive) name += format("{}", device.partition + 1);
  return name;
}

// ${isofile}, ${uuid}, ${label}, ${devpath} for the volume with the file.
Result set_variables(Session& session, const OpenFile& image) {
  lib32::FileSystem* fs;
  if (Result result = session.volumes.file_system(image.device(), fs); !result.ok()) return result;
  Text path = image.path();
  path = path.from(find(path, ')') + 1);
  session.set_variable("isofile", path.empty() || path[0] != '/' ? format("/{}", path) : String(path));
  session.set_variable("uuid", fs->uuid());
  session.set_variable("label", fs->label());
  session.set_variable("devpath", linux_device(image.device(), *fs));
  return {};
}

// The parameters with the variables' values.
String expand(Session& session, Text text) {
  String out;
  while (!text.empty()) {
    if (!starts_with(text, "${")) {
      out += text[0];
      text = text.from(1);
      continue;
    }
    const size_t end = find(text, '}');
    out += session.variable(text.from(2).first(end - 2));
    text = text.from(end + 1);
  }
  return out;
}

}  // namespace

Result isoboot_command(Session& session, const Args& args) {
  const Vector<Text> plain = args.plain();
  if (plain.empty()) return fail("isoboot [--family=NAME] [--set] FILE.iso [more of the kernel's command line]");
  OpenFile image;
  if (Result result = session.volumes.open(session.root(), plain[0], image); !result.ok()) return result;
  if (Result result = set_variables(session, image); !result.ok()) return result;

  const String name = image.path();
  if (Result result = session.volumes.open(session.root(), name, image); !result.ok()) return result;
  u8* memory = new u8[kImageArenaBytes];
  lib32::FileSystem* iso;
  IsoBoot boot;
  Text wanted;
  args.option("family", wanted);
  Result result = open_image(image, memory, iso);
  if (result.ok()) session.set_variable("isolabel", iso->label());
  if (result.ok() && !args.has("set")) result = find_iso_boot(name, *iso, wanted, boot);
  delete[] memory;
  if (!result.ok() || args.has("set")) return result;

  String line = expand(session, boot.family->parameters);
  for (size_t i = 1; i < plain.size(); ++i) line += format(" {}", plain[i]);
  print("{}: {}\n", boot.family->name, line);
  LinuxKernel* kernel;
  if (result = LinuxKernel::load(session, {name, boot.kernel}, line, kernel); !result.ok()) return result;
  for (const String& initrd : boot.initrds)
    if (result = kernel->add_initrd(session, {name, initrd}); !result.ok()) {
      delete kernel;
      return result;
    }
  session.set_loaded(kernel);
  return {};
}

}  // namespace stage2
