#include "memdisk/el_torito.h"

#include "lib32/types.h"

namespace memdisk {
namespace {

using lib32::le32;
using lib32::el_torito::kBootRecord;
using lib32::el_torito::kSector;

BootImage unbootable(const char* problem) { return {problem, Emulation::kNone, 0, 0, 0, 0}; }

// A hard disk image ends with its last partition; the catalog does not say (El Torito 1.0 §2.2).
uint32_t partitioned_bytes(const uint8_t* image, uint32_t room) {
  uint32_t last = 0;
  for (const uint8_t* entry = image + 446; entry < image + 510; entry += 16) {
    uint32_t end = le32(entry + 8) + le32(entry + 12);
    if (entry[4] != 0 && end > last) last = end;
  }
  return last == 0 || last > room / 512 ? room : last * 512;
}

}  // namespace

BootImage find_boot_image(const uint8_t* iso, uint32_t bytes) {
  if (bytes < (kBootRecord + 1) * kSector) return unbootable("it is too small for a CD");
  const uint8_t* record = iso + kBootRecord * kSector;
  if (!lib32::el_torito::is_boot_record(record)) return unbootable("it has no El Torito boot record");
  const uint32_t sector = lib32::el_torito::catalog_sector(record);
  if (sector >= bytes / kSector) return unbootable("its boot catalog is beyond its end");
  const uint8_t* catalog = iso + sector * kSector;
  if (!lib32::el_torito::is_catalog(catalog)) return unbootable("its boot catalog is damaged");
  lib32::el_torito::Entry entry;
  if (!lib32::el_torito::read_default_entry(catalog, entry))
    return unbootable("its boot catalog's first entry is not bootable");

  BootImage image = {nullptr, entry.emulation, entry.load_segment, entry.load_sectors, entry.lba, 0};
  if (image.lba >= bytes / kSector) return unbootable("its boot image is beyond its end");
  const uint32_t room = bytes - image.lba * kSector;
  switch (image.emulation) {
    case Emulation::kNone: image.bytes = entry.loaded_bytes(); break;
    case Emulation::kHardDisk: image.bytes = partitioned_bytes(iso + image.lba * kSector, room); break;
    default: image.bytes = lib32::el_torito::floppy_bytes(image.emulation);
  }
  if (image.bytes == 0) return unbootable("its boot image is of an unknown kind");
  if (image.bytes > room) {
    if (image.emulation != Emulation::kNone) return unbootable("its boot image ends too early");
    image.bytes = room;
  }
  return image;
}

}  // namespace memdisk
