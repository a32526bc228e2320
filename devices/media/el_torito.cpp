#include "devices/media/el_torito.h"

#include <fmt/core.h>

#include <algorithm>

#include "devices/media/bytes.h"

namespace devices::media {
namespace {

constexpr std::uint32_t kBootRecordLba = 17;
constexpr std::size_t kCatalogPointer = 0x47;
constexpr std::size_t kEntryBytes = 32;
constexpr std::size_t kMaxCatalogSectors = 32;
constexpr std::size_t kMaxEntries = 512;

// Byte 0 of a catalog entry (§2.1 to §2.5).
constexpr std::uint8_t kValidation = 0x01;
constexpr std::uint8_t kBootable = 0x88;
constexpr std::uint8_t kNotBootable = 0x00;
constexpr std::uint8_t kSectionHeader = 0x90;
constexpr std::uint8_t kLastSectionHeader = 0x91;
constexpr std::uint8_t kExtension = 0x44;
constexpr std::uint8_t kMoreExtensions = 0x20;  // bit 5 of byte 1 of an extension

constexpr std::size_t kMaxCriteria = 4096;

using CdSector = std::array<std::uint8_t, kCdSectorSize>;

/// The number of whole 2048-byte sectors; a last partial one can be read too, as drives pad it.
std::uint64_t cd_sectors(const Medium& m) { return (m.size() + kCdSectorSize - 1) / kCdSectorSize; }

ElTorito fail(ElTorito result, CdFailure failure, std::string message) {
  result.failure = failure;
  result.message = "El Torito: " + std::move(message);
  return result;
}

/// What a sector that should be the boot record is instead.
std::string describe_descriptor(Bytes s) {
  if (!has_text(s, 1, "CD001")) return "no ISO 9660 volume descriptor";
  switch (s[0]) {
    case 0: return fmt::format("a boot record for \"{}\"", printable(s, 7, 32));
    case 1: return "a primary volume descriptor";
    case 2: return "a supplementary (Joliet) volume descriptor";
    case 255: return "the volume descriptor set's end";
    default: return fmt::format("a volume descriptor of type {}", s[0]);
  }
}

bool is_boot_record(Bytes s) { return s[0] == 0 && has_text(s, 1, "CD001\001EL TORITO SPECIFICATION"); }

/// A boot record elsewhere than at LBA 17 helps no BIOS, but is worth telling.
std::string misplaced_record(const Medium& medium) {
  CdSector s{};
  for (std::uint32_t lba = kBootRecordLba + 1; lba < kBootRecordLba + 16 && lba < cd_sectors(medium); ++lba) {
    medium.read(std::uint64_t{lba} * kCdSectorSize, s);
    if (is_boot_record(s)) return fmt::format("; there is one at LBA {}, where no BIOS looks", lba);
  }
  return "";
}

std::vector<std::uint8_t> read_catalog(const Medium& medium, std::uint32_t lba) {
  const std::uint64_t there = cd_sectors(medium) - lba;
  std::vector<std::uint8_t> catalog(kCdSectorSize * std::min<std::uint64_t>(there, kMaxCatalogSectors));
  medium.read(std::uint64_t{lba} * kCdSectorSize, catalog);
  return catalog;
}

void read_validation(Bytes v, ElTorito& result) {
  result.platform = v[1];
  result.manufacturer = printable(v, 4, 24);
  result.key_ok = v[30] == 0x55 && v[31] == 0xAA;
  std::uint16_t sum = 0;
  for (std::size_t i = 0; i < kEntryBytes; i += 2) sum = static_cast<std::uint16_t>(sum + le16(v, i));
  result.checksum_ok = sum == 0;
  if (!result.checksum_ok)
    result.problems.push_back(fmt::format(
        "the catalog's validation entry sums to {:04X}h instead of 0; most BIOSes boot it, some refuse", sum));
}

void check_entry(const Medium& medium, ElToritoEntry& e) {
  if (e.indicator != kBootable && e.indicator != kNotBootable)
    e.problems.push_back(fmt::format("boot indicator {:02X}h is neither 88h nor 00h", e.indicator));
  if (!e.bootable()) return;
  if (e.media_type() > 4) e.problems.push_back(fmt::format("media type {} is reserved", e.media_type()));
  if (e.lba >= cd_sectors(medium))
    e.problems.push_back(
        fmt::format("the boot image is said to be at LBA {}; the medium ends at LBA {}", e.lba, cd_sectors(medium)));
  if (e.platform == kPlatformX86 && e.sector_count == 0)
    e.problems.push_back("the sector count is 0: a BIOS loads nothing");
  if (e.platform == kPlatformX86 && e.media_type() != 0 && e.sector_count != 1)
    e.problems.push_back(fmt::format("sector count {} with an emulated disk; some BIOSes expect 1", e.sector_count));
}

ElToritoEntry entry_at(Bytes b) {
  ElToritoEntry e;
  e.indicator = b[0];
  e.media_byte = b[1];
  e.load_segment = le16(b, 2);
  e.system_type = b[4];
  e.sector_count = le16(b, 6);
  e.lba = le32(b, 8);
  return e;
}

/// Walks the section headers and entries after the initial/default entry.
class SectionReader {
 public:
  SectionReader(const Medium& medium, Bytes catalog, ElTorito& result)
      : medium_(medium), catalog_(catalog), result_(result) {}

