#pragma once

#include "lib32/source.h"
#include "stage2/base/format.h"

/// Disk images held in memory, for map --mem.
namespace stage2 {

struct LoadedImage {
  u32 base = 0;  ///< physical address, at a multiple of 4096; zeros behind the end of the last 4096 bytes
  u32 bytes = 0;
};

enum class Packing : u8 { kAsItIs, kUnpack };

/// Reads all of `source` to the high end of memory. With kUnpack, a gzip or zip file becomes what is in it.
Result load_image(Text name, lib32::Source& source, u64 size, Packing packing, LoadedImage& image);

}  // namespace stage2
