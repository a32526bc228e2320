#pragma once

#include "memdisk/geometry.h"
#include "stage2/base/vector.h"

/// Sector 0 of disks and partitions, as far as maps change it. Compiles for the host too.
namespace stage2 {

inline constexpr u32 kMbrTable = 446, kMbrEntryBytes = 16, kMbrSignature = 510;

struct MbrEntry {
  bool active = false;
  u8 type = 0;
  u32 start = 0, count = 0;
};
/// Entry 0 to 3, with cylinders, heads and sectors where 1024 cylinders reach.
void write_mbr_entry(u8* sector, u32 index, const MbrEntry& entry, const memdisk::Geometry& geometry);
MbrEntry read_mbr_entry(const u8* sector, u32 index);

/// A partition's boot sector with a BIOS parameter block: of FAT, NTFS and the like.
bool has_bpb(const u8* sector);
/// Sectors per track and heads out of the BPB; false when they make no sense.
bool bpb_geometry(const u8* sector, memdisk::Geometry& geometry);
/// BPB_HiddSec, what lies before the partition: boot sectors add it to what they read.
void set_hidden_sectors(u8* sector, u32 hidden);
/// The partition type that goes with a boot sector: 01h, 06h, 0Ch, 07h, or 83h.
u8 partition_type(const u8* sector, u64 sectors);

}  // namespace stage2
