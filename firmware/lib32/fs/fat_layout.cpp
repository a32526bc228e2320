#include "lib32/fs/fat.h"

namespace lib32 {

namespace {

// §3.5: the type follows from the count of clusters.
constexpr u64 kMaxFat12Clusters = 4084;
constexpr u64 kMaxFat16Clusters = 65524;
constexpr u64 kMaxFat32Clusters = 0x0FFFFFF5;

// BPB_ExtFlags of FAT32: the tables are not copies of each other, and the low bits say which one counts.
constexpr u16 kOneTable = 0x80;
constexpr u16 kTableNumber = 0x0F;

/// Entries that a table of `bytes` has room for.
u64 table_entries(u64 bytes, u32 bits) {
  return bits == 32 ? bytes >> 2 : bits == 16 ? bytes >> 1 : divide(bytes * 2, 3).quotient;
}

}  // namespace

bool FatLayout::parse(const u8* s) {
  const u32 sector = le16(s + 11);
  const u32 cluster_sectors = s[13], reserved = le16(s + 14), fats = s[16], root_entries = le16(s + 17), media = s[21];
  const u64 sectors = le16(s + 19) != 0 ? le16(s + 19) : le32(s + 32);
  const bool fat32 = le16(s + 22) == 0;
  const u64 fat_sectors = fat32 ? le32(s + 36) : le16(s + 22);
  if (!power_of_two(sector) || sector < 512 || sector > 4096 || !power_of_two(cluster_sectors) || reserved == 0 ||
      fats == 0 || fats > 4 || (media != 0xF0 && media < 0xF8) || fat_sectors == 0 || fat32 != (root_entries == 0))
    return false;
  const u32 shift = log2(sector);
  const u64 root_sector = reserved + fats * fat_sectors;
  const u64 data_sector = root_sector + ((root_entries * 32 + sector - 1) >> shift);
  if (data_sector >= sectors) return false;
  const u64 count = (sectors - data_sector) >> log2(cluster_sectors);
  if (count == 0 || count > (fat32 ? kMaxFat32Clusters : kMaxFat16Clusters)) return false;

  bits = fat32 ? 32 : count <= kMaxFat12Clusters ? 12 : 16;
  cluster_shift = shift + log2(cluster_sectors);
  const u64 entries = table_entries(fat_sectors << shift, bits);
  clusters = static_cast<u32>(min<u64>(count, entries < 2 ? 0 : entries - 2));
  size = sectors << shift;
  const u32 table = fat32 && (le16(s + 40) & kOneTable) != 0 ? le16(s + 40) & kTableNumber : 0;
  fat_offset = (reserved + min(table, fats - 1) * fat_sectors) << shift;
  root_offset = root_sector << shift;
  root_size = root_entries * 32;
  data_offset = data_sector << shift;
  root_cluster = fat32 ? le32(s + 44) & 0x0FFFFFFF : 0;
  serial = le32(s + (fat32 ? 67 : 39));
  return true;
}

}  // namespace lib32
