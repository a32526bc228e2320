#pragma once

#include "stage2/base/format.h"

/// INT 13h as it is found in the field: with the extensions or by cylinder, head and sector; with retries.
namespace stage2 {

/// What the BIOS says about a drive.
struct DriveInfo {
  u8 number = 0;
  bool is_cd = false;  ///< sectors of 2048 bytes, read with the extensions
  bool has_edd = false;
  u32 sector_size = 512;
  u64 sectors = 0;                                      ///< 0: unknown
  u32 cylinders = 0, heads = 0, sectors_per_track = 0;  ///< 0: no geometry
};

/// False when there is no such drive (or no medium in it). A CD is known by its sector size, by INT 13h/4B01h,
/// or because `known_as_cd` says so and the BIOS does not say otherwise.
bool probe_drive(u8 number, bool known_as_cd, DriveInfo& info);

/// The largest read: the disk buffer, and what all BIOSes do (EDD 3.0: 127 sectors).
inline constexpr u32 kDiskBufferBytes = 0xfe00;
/// Below 1 MiB, within one 64 KiB page.
u8* disk_buffer();

/// Reads `count` sectors to the disk buffer, at most kDiskBufferBytes. After a failure the drive is reset and the read
/// repeated, then sector by sector; the BIOS status is that of the sector that cannot be read, which `lba` becomes.
bool read_sectors(DriveInfo& info, u64& lba, u32 count, u8& status);
/// Writes from the disk buffer, in the same way.
bool write_sectors(DriveInfo& info, u64& lba, u32 count, u8& status);

/// INT 13h status in words (RBIL table 00234).
const char* status_words(u8 status);

/// Drive numbers that answer: floppies and hard disks as the BIOS counts them, then CDs.
Vector<u8> list_drives(u8 boot_drive);

}  // namespace stage2