  void run() {
    while (!last_ && at_ + kEntryBytes <= catalog_.size() && result_.entries.size() < kMaxEntries) {
      const std::uint8_t kind = catalog_[at_];
      if (kind == kNotBootable) return;
      if (kind != kSectionHeader && kind != kLastSectionHeader) {
        result_.problems.push_back(
            fmt::format("catalog entry {} starts with {:02X}h where a section header (90h or 91h) or the end (00h) "
                        "belongs",
                        at_ / kEntryBytes, kind));
        return;
      }
      read_section();
    }
  }

 private:
  Bytes next() {
    const Bytes entry = catalog_.subspan(at_, kEntryBytes);
    at_ += kEntryBytes;
    return entry;
  }
  bool more() const { return at_ + kEntryBytes <= catalog_.size() && result_.entries.size() < kMaxEntries; }

  void read_section() {
    const Bytes header = next();
    last_ = header[0] == kLastSectionHeader;
    const std::uint16_t count = le16(header, 2);
    const std::string id = printable(header, 4, 28);
    std::uint16_t i = 0;
    for (; i < count && more(); ++i) {
      // Headers that claim more entries than they have are common; the next header ends the section.
      if (catalog_[at_] == kSectionHeader || catalog_[at_] == kLastSectionHeader) break;
      read_entry(header[1], id);
    }
    if (i < count)
      result_.problems.push_back(
          fmt::format("the section of platform {:02X}h announces {} entries and has {}", header[1], count, i));
  }

  void read_entry(std::uint8_t platform, const std::string& id) {
    const Bytes b = next();
    ElToritoEntry e = entry_at(b);
    e.number = static_cast<int>(result_.entries.size());
    e.platform = platform;
    e.section_id = id;
    e.criteria_type = b[12];
    if (e.criteria_type != 0) e.criteria.assign(b.begin() + 13, b.end());
    while (more() && catalog_[at_] == kExtension && e.criteria.size() < kMaxCriteria) {
      const Bytes x = next();
      e.criteria.insert(e.criteria.end(), x.begin() + 2, x.end());
      if ((x[1] & kMoreExtensions) == 0) break;
    }
    check_entry(medium_, e);
    result_.entries.push_back(std::move(e));
  }

