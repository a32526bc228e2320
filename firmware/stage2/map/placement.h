#pragma once

#include "stage2/session.h"

/// Where the bytes of a file, a partition or a drive really lie: on a drive as the BIOS numbers it, or in
/// memory.
namespace stage2 {

/// A run of 512-byte sectors of a drive. The layout is known to resident/disk_backing.inc.
struct [[gnu::packed]] MapExtent {
  u32 count = 0;
  u64 lba = 0;  ///< or kHole, or kInline with an index of Placement::sectors in the lower half
};
static_assert(sizeof(MapExtent) == 12);
inline constexpr u64 kHole = u64{0xfffffffe} << 32;
inline constexpr u64 kInline = u64{0xffffffff} << 32;

/// More pieces than these are refused: each takes 12 bytes of low memory.
inline constexpr u32 kMostExtents = 1024;

struct SectorBytes {
  u8 bytes[512];
};

struct Placement {
  enum class Kind : u8 { kNothing, kExtents, kMemory } kind = Kind::kNothing;
  u32 memory = 0;  ///< kMemory: physical address
  // kExtents: the drive
  u8 drive = 0;
  u8 shift = 0;              ///< log2 of its sectors' size, less 9
  u8 sectors_per_track = 0;  ///< 0: it has the extensions
  u16 heads = 0;
  Vector<MapExtent> extents;
  Vector<SectorBytes> sectors;  ///< that lie nowhere on the drive
  u64 count = 0;                ///< of 512 bytes, all together

  /// Sector 0 is read as these bytes from now on; kExtents only.
  void replace_first(const u8* bytes);
  /// Puts sectors of zeros, and before them one that reads as `bytes`, in front.
  void prepend(const u8* bytes, u32 zeros);
};

/// Appends `length` bytes at `offset` of a drive as stage2 sees it, through the maps that are hooked. `what`
/// is for messages.
Result place_bytes(Session& session, Text what, u8 drive, u64 offset, u64 length, Placement& placement);
/// A whole file.
Result place_file(Session& session, OpenFile& file, Placement& placement);

}  // namespace stage2
