// Which disk an image is: its geometry from its size, its partition table or its DOSEMU header.
#pragma once

#include <stdint.h>

#include "memdisk/options.h"

namespace memdisk {

// An image of 4 MiB is a hard disk, one smaller a floppy.
constexpr uint32_t kFloppySectors = 8192;

struct Geometry {
  uint32_t cylinders;   // 1-1024
  uint32_t heads;       // 1-256
  uint32_t sectors;     // per track, 1-63
  uint8_t floppy_type;  // BL of INT 13h/08h: 1 = 360K, 2 = 1200K, 3 = 720K, 4 = 1440K, 6 = 2880K, 10h = none
                        // of these
  uint32_t header;      // bytes of a DOSEMU header in front of the disk; 0 without one
};

// `image` has `bytes` bytes. What the options say wins.
Geometry find_geometry(const uint8_t* image, uint32_t bytes, const Options& options);

// The diskette parameter table (INT 1Eh) of such a floppy, 14 bytes.
void make_diskette_table(const Geometry& geometry, uint8_t* table);

}  // namespace memdisk
