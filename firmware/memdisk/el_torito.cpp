#include "memdisk/el_torito.h"

#include "lib32/memory.h"
#include "lib32/types.h"

namespace memdisk {
namespace {

using lib32::le16;
using lib32::le32;

constexpr uint32_t kSector = 2048;
constexpr uint32_t kBootRecord = 17;      // sector of the boot record volume descriptor
constexpr uint32_t kCatalogPointer = 71;  // offset in it
constexpr uint32_t kEntryBytes = 32;
constexpr uint8_t kBootable = 0x88;

BootImage unbootable(const char* problem) { return {problem, Emulation::kNone, 0, 0, 0, 0}; }

bool is_validation_entry(const uint8_t* entry) {
  uint16_t sum = 0;
  for (uint32_t i = 0; i < kEntryBytes; i += 2) sum = static_cast<uint16_t>(sum + le16(entry + i));
  return entry[0] == 1 && sum == 0 && le16(entry + 30) == 0xaa55;
}

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
  if (record[0] != 0 || memcmp(record + 1, "CD001", 5) != 0 ||
      memcmp(record + 7, "EL TORITO SPECIFICATION", 23) != 0) {
    return unbootable("it has no El Torito boot record");
  }
  uint32_t catalog = le32(record + kCatalogPointer);
  if (catalog >= bytes / kSector) return unbootable("its boot catalog is beyond its end");
  const uint8_t* entries = iso + catalog * kSector;
  if (!is_validation_entry(entries)) return unbootable("its boot catalog is damaged");
  const uint8_t* entry = entries + kEntryBytes;
  if (entry[0] != kBootable) return unbootable("its boot catalog's first entry is not bootable");

  BootImage image = {
      nullptr, static_cast<Emulation>(entry[1] & 15), le16(entry + 2), le16(entry + 6), le32(entry + 8), 0};
  if (image.lba >= bytes / kSector) return unbootable("its boot image is beyond its end");
  uint32_t room = bytes - image.lba * kSector;
  switch (image.emulation) {
    case Emulation::kNone: image.bytes = (image.load_sectors == 0 ? 4 : image.load_sectors) * 512U; break;
    case Emulation::kFloppy1200: image.bytes = 1200 * 1024; break;
    case Emulation::kFloppy1440: image.bytes = 1440 * 1024; break;
    case Emulation::kFloppy2880: image.bytes = 2880 * 1024; break;
    case Emulation::kHardDisk: image.bytes = partitioned_bytes(iso + image.lba * kSector, room); break;
    default: return unbootable("its boot image is of an unknown kind");
  }
  if (image.bytes > room) {
    if (image.emulation != Emulation::kNone) return unbootable("its boot image ends too early");
    image.bytes = room;
  }
  return image;
}

}  // namespace memdisk
