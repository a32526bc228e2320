#include "stage2/map/stick.h"

#include "stage2/console/console.h"

namespace stage2 {

void tell_of_stick_as_floppy(Session& session) {
  Disk* disk;
  TableKind kind;
  const Vector<Partition>* list;
  if (session.boot_drive >= 0x80 || !session.volumes.drive(session.boot_drive, disk).ok() ||
      !disk->partitions(kind, list).ok() || kind == TableKind::kNone)
    return;
  const String floppy = device_name({session.boot_drive, kWholeDrive});
  print("The BIOS shows this partitioned disk as {}; `map {} (hd0)` makes it hd0.\n", floppy, floppy);
}

}  // namespace stage2
