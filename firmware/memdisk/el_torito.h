// How an El Torito CD wants to be booted (El Torito 1.0).
#pragma once

#include <stdint.h>

#include "lib32/el_torito.h"

namespace memdisk {

using lib32::el_torito::Emulation;

struct BootImage {
  const char* problem;  // null, or why the CD cannot boot
  Emulation emulation;
  uint16_t load_segment;  // as the catalog has it: 0 means 07C0h
  uint16_t load_sectors;  // of 512 bytes
  uint32_t lba;           // of 2048 bytes
  uint32_t bytes;         // of the emulated disk, or to be loaded
};

BootImage find_boot_image(const uint8_t* iso, uint32_t bytes);

}  // namespace memdisk
