#include "stage2/chain/el_torito.h"

#include "lib32/memory.h"

namespace stage2 {
namespace {

using lib32::le16;
using lib32::le32;

constexpr u64 kSector = 2048;
constexpr u64 kBootRecord = 17;  // sector of the boot record volume descriptor
constexpr u32 kCatalogAt = 0x47;
constexpr u32 kEntryBytes = 32;
constexpr u8 kBootable = 0x88;
constexpr u8 kMediaMask = 0x0f;
constexpr u16 kDefaultSegment = 0x07c0;
constexpr u32 kVirtualSector = 512;
constexpr u32 kDefaultSectors = 4;  // one sector of the CD, where the catalog says 0

bool is_validation_entry(const u8* entry) {
  u16 sum = 0;
  for (u32 i = 0; i < kEntryBytes; i += 2) sum = u16(sum + le16(entry + i));
  return entry[0] == 1 && sum == 0 && le16(entry + 30) == 0xaa55;
}

}  // namespace

Result read_boot_entry(Text name, lib32::Source& cd, BootEntry& entry) {
  u8 record[kCatalogAt + 4];
  if (const lib32::Status status = cd.read(kBootRecord * kSector, record, sizeof record); !status.ok())
    return fail("{}: {}", name, status.words());
  if (record[0] != 0 || memcmp(record + 1, "CD001", 5) != 0 ||
      memcmp(record + 7, "EL TORITO SPECIFICATION", 23) != 0)
    return fail("the CD in {} cannot boot: it has no El Torito boot record", name);
  u8 catalog[2 * kEntryBytes];
  if (const lib32::Status status = cd.read(le32(record + kCatalogAt) * kSector, catalog, sizeof catalog);
      !status.ok())
    return fail("{}: {}", name, status.words());
  if (!is_validation_entry(catalog))
    return fail("the CD in {} cannot boot: its boot catalog is damaged", name);
  const u8* found = catalog + kEntryBytes;
  if (found[0] != kBootable)
    return fail("the CD in {} cannot boot: its catalog's first entry is not bootable", name);
  entry.media = found[1] & kMediaMask;
  entry.segment = le16(found + 2) == 0 ? kDefaultSegment : le16(found + 2);
  entry.bytes = (le16(found + 6) == 0 ? kDefaultSectors : le16(found + 6)) * kVirtualSector;
  entry.offset = le32(found + 8) * kSector;
  return {};
}

}  // namespace stage2
