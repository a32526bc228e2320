#include "stage2/commands/command.h"
#include "stage2/console/console.h"
#include "stage2/head.h"
#include "stage2/map/stick.h"
#include "stage2/memory/map.h"
#include "stage2/menu/command_line.h"
#include "stage2/menu/load_config.h"

namespace stage2 {

namespace {

// The volume that the head names, or else the drive, or its first partition with a file system.
Device boot_device(Session& session) {
  const u64 lba = head().volume_lba;
  Disk* disk;
  TableKind kind;
  const Vector<Partition>* list;
  const Device whole{session.boot_drive, kWholeDrive};
  if (!session.volumes.drive(session.boot_drive, disk).ok() || disk->info().is_cd) return whole;
  if (!disk->partitions(kind, list).ok() || kind == TableKind::kNone) return whole;
  for (const Partition& partition : *list)
    if (lba != 0 && partition.start << disk->sector_shift() == lba * 512) return {session.boot_drive, partition.index};
  lib32::FileSystem* fs;
  if (lba != 0 || session.volumes.file_system(whole, fs).ok()) return whole;
  for (const Partition& partition : *list)
    if (session.volumes.file_system({session.boot_drive, partition.index}, fs).ok())
      return {session.boot_drive, partition.index};
  return whole;
}

// On the root device; a stage2 that no installer has told where it belongs looks on the other devices too, and makes
// the one that has a configuration the root.
String configuration(Session& session) {
  String path;
  const Result result = find_config(session, path);
  if (!path.empty()) return path;
  if (head().kind == BootKind::kNotInstalled || head().kind == BootKind::kLoadedFile) {
    const Device root = session.root();
    for (const Device& device : session.volumes.candidates()) {
      session.set_root(device);
      if (find_config(session, path).ok() && !path.empty()) return path;
    }
    session.set_root(root);
  }
  if (!result.ok()) print_error(result.words());
  print("There is no configuration file on {}. `help` lists the commands.\n", device_name(session.root()));
  return path;
}

}  // namespace

/// Called by start.asm, with the drive that stage2 was loaded from.
extern "C" [[noreturn, gnu::regparm(0)]] void stage2_main(u32 drive) {
  console_init();
  memory_init();
  print("bootsim {}\n", BOOTSIM_VERSION);
  Session* session = new Session(u8(drive), head().kind == BootKind::kCd);
  session->set_root(boot_device(*session));
  tell_of_stick_as_floppy(*session);
  const String config = configuration(*session);
  if (!config.empty())
    if (const Result result = load_config(*session, config); !result.ok()) print_error(result.words());
  for (;;) command_line(*session);
}

}  // namespace stage2
