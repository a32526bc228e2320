// El Torito: the boot record of a CD, its catalog, and the boot information table in a boot image.
// Source: "El Torito" Bootable CD-ROM Format Specification 1.0 (Phoenix, IBM, 1995).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devices/media/medium.h"

namespace devices::media {

inline constexpr std::uint8_t kPlatformX86 = 0x00;
inline constexpr std::uint8_t kPlatformPowerPc = 0x01;
inline constexpr std::uint8_t kPlatformMac = 0x02;
inline constexpr std::uint8_t kPlatformEfi = 0xEF;  ///< UEFI specification, not El Torito

/// Why a CD does not boot. The texts of to_string are part of the user interface (JSON "reason").
enum class CdFailure {
  kNone,
  kNoMedium,             ///< nothing in the drive: 0 bytes
  kUnreadable,           ///< LBA 17 lies past the end
  kNoElTorito,           ///< no boot record volume descriptor at LBA 17
  kCatalogUnreadable,    ///< the catalog lies past the end
  kCatalogInvalid,       ///< the validation entry is not one
  kEntryNotBootable,     ///< the chosen entry does not say 88h, does not exist, or wants a medium that does not
  kBootImageUnreadable,  ///< the boot image lies past the end
  kUefiOnly,             ///< bootable, but only for UEFI
};
/// "no-medium", "unreadable", "no-eltorito", …; "" for kNone.
std::string_view to_string(CdFailure failure);

/// Boot media type, low 4 bits of byte 1 of an entry (§2.2 figure 4).
enum class ElToritoMedia : std::uint8_t {
  kNoEmulation = 0,
  kFloppy1200K = 1,
  kFloppy1440K = 2,
  kFloppy2880K = 3,
  kHardDisk = 4,
};
std::string media_name(std::uint8_t media_byte);  ///< "no emulation", "1.44 MB floppy", …, "reserved (7)"

struct ElToritoEntry {
  int number = 0;  ///< 0 is the initial/default entry; section entries count on from 1 (--entry)
  std::uint8_t platform = kPlatformX86;
  std::uint8_t indicator = 0;          ///< byte 0 as it is: 88h bootable, 00h not
  std::uint8_t media_byte = 0;         ///< byte 1 as it is: bits 3-0 media type, 5 continuation, 6 ATAPI, 7 SCSI driver
  std::uint16_t load_segment = 0;      ///< as it is; 0 means 07C0h
  std::uint8_t system_type = 0;        ///< partition type, for hard-disk emulation
  std::uint16_t sector_count = 0;      ///< 512-byte sectors to load
  std::uint32_t lba = 0;               ///< of the boot image, 2048-byte sectors
  std::string section_id;              ///< of the section header; "" for the initial/default entry
  std::uint8_t criteria_type = 0;      ///< selection criteria, 0 = none
  std::vector<std::uint8_t> criteria;  ///< vendor's selection criteria, those of extensions appended
  std::vector<std::string> problems;

  bool bootable() const { return indicator == 0x88; }
  std::uint8_t media_type() const { return media_byte & 0x0F; }
  bool media_type_exists() const { return media_type() <= 4; }
  bool is(ElToritoMedia type) const { return media_type() == static_cast<std::uint8_t>(type); }
  std::uint16_t effective_segment() const { return load_segment == 0 ? 0x07C0 : load_segment; }
};

struct ElTorito {
  CdFailure failure = CdFailure::kNone;  ///< of the boot record and the catalog; entries have their own fate
  std::string message;                   ///< the failure in words, with what was found where
  std::uint32_t record_lba = 17;
  std::uint32_t catalog_lba = 0;
  std::uint8_t platform = 0;  ///< of the validation entry
  std::string manufacturer;   ///< ID string of the validation entry
  bool checksum_ok = false;   ///< the words of the validation entry sum to 0 (BIOSes boot all the same)
  bool key_ok = false;        ///< 55h AAh at its end
  std::vector<ElToritoEntry> entries;
  std::vector<std::string> problems;

  bool found() const { return failure == CdFailure::kNone; }
  const ElToritoEntry* find(int number) const;
};

/// Reads boot record and catalog. At most 32 catalog sectors and 512 entries are looked at.
/// Throws only what Medium::read throws.
ElTorito read_el_torito(const Medium& medium);

/// The entry that a BIOS boots, or why it cannot.
struct BootChoice {
  CdFailure failure = CdFailure::kNone;
  std::string message;
  std::optional<ElToritoEntry> entry;
  /// The initial/default entry is for another platform, and `entry` was found in the sections behind it: some
  /// BIOSes do the same, SeaBIOS and others give up.
  bool passed_default = false;
};
/// `number`: --entry; none is the initial/default entry, or the first one for x86 where that is for another
/// platform.
BootChoice choose_boot_entry(const Medium& medium, const ElTorito& catalog, std::optional<int> number = std::nullopt);

/// The table that mkisofs -boot-info-table writes at offset 8 of a boot image, and ISOLINUX and GRUB read.
struct BootInfoTable {
  std::uint32_t pvd_lba = 0;   ///< of the primary volume descriptor: 16
  std::uint32_t file_lba = 0;  ///< of the boot image
  std::uint32_t length = 0;    ///< of the boot image, bytes
  std::uint32_t checksum = 0;  ///< sum of all 32-bit words from offset 64 on
  std::uint32_t computed = 0;  ///< the same sum over what is on the medium
  bool matches = false;        ///< file LBA and checksum are right
  std::vector<std::string> problems;
};
/// Nothing when offset 8 of the image does not look like such a table (neither the PVD's nor the file's LBA
/// is right).
std::optional<BootInfoTable> read_boot_info_table(const Medium& medium, const ElToritoEntry& entry);

}  // namespace devices::media
