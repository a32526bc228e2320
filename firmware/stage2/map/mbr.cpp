#include "stage2/map/mbr.h"

#include "lib32/memory.h"
#include "lib32/types.h"

namespace stage2 {
namespace {

using lib32::le16;
using lib32::le32;

constexpr u16 kSignature = 0xaa55;
constexpr u32 kBytesPerSector = 11, kTotal16 = 19, kSectorsPerTrack = 24, kHeads = 26, kHidden = 28, kFatType16 = 54,
              kFatType32 = 82, kOemName = 3;

void set_le32(u8* p, u32 value) {
  for (u32 i = 0; i < 4; ++i) p[i] = u8(value >> 8 * i);
}

// Head, sector and the cylinder's upper bits, cylinder; FEh FFh FFh beyond cylinder 1023
void set_chs(u8* p, u32 lba, const memdisk::Geometry& geometry) {
  p[0] = 0xfe;
  p[1] = p[2] = 0xff;
  if (geometry.heads == 0 || geometry.sectors == 0) return;
  const u32 track = lba / geometry.sectors, cylinder = track / geometry.heads;
  if (cylinder > 1023) return;
  p[0] = u8(track % geometry.heads);
  p[1] = u8((lba % geometry.sectors + 1) | (cylinder >> 8) << 6);
  p[2] = u8(cylinder);
}

}  // namespace

void write_mbr_entry(u8* sector, u32 index, const MbrEntry& entry, const memdisk::Geometry& geometry) {
  u8* p = sector + kMbrTable + index * kMbrEntryBytes;
  p[0] = entry.active ? 0x80 : 0;
  set_chs(p + 1, entry.start, geometry);
  p[4] = entry.type;
  set_chs(p + 5, entry.start + entry.count - 1, geometry);
  set_le32(p + 8, entry.start);
  set_le32(p + 12, entry.count);
  sector[kMbrSignature] = 0x55;
  sector[kMbrSignature + 1] = 0xaa;
}

MbrEntry read_mbr_entry(const u8* sector, u32 index) {
  const u8* p = sector + kMbrTable + index * kMbrEntryBytes;
  return {(p[0] & 0x80) != 0, p[4], le32(p + 8), le32(p + 12)};
}

bool has_bpb(const u8* sector) {
  return le16(sector + kMbrSignature) == kSignature && le16(sector + kBytesPerSector) == 512 &&
         (sector[0] == 0xeb || sector[0] == 0xe9);
}

bool bpb_geometry(const u8* sector, memdisk::Geometry& geometry) {
  const u32 sectors = le16(sector + kSectorsPerTrack), heads = le16(sector + kHeads);
  if (!has_bpb(sector) || sectors == 0 || sectors > 63 || heads == 0 || heads > 255) return false;
  geometry.sectors = sectors;
  geometry.heads = heads;
  return true;
}

void set_hidden_sectors(u8* sector, u32 hidden) { set_le32(sector + kHidden, hidden); }

u8 partition_type(const u8* sector, u64 sectors) {
  if (!has_bpb(sector)) return 0x83;
  if (memcmp(sector + kOemName, "NTFS", 4) == 0) return 0x07;
  if (memcmp(sector + kFatType32, "FAT32", 5) == 0) return 0x0c;
  if (memcmp(sector + kFatType16, "FAT12", 5) == 0) return 0x01;
  return sectors < 65536 && le16(sector + kTotal16) != 0 ? 0x04 : 0x0e;
}

}  // namespace stage2
