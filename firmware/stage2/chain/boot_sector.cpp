#include "stage2/chain/boot_sector.h"

#include "lib32/memory.h"

namespace stage2 {
namespace {

using lib32::le16;
using lib32::le32;

constexpr u32 kSignatureAt = 510;
constexpr u8 kActive = 0x80;

// FAT specification 1.03: offsets in the boot sector
constexpr u32 kOemNameAt = 3, kBytesPerSectorAt = 11, kSectorsPerClusterAt = 13, kReservedAt = 14, kFatsAt = 16;
constexpr u32 kRootEntriesAt = 17, kFatSize16At = 22, kHiddenAt = 28;
constexpr u32 kDrive16At = 36, kDrive32At = 64;
// exFAT specification 1.00, table 4: PartitionOffset (64 bits) and DriveSelect
constexpr u32 kExFatOffsetAt = 64, kExFatDriveAt = 111;

constexpr u32 kPrimaryDescriptor = 16;  // sector of the primary volume descriptor
constexpr u32 kTableAt = 8, kSummedFrom = 64;

void put32(u8* at, u32 value) {
  for (int i = 0; i < 4; ++i) at[i] = u8(value >> 8 * i);
}

bool begins_with_jump(const u8* sector) { return sector[0] == 0xe9 || (sector[0] == 0xeb && sector[2] == 0x90); }

bool is_named(const u8* sector, const char* name) { return memcmp(sector + kOemNameAt, name, 8) == 0; }

bool is_fat(const u8* sector) {
  const u32 size = le16(sector + kBytesPerSectorAt);
  return size >= 128 && size <= 4096 && lib32::power_of_two(size) &&
         lib32::power_of_two(sector[kSectorsPerClusterAt]) && le16(sector + kReservedAt) != 0 &&
         (sector[kFatsAt] == 1 || sector[kFatsAt] == 2);
}

void set_drive(u8* field, u8 drive, BpbChange& change) {
  change.drive = *field != drive;
  *field = drive;
}

}  // namespace

bool has_boot_signature(const u8* sector) { return le16(sector + kSignatureAt) == 0xaa55; }

BpbChange fix_bpb(u8* sector, u64 start, u8 drive) {
  BpbChange change;
  if (!begins_with_jump(sector)) return change;
  const u32 hidden = start >> 32 != 0 ? 0xffffffff : u32(start);
  if (is_named(sector, "EXFAT   ")) {
    change.has_bpb = true;
    change.old_hidden_sectors = le32(sector + kExFatOffsetAt);
    change.hidden_sectors = lib32::le64(sector + kExFatOffsetAt) != start;
    put32(sector + kExFatOffsetAt, u32(start));
    put32(sector + kExFatOffsetAt + 4, u32(start >> 32));
    set_drive(sector + kExFatDriveAt, drive, change);
    return change;
  }
  const bool ntfs = is_named(sector, "NTFS    ");
  if (!ntfs && !is_fat(sector)) return change;
  change.has_bpb = true;
  change.old_hidden_sectors = le32(sector + kHiddenAt);
  change.hidden_sectors = change.old_hidden_sectors != hidden;
  put32(sector + kHiddenAt, hidden);
  const bool fat32 = !ntfs && le16(sector + kRootEntriesAt) == 0 && le16(sector + kFatSize16At) == 0;
  set_drive(sector + (fat32 ? kDrive32At : kDrive16At), drive, change);
  return change;
}

bool has_boot_info_table(const u8* bytes, u32 length) {
  return length > kSummedFrom && le32(bytes + kTableAt) == kPrimaryDescriptor && le32(bytes + kTableAt + 8) == length;
}

void put_boot_info_table(u8* bytes, u32 length, u32 lba) {
  if (length <= kSummedFrom) return;
  u32 sum = 0;
  for (u32 at = kSummedFrom; at < length; ++at) sum += u32{bytes[at]} << 8 * (at % 4);
  put32(bytes + kTableAt, kPrimaryDescriptor);
  put32(bytes + kTableAt + 4, lba);
  put32(bytes + kTableAt + 8, length);
  put32(bytes + kTableAt + 12, sum);
}

void make_partition_entry(u8 type, u64 start, u64 count, u8 entry[16]) {
  constexpr u8 kNoChs[3] = {0xfe, 0xff, 0xff};  // beyond what cylinder, head and sector can say
  entry[0] = kActive;
  memcpy(entry + 1, kNoChs, sizeof kNoChs);
  entry[4] = type;
  memcpy(entry + 5, kNoChs, sizeof kNoChs);
  put32(entry + 8, start >> 32 != 0 ? 0xffffffff : u32(start));
  put32(entry + 12, count >> 32 != 0 ? 0xffffffff : u32(count));
}

}  // namespace stage2
