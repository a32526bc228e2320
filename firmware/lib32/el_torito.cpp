#include "lib32/el_torito.h"

#include "lib32/memory.h"
#include "lib32/types.h"

namespace lib32::el_torito {
namespace {

constexpr uint32_t kCatalogPointer = 71;  // offset in the boot record
constexpr uint32_t kEntryBytes = 32;
constexpr uint8_t kBootable = 0x88;
constexpr uint8_t kMediaMask = 0x0f;

}  // namespace

bool is_boot_record(const uint8_t* record) {
  return record[0] == 0 && memcmp(record + 1, "CD001", 5) == 0 &&
         memcmp(record + 7, "EL TORITO SPECIFICATION", 23) == 0;
}

uint32_t catalog_sector(const uint8_t* record) { return le32(record + kCatalogPointer); }

bool is_catalog(const uint8_t* catalog) {
  uint16_t sum = 0;
  for (uint32_t i = 0; i < kEntryBytes; i += 2) sum = static_cast<uint16_t>(sum + le16(catalog + i));
  return catalog[0] == 1 && sum == 0 && le16(catalog + 30) == 0xaa55;
}

bool read_default_entry(const uint8_t* catalog, Entry& entry) {
  const uint8_t* found = catalog + kEntryBytes;
  if (found[0] != kBootable) return false;
  entry = {static_cast<Emulation>(found[1] & kMediaMask), le16(found + 2), le16(found + 6), le32(found + 8)};
  return true;
}

uint32_t floppy_bytes(Emulation emulation) {
  switch (emulation) {
    case Emulation::kFloppy1200: return 1200 * 1024;
    case Emulation::kFloppy1440: return 1440 * 1024;
    case Emulation::kFloppy2880: return 2880 * 1024;
    default: return 0;
  }
}

}  // namespace lib32::el_torito
