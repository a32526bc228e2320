// What a CD's boot record and boot catalog say (El Torito 1.0). Whoever reads them brings the sectors, and has the
// words for what is wrong.
#pragma once

#include <stdint.h>

namespace lib32::el_torito {

inline constexpr uint32_t kSector = 2048;
inline constexpr uint32_t kBootRecord = 17;       ///< sector of the boot record volume descriptor
inline constexpr uint32_t kBootRecordBytes = 75;  ///< of it that are looked at
inline constexpr uint32_t kCatalogBytes = 64;     ///< the validation entry and the default one

enum class Emulation : uint8_t { kNone, kFloppy1200, kFloppy1440, kFloppy2880, kHardDisk };

/// The default entry.
struct Entry {
  Emulation emulation;    ///< may be none of the names: 5 to 15 are reserved
  uint16_t load_segment;  ///< as the catalog has it: 0 means 07C0h
  uint16_t load_sectors;  ///< of 512 bytes, as the catalog has it: 0 means 4, one sector of the CD
  uint32_t lba;           ///< of the image, in sectors of the CD

  uint32_t loaded_bytes() const { return (load_sectors == 0 ? 4U : load_sectors) * 512U; }
};

bool is_boot_record(const uint8_t* record);
/// Sector of the catalog, which may lie anywhere.
uint32_t catalog_sector(const uint8_t* record);
bool is_catalog(const uint8_t* catalog);
/// False when the entry is not bootable; `entry` is unchanged then.
bool read_default_entry(const uint8_t* catalog, Entry& entry);
/// Bytes of the floppy disk that is emulated, or 0 when it is none.
uint32_t floppy_bytes(Emulation emulation);

}  // namespace lib32::el_torito
