// Puts the resident part (resident.asm) into low memory and makes it the machine's disk and memory BIOS.
#pragma once

#include <stdint.h>

#include "memdisk/el_torito.h"
#include "memdisk/geometry.h"
#include "memdisk/memory_map.h"
#include "memdisk/options.h"

namespace memdisk {

// The drive that the memory disk is to be.
struct Disk {
  uint8_t drive;
  uint32_t base;     // physical address
  uint32_t sectors;  // of 1 << shift bytes
  uint8_t shift;     // 9, or 11 for a CD
  Geometry geometry;
  bool is_cd;  // without cylinders, heads and sectors
  bool edd;
  BootImage boot;  // of an ISO; boot.lba is 0 otherwise
};

struct Installed {
  uint32_t base;  // physical address, a multiple of 1024: where low memory ends now
  uint32_t bytes;
};

// `map` gets the resident part's memory reserved, and is what INT 15h will say.
Installed install(const Disk& disk, const Options& options, const char* line, uint8_t loader, MemoryMap& map);

}  // namespace memdisk
