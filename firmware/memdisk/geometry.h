// Which disk an image is: its geometry from its DOSEMU header, its FAT file system, its partition table or
// its size.
#pragma once

#include <stdint.h>

#include "memdisk/options.h"

namespace memdisk {

// An image of 4 MiB is a hard disk, one smaller a floppy, unless it says itself what it is.
constexpr uint32_t kFloppySectors = 8192;

struct Geometry {
  uint32_t cylinders;   // 1-1024
  uint32_t heads;       // 1-256
  uint32_t sectors;     // per track, 1-63
  uint8_t floppy_type;  // BL of INT 13h/08h: 1 = 360K, 2 = 1200K, 3 = 720K, 4 = 1440K, 6 = 2880K, 10h = none
                        // of these
  uint32_t header;      // bytes of a DOSEMU header in front of the disk; 0 without one
};

// Whether an image of `bytes` bytes, 512 at least, is a floppy. What the options say wins; then a DOSEMU
// header, a FAT file system's drive number, the size.
bool is_floppy(const uint8_t* image, uint32_t bytes, const Options& options);

// `image` has `bytes` bytes; the first sector is looked at. What the options say wins. With Kind::kIso it is
// the boot image of a CD, whose catalog has said which floppy it is (El Torito 1.0 §2.2): a FAT file system
// in it says nothing.
Geometry find_geometry(const uint8_t* image, uint32_t bytes, const Options& options);

// The diskette parameter table (INT 1Eh) of such a floppy, 14 bytes.
void make_diskette_table(const Geometry& geometry, uint8_t* table);

}  // namespace memdisk
