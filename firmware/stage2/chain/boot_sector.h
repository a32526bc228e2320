#pragma once

#include "stage2/base/vector.h"

/// What a boot sector finds around itself. Compiles for the host too.
namespace stage2 {

inline constexpr u32 kBootSectorBytes = 512;

/// 55 AA at 1FEh.
bool has_boot_signature(const u8* sector);

/// What the BIOS parameter block of a FAT, exFAT or NTFS boot sector said that was wrong.
struct BpbChange {
  bool has_bpb = false;
  bool hidden_sectors = false;  ///< "hidden sectors": where the partition begins
  bool drive = false;
  u32 old_hidden_sectors = 0;
};

/// Corrects, in memory, the fields that depend on where the sector is booted: Microsoft's boot sectors read
/// by them (FAT specification 1.03, BPB_HiddSec and BS_DrvNum). `start` is the partition's first sector.
BpbChange fix_bpb(u8* sector, u64 start, u8 drive);

/// The boot information table that mkisofs -boot-info-table writes into a boot file at offset 8: "PVD at 16,
/// file at `lba`, `length` bytes", and the sum of its dwords from 64 on. `bytes` is the file, with room for a
/// whole last dword.
bool has_boot_info_table(const u8* bytes, u32 length);
void put_boot_info_table(u8* bytes, u32 length, u32 lba);

/// An entry of a partition table for `start` and `count`, active, as an MBR hands it over at DS:SI.
void make_partition_entry(u8 type, u64 start, u64 count, u8 entry[16]);

}  // namespace stage2