  const Medium& medium_;
  Bytes catalog_;
  ElTorito& result_;
  std::size_t at_ = 2 * kEntryBytes;
  bool last_ = false;
};

bool boots_uefi(const ElTorito& catalog) {
  return std::any_of(catalog.entries.begin(), catalog.entries.end(),
                     [](const ElToritoEntry& e) { return e.platform == kPlatformEfi && e.bootable(); });
}

bool boots_bios(const ElTorito& catalog) {
  return std::any_of(catalog.entries.begin(), catalog.entries.end(),
                     [](const ElToritoEntry& e) { return e.platform == kPlatformX86 && e.bootable(); });
}

BootChoice refuse(CdFailure failure, std::string message) {
  return {failure, "El Torito: " + std::move(message), std::nullopt};
}

/// The number of the entry that is booted when the user names none.
int default_entry(const ElTorito& catalog) {
  if (catalog.entries.empty() || catalog.entries[0].platform == kPlatformX86) return 0;
  const auto it = std::find_if(catalog.entries.begin(), catalog.entries.end(),
                               [](const ElToritoEntry& e) { return e.platform == kPlatformX86 && e.bootable(); });
  return it == catalog.entries.end() ? 0 : it->number;
}

}  // namespace

std::string_view to_string(CdFailure failure) {
  switch (failure) {
    case CdFailure::kNone: return "";
    case CdFailure::kNoMedium: return "no-medium";
    case CdFailure::kUnreadable: return "unreadable";
    case CdFailure::kNoElTorito: return "no-eltorito";
    case CdFailure::kCatalogUnreadable: return "catalog-unreadable";
    case CdFailure::kCatalogInvalid: return "catalog-invalid";
    case CdFailure::kEntryNotBootable: return "entry-not-bootable";
    case CdFailure::kBootImageUnreadable: return "boot-image-unreadable";
    case CdFailure::kUefiOnly: return "uefi-only";
  }
  return "";
}

std::string media_name(std::uint8_t media_byte) {
  switch (media_byte & 0x0F) {
    case 0: return "no emulation";
    case 1: return "1.2 MB floppy";
    case 2: return "1.44 MB floppy";
    case 3: return "2.88 MB floppy";
    case 4: return "hard disk";
    default: return fmt::format("reserved ({})", media_byte & 0x0F);
  }
}

const ElToritoEntry* ElTorito::find(int number) const {
  const auto index = static_cast<std::size_t>(number);
  return number >= 0 && index < entries.size() ? &entries[index] : nullptr;
}

ElTorito read_el_torito(const Medium& medium) {
  ElTorito result;
  if (medium.size() == 0) return fail(result, CdFailure::kNoMedium, "the medium is empty (0 bytes)");
  CdSector s{};
  if (medium.read(std::uint64_t{kBootRecordLba} * kCdSectorSize, s) == 0)
    return fail(result, CdFailure::kUnreadable,
                fmt::format("LBA 17 cannot be read; the medium ends at LBA {}", cd_sectors(medium)));
  if (!is_boot_record(s))
    return fail(result, CdFailure::kNoElTorito,
                fmt::format("no boot record at LBA 17, but {}{}", describe_descriptor(s), misplaced_record(medium)));
  result.catalog_lba = le32(s, kCatalogPointer);
  if (result.catalog_lba >= cd_sectors(medium))
    return fail(result, CdFailure::kCatalogUnreadable,
                fmt::format("the boot catalog pointer at LBA 17 says LBA {}; the medium ends at LBA {}",
                            result.catalog_lba, cd_sectors(medium)));

  const std::vector<std::uint8_t> catalog = read_catalog(medium, result.catalog_lba);
  const Bytes bytes(catalog);
  if (bytes[0] != kValidation)
    return fail(result, CdFailure::kCatalogInvalid,
                fmt::format("the boot catalog at LBA {} starts with {:02X}h instead of the validation entry's 01h",
                            result.catalog_lba, bytes[0]));
  read_validation(bytes.first(kEntryBytes), result);
  if (!result.key_ok)
    return fail(result, CdFailure::kCatalogInvalid,
                fmt::format("the validation entry at LBA {} ends with {:02X}h {:02X}h instead of 55h AAh",
                            result.catalog_lba, bytes[30], bytes[31]));

  ElToritoEntry initial = entry_at(bytes.subspan(kEntryBytes, kEntryBytes));
  initial.platform = result.platform;
  check_entry(medium, initial);
  result.entries.push_back(std::move(initial));
  SectionReader(medium, bytes, result).run();
  return result;
}

BootChoice choose_boot_entry(const Medium& medium, const ElTorito& catalog, std::optional<int> number) {
  if (!catalog.found()) return {catalog.failure, catalog.message, std::nullopt};
  if (!boots_bios(catalog) && boots_uefi(catalog))
    return refuse(
        CdFailure::kUefiOnly,
        fmt::format("every bootable entry of the catalog at LBA {} is for UEFI (platform EFh)", catalog.catalog_lba));
  const int n = number.value_or(default_entry(catalog));
  const ElToritoEntry* entry = catalog.find(n);
  if (entry == nullptr)
    return refuse(CdFailure::kEntryNotBootable, fmt::format("the catalog at LBA {} has no entry {}; it has {}",
                                                            catalog.catalog_lba, n, catalog.entries.size()));
  if (!entry->bootable())
    return refuse(CdFailure::kEntryNotBootable,
                  fmt::format("entry {} of the catalog at LBA {} has boot indicator {:02X}h instead of 88h", n,
                              catalog.catalog_lba, entry->indicator));
  if (entry->platform != kPlatformX86)
    return refuse(entry->platform == kPlatformEfi ? CdFailure::kUefiOnly : CdFailure::kEntryNotBootable,
                  fmt::format("entry {} of the catalog at LBA {} is for platform {:02X}h, not for an x86 BIOS", n,
                              catalog.catalog_lba, entry->platform));
  if (!entry->media_type_exists())
    return refuse(CdFailure::kEntryNotBootable,
                  fmt::format("entry {} of the catalog at LBA {} asks for media type {}; 0 to 4 exist", n,
                              catalog.catalog_lba, entry->media_type()));
  // A BIOS reads whole CD sectors; the last one may be cut short, a sector that is missing altogether fails.
  const std::uint64_t sectors = (std::uint64_t{entry->sector_count} + 3) / 4;
  if (entry->lba + sectors > cd_sectors(medium))
    return refuse(CdFailure::kBootImageUnreadable,
                  fmt::format("entry {} loads {} sectors of 512 bytes from LBA {}; the medium ends at LBA {}", n,
                              entry->sector_count, entry->lba, cd_sectors(medium)));
  return {CdFailure::kNone, "", *entry, !number && n != 0};
}

std::optional<BootInfoTable> read_boot_info_table(const Medium& medium, const ElToritoEntry& entry) {
  constexpr std::size_t kTable = 8, kSummedFrom = 64;
  constexpr std::uint32_t kPvdLba = 16;
  constexpr std::uint32_t kMaxImage = 64U << 20;
  const std::uint64_t start = std::uint64_t{entry.lba} * kCdSectorSize;
  std::array<std::uint8_t, kSummedFrom> head{};
  if (medium.read(start, head) < head.size()) return std::nullopt;

  BootInfoTable t;
  t.pvd_lba = le32(head, kTable);
  t.file_lba = le32(head, kTable + 4);
  t.length = le32(head, kTable + 8);
  t.checksum = le32(head, kTable + 12);
  const bool reserved_zero = std::all_of(head.begin() + 24, head.end(), [](std::uint8_t b) { return b == 0; });
  if (t.file_lba != entry.lba && !(t.pvd_lba == kPvdLba && reserved_zero)) return std::nullopt;

  if (t.pvd_lba != kPvdLba)
    t.problems.push_back(fmt::format("the volume descriptor is said to be at LBA {}", t.pvd_lba));
  if (t.file_lba != entry.lba)
    t.problems.push_back(
        fmt::format("the table says that the boot image is at LBA {}; the catalog says {}", t.file_lba, entry.lba));
  if (t.length < kSummedFrom || t.length > kMaxImage || start + t.length > medium.size()) {
    t.problems.push_back(fmt::format("a length of {} bytes cannot be right", t.length));
    return t;
  }
  std::vector<std::uint8_t> image((t.length + 3) / 4 * 4);
  medium.read(start, std::span(image).first(t.length));
  for (std::size_t i = kSummedFrom; i < image.size(); i += 4) t.computed += le32(image, i);
  if (t.computed != t.checksum)
    t.problems.push_back(fmt::format("the checksum is {:08X}h; the image gives {:08X}h", t.checksum, t.computed));
  t.matches = t.computed == t.checksum && t.file_lba == entry.lba;
  return t;
}

}  // namespace devices::media
