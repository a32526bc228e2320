#include "stage2/chain/el_torito.h"

namespace stage2 {

namespace el_torito = lib32::el_torito;

Result read_boot_entry(Text name, lib32::Source& cd, BootEntry& entry) {
  constexpr u16 kDefaultSegment = 0x07c0;
  const auto at = [](u32 sector) { return u64{sector} * el_torito::kSector; };
  u8 record[el_torito::kBootRecordBytes];
  if (const lib32::Status status = cd.read(at(el_torito::kBootRecord), record, sizeof record); !status.ok())
    return fail("{}: {}", name, status.words());
  if (!el_torito::is_boot_record(record))
    return fail("the CD in {} cannot boot: it has no El Torito boot record", name);
  u8 catalog[el_torito::kCatalogBytes];
  if (const lib32::Status status = cd.read(at(el_torito::catalog_sector(record)), catalog, sizeof catalog);
      !status.ok())
    return fail("{}: {}", name, status.words());
  if (!el_torito::is_catalog(catalog)) return fail("the CD in {} cannot boot: its boot catalog is damaged", name);
  el_torito::Entry found;
  if (!el_torito::read_default_entry(catalog, found))
    return fail("the CD in {} cannot boot: its catalog's first entry is not bootable", name);
  entry.media = u8(found.emulation);
  entry.segment = found.load_segment == 0 ? kDefaultSegment : found.load_segment;
  entry.bytes = found.loaded_bytes();
  entry.offset = at(found.lba);
  return {};
}

}  // namespace stage2
