#include "memdisk/geometry.h"

#include "lib32/memory.h"
#include "lib32/types.h"

namespace memdisk {
namespace {

using lib32::le16;
using lib32::le32;

constexpr uint8_t kOddFloppy = 0x10;

// What floppies of up to a size were made for: the smallest number of cylinders to try, and the heads.
struct FloppyClass {
  uint32_t below;  // sectors
  uint32_t cylinders;
  uint32_t heads;
  uint8_t type;
};
constexpr FloppyClass kFloppyClasses[] = {
    {320 * 2, 40, 1, 1},  {640 * 2, 40, 2, 1},  {1200 * 2, 80, 2, 3},
    {1440 * 2, 80, 2, 2}, {2880 * 2, 80, 2, 4}, {kFloppySectors, 80, 2, 6},
};

const FloppyClass& floppy_class(uint32_t disk_sectors) {
  const FloppyClass* floppy = kFloppyClasses;
  const FloppyClass* largest = kFloppyClasses + sizeof kFloppyClasses / sizeof kFloppyClasses[0] - 1;
  while (floppy < largest && disk_sectors >= floppy->below) ++floppy;
  return *floppy;
}

// A floppy has 80 cylinders, or a few more if that makes the tracks come out even. Of an image that no
// geometry fits, the end is missing: the next size that one fits is the disk, without the cylinder that is
// not whole.
Geometry guess_floppy(uint32_t disk_sectors) {
  for (uint32_t size = disk_sectors;; ++size) {
    const FloppyClass& floppy = floppy_class(size);
    for (uint32_t cylinders = floppy.cylinders; cylinders < 256; ++cylinders) {
      uint32_t tracks = cylinders * floppy.heads;
      if (size % tracks != 0 || size / tracks == 0 || size / tracks > 62) continue;
      uint32_t per_cylinder = size / cylinders;
      uint32_t whole = disk_sectors / per_cylinder;
      return {whole == 0 ? 1 : whole, floppy.heads, size / tracks, floppy.type, 0};
    }
  }
}

// DOSEMU's hard disk images: "DOSEMU", heads, sectors, cylinders, size of the header.
constexpr uint32_t kDosemuHeader = 128;
bool has_dosemu_header(const uint8_t* image, uint32_t bytes) {
  if (bytes <= kDosemuHeader || memcmp(image, "DOSEMU", 7) != 0) return false;
  uint32_t heads = le32(image + 7);
  uint32_t sectors = le32(image + 11);
  uint32_t header = le32(image + 19);
  return heads - 1 < 256 && sectors - 1 < 63 && header >= 23 && header < bytes;
}

// The BIOS parameter block of a FAT file system (Microsoft, FAT: General Overview of On-Disk Format 1.03):
// the fields that a boot sector reads by. The image may be smaller or larger than the file system.
struct FatDisk {
  uint32_t heads;
  uint32_t sectors;  // per track
  uint32_t total;    // sectors of the file system
  bool is_floppy;    // BS_DrvNum
};

constexpr uint32_t kBpbBytesPerSector = 11, kBpbTotal16 = 19, kBpbMedia = 21, kBpbFatSize16 = 22,
                   kBpbSectorsPerTrack = 24, kBpbHeads = 26, kBpbTotal32 = 32;
// From the extended boot record on, which FAT32 has elsewhere than FAT12 and FAT16
constexpr uint32_t kExtended16 = 36, kExtended32 = 64;
constexpr uint32_t kDriveNumber = 0, kExtendedSignature = 2, kFileSystemType = 18;

bool read_fat(const uint8_t* image, FatDisk& fat) {
  bool jumps = image[0] == 0xeb || image[0] == 0xe9;
  uint8_t media = image[kBpbMedia];
  if (!jumps || (media != 0xf0 && media < 0xf8) || le16(image + kBpbBytesPerSector) != 512) return false;
  const uint8_t* extended = image + (le16(image + kBpbFatSize16) != 0 ? kExtended16 : kExtended32);
  if (extended[kExtendedSignature] != 0x29 || memcmp(extended + kFileSystemType, "FAT", 3) != 0) return false;
  fat.heads = le16(image + kBpbHeads);
  fat.sectors = le16(image + kBpbSectorsPerTrack);
  if (fat.heads == 0 || fat.heads > 256 || fat.sectors == 0 || fat.sectors > 63) return false;
  fat.total = le16(image + kBpbTotal16) != 0 ? le16(image + kBpbTotal16) : le32(image + kBpbTotal32);
  fat.is_floppy = (extended[kDriveNumber] & 0x80) == 0;
  return true;
}

bool says_geometry(const Options& options) { return options.heads != 0 || options.sectors != 0; }

// Partitions end where a cylinder does: the largest head and sector of the table are the disk's last.
bool guess_by_table(const uint8_t* image, Geometry& geometry) {
  if (le16(image + 510) != 0xaa55) return false;
  uint32_t heads = 0;
  uint32_t sectors = 0;
  for (const uint8_t* entry = image + 446; entry < image + 510; entry += 16) {
    if ((entry[0] & 0x7f) != 0) return false;  // not a partition table
    if (entry[4] == 0) continue;
    for (const uint8_t* chs = entry + 1; chs <= entry + 5; chs += 4) {
      if (chs[0] + 1U > heads) heads = chs[0] + 1U;
      if ((chs[1] & 63U) > sectors) sectors = chs[1] & 63U;
    }
  }
  if (heads == 0 || sectors == 0) return false;
  geometry.heads = heads;
  geometry.sectors = sectors;
  return true;
}

void guess_hard_disk(const uint8_t* image, uint32_t disk_sectors, bool by_table, Geometry& geometry) {
  if (by_table && guess_by_table(image, geometry)) return;
  bool small = disk_sectors <= 1024 * 64 * 32;
  geometry.heads = small ? 64 : 255;
  geometry.sectors = small ? 32 : 63;
}

}  // namespace

bool is_floppy(const uint8_t* image, uint32_t bytes, const Options& options) {
  if (options.kind == Kind::kFloppy || options.kind == Kind::kHardDisk) return options.kind == Kind::kFloppy;
  if (has_dosemu_header(image, bytes)) return false;
  FatDisk fat;
  if (!says_geometry(options) && read_fat(image, fat)) return fat.is_floppy;
  return bytes / 512 < kFloppySectors;
}

Geometry find_geometry(const uint8_t* image, uint32_t bytes, const Options& options) {
  uint32_t disk_sectors = bytes / 512;
  Geometry geometry = {0, 0, 0, kOddFloppy, 0};
  bool heads_or_sectors = says_geometry(options);
  FatDisk fat;
  if (has_dosemu_header(image, bytes)) {
    geometry = {le32(image + 15), le32(image + 7), le32(image + 11), kOddFloppy, le32(image + 19)};
    disk_sectors = (bytes - geometry.header) / 512;
  } else if (!heads_or_sectors && options.kind != Kind::kIso && read_fat(image, fat)) {
    geometry.heads = fat.heads;
    geometry.sectors = fat.sectors;
    if (fat.total < kFloppySectors) geometry.floppy_type = floppy_class(fat.total).type;
  } else if (disk_sectors < kFloppySectors && !heads_or_sectors) {
    geometry = guess_floppy(disk_sectors);
  } else if (disk_sectors > 0) {
    guess_hard_disk(image, disk_sectors, !heads_or_sectors, geometry);
  }
  if (options.heads != 0) geometry.heads = options.heads;
  if (options.sectors != 0) geometry.sectors = options.sectors;
  if (options.cylinders != 0) geometry.cylinders = options.cylinders;
  if (geometry.cylinders == 0) geometry.cylinders = disk_sectors / (geometry.heads * geometry.sectors);
  if (geometry.cylinders == 0) geometry.cylinders = 1;
  if (geometry.cylinders > 1024) geometry.cylinders = 1024;
  return geometry;
}

void make_diskette_table(const Geometry& geometry, uint8_t* table) {
  // RBIL table 03415: step and unload times, DMA, motor-off ticks, 512-byte sectors, sectors per track, gap,
  // data length, gap when formatting, fill byte, settle and motor-start times; PS/2: last cylinder, transfer
  // rate, drive type.
  static constexpr uint8_t kTable[14] = {0xdf, 0x02, 0x25, 0x02, 0x12, 0x12, 0xff,
                                         0x6c, 0xf6, 0x0f, 0x05, 0x4f, 0x00, 0x04};
  memcpy(table, kTable, sizeof kTable);
  table[4] = static_cast<uint8_t>(geometry.sectors);
  table[11] = static_cast<uint8_t>(geometry.cylinders - 1);
  table[13] = geometry.floppy_type > 5 ? 5 : geometry.floppy_type;
}

}  // namespace memdisk
