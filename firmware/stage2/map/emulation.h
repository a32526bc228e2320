#pragma once

#include "stage2/chain/el_torito.h"
#include "stage2/map/drive_maps.h"

/// CDs that boot by emulating a floppy or a hard disk (El Torito 1.0), and what INT 13h/4B01h says about
/// them.
namespace stage2 {

/// The answer to INT 13h/4B01h of `drive`, which is the CD itself (`emulated` is null) or the drive that it
/// emulates.
BootPacket boot_packet(const BootEntry& entry, u8 drive, const memdisk::Geometry* emulated);

/// The boot image of the CD in `cd_drive`, a real or a mapped one, becomes fd0 or hd0, and is hooked; that
/// drive's number is `drive`. The CD keeps its own number.
Result emulate_boot_image(Session& session, u8 cd_drive, const BootEntry& entry, u8& drive);

}  // namespace stage2
