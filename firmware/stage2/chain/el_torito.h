#pragma once

#include "lib32/el_torito.h"
#include "lib32/source.h"
#include "stage2/base/format.h"

/// The default entry of a CD's boot catalog (El Torito 1.0 §2). Compiles for the host too.
namespace stage2 {

struct BootEntry {
  u8 media = 0;     ///< 0: no emulation; 1 to 3: floppy disks; 4: hard disk
  u16 segment = 0;  ///< where the image is loaded
  u32 bytes = 0;    ///< to be loaded
  u64 offset = 0;   ///< of the image on the CD
};

/// `name` is the drive's, for messages.
Result read_boot_entry(Text name, lib32::Source& cd, BootEntry& entry);

}  // namespace stage2
