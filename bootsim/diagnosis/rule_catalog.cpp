// CDs whose El Torito structures a BIOS does not accept.
#include <array>

#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

constexpr std::uint64_t kSector = devices::media::kCdSectorSize;
constexpr std::string_view kBootRecord = "EL TORITO SPECIFICATION";
/// Descriptors end before a path table; catalogs lie in the first megabytes of every ISO that is made in the
/// field.
constexpr std::uint64_t kLastDescriptor = 64, kSearched = 8192;

const devices::media::Medium* cd(const Evidence& evidence) {
  const bios::Drive* drive = evidence.drive(evidence.boot_drive());
  return evidence.bios_refused() && drive && drive->drive_class == bios::DriveClass::kCd ? drive->medium : nullptr;
}

std::vector<std::uint8_t> sector(const devices::media::Medium& medium, std::uint64_t lba) {
  std::vector<std::uint8_t> bytes(kSector);
  medium.read(lba * kSector, bytes);
  return bytes;
}

/// El Torito 1.0, figure 2: header ID, key bytes, and words that sum to zero.
bool is_validation(const std::vector<std::uint8_t>& bytes) {
  if (bytes[0] != 1 || bytes[30] != 0x55 || bytes[31] != 0xAA) return false;
  std::uint16_t sum = 0;
  for (std::size_t i = 0; i < 32; i += 2) sum = static_cast<std::uint16_t>(sum + devices::media::le16(bytes, i));
  return sum == 0;
}

std::optional<std::uint64_t> find_catalog(const devices::media::Medium& medium) {
  for (std::uint64_t lba = 17; lba < kSearched && lba * kSector < medium.size(); ++lba) {
    if (is_validation(sector(medium, lba))) return lba;
  }
  return std::nullopt;
}

std::optional<Answer> boot_record(const Evidence& evidence) {
  const auto* medium = cd(evidence);
  if (!medium || evidence.result.reason != "no-eltorito") return std::nullopt;
  for (std::uint64_t lba = 16; lba < kLastDescriptor; ++lba) {
    const auto bytes = sector(*medium, lba);
    if (lba != 17 && bytes[0] == 0 && devices::media::has_text(bytes, 7, kBootRecord))
      return Answer{fmt::format("The El Torito boot record is at LBA {}; BIOSes look for it at LBA 17 only (El Torito "
                                "1.0, figure 7). Make the ISO with the boot record first.",
                                lba),
                    {}};
  }
  const auto here = sector(*medium, 17);
  if (here[0] == 0 && devices::media::has_text(here, 1, "CD001")) {
    return Answer{
        "LBA 17 is a boot record, but its identifier (offset 7) is not \"EL TORITO SPECIFICATION\", so that no BIOS "
        "takes it.",
        {}};
  }
  const InspectReport* report = evidence.report(evidence.boot_drive());
  if (!report || !report->iso9660) return std::nullopt;
  return Answer{fmt::format("The ISO was made without a boot image: LBA 17 is {}, not an El Torito boot record. Make "
                            "it with -b and -no-emul-boot (xorriso -as mkisofs){}.",
                            here[0] == 0xFF ? "the end of the descriptors"
                            : here[0] == 2  ? "a Joliet descriptor"
                                            : "something else",
                            report->isohybrid ? "; as a hard disk (--as hd) it has boot code" : ""),
                {}};
}

std::optional<Answer> catalog(const Evidence& evidence) {
  const auto* medium = cd(evidence);
  const InspectReport* report = medium ? evidence.report(evidence.boot_drive()) : nullptr;
  const std::string& reason = evidence.result.reason;
  if (!report || !report->el_torito || (reason != "catalog-invalid" && reason != "catalog-unreadable"))
    return std::nullopt;
  const std::uint32_t at = report->el_torito->catalog_lba;
  const auto found = find_catalog(*medium);
  if (found && *found != at)
    return Answer{fmt::format("The boot record (LBA 17, bytes 47h-4Ah) says that the boot catalog is at LBA {}, where "
                              "there is none; a valid one is at LBA {}.",
                              at, *found),
                  {}};
  if (reason != "catalog-invalid") return std::nullopt;
  const auto bytes = sector(*medium, at);
  if (bytes[0] == 1 && (bytes[30] != 0x55 || bytes[31] != 0xAA))
    return Answer{fmt::format("The boot catalog's validation entry (LBA {}, bytes 1Eh-1Fh) ends in {:02X} {:02X}; 55 "
                              "AA must be there.",
                              at, bytes[30], bytes[31]),
                  {}};
  if (bytes[0] != 1)
    return Answer{
        fmt::format("The boot catalog at LBA {} begins with {:02X}h; its validation entry must begin with 01h.", at,
                    bytes[0]),
        {}};
  return std::nullopt;
}

std::optional<Answer> entry(const Evidence& evidence) {
  const auto* medium = cd(evidence);
  const InspectReport* report = medium ? evidence.report(evidence.boot_drive()) : nullptr;
  if (!report || !report->el_torito) return std::nullopt;
  const auto* first = report->el_torito->find(evidence.options.el_torito_entry.value_or(0));
  if (!first) return std::nullopt;
  if (evidence.result.reason == "entry-not-bootable" && first->bootable()) {
    if (first->media_type_exists()) return std::nullopt;
    return Answer{fmt::format("Entry {} of the boot catalog (LBA {}) has the media type {}; only 0 (no emulation) to 4 "
                              "(hard disk) exist.",
                              first->number, report->el_torito->catalog_lba, first->media_type()),
                  {}};
  }
  if (evidence.result.reason == "entry-not-bootable")
    return Answer{
        fmt::format("Entry {} of the boot catalog (LBA {}, offset 20h) begins with {:02X}h; 88h makes it bootable.",
                    first->number, report->el_torito->catalog_lba, first->indicator),
        {}};
  if (evidence.result.reason == "boot-image-unreadable")
    return Answer{fmt::format("Entry {} of the boot catalog (LBA {}) says that the boot image is at LBA {}; the medium "
                              "ends at LBA {}.",
                              first->number, report->el_torito->catalog_lba, first->lba, report->size / kSector),
                  {}};
  return std::nullopt;
}

std::optional<Answer> udf_only(const Evidence& evidence) {
  const InspectReport* report = evidence.report(evidence.boot_drive());
  if (!evidence.bios_refused() || !report || !report->whole || report->whole->info.type != "UDF") return std::nullopt;
  return Answer{
      "The medium is a UDF volume without an ISO 9660 one beside it: El Torito's boot record, which a BIOS looks for "
      "on a CD, belongs to ISO 9660. Make it with both (a bridge) and -b (genisoimage -udf, or xorriso without UDF).",
      {}};
}

// --- The root directory.

/// A directory's first record is the directory itself (ECMA-119, 6.8.2.2: its name is a zero byte).
bool is_directory(const Evidence& evidence, std::uint8_t drive, std::uint32_t lba) {
  constexpr std::size_t kFlags = 25, kNameLength = 32, kName = 33, kShortest = 34;
  constexpr std::uint8_t kDirectory = 2;
  const std::vector<std::uint8_t> record = evidence.sectors(drive, lba, devices::media::kCdSectorSize);
  return record[0] >= kShortest && (record[kFlags] & kDirectory) && record[kNameLength] == 1 && record[kName] == 0;
}

/// The primary volume descriptor leads to no root directory (ECMA-119, 8.4.18; its path table, 8.4.14, begins with the
/// root, too).
std::optional<Answer> root_directory(const Evidence& evidence) {
  constexpr std::uint64_t kDescriptor = 16;
  constexpr std::size_t kRecord = 156, kExtent = 2, kPathTable = 140, kRootInTable = 2;
  const std::uint8_t drive = evidence.boot_drive();
  const bios::Drive* cd = evidence.drive(drive);
  const InspectReport* report = cd && cd->drive_class == bios::DriveClass::kCd ? evidence.report(drive) : nullptr;
  if (!report || !report->iso9660 || evidence.bios_refused() || evidence.in_kernel()) return std::nullopt;
  const std::vector<std::uint8_t> descriptor = evidence.sectors(drive, kDescriptor, devices::media::kCdSectorSize);
  const std::uint32_t root = devices::media::le32(descriptor, kRecord + kExtent);
  const auto read = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.reads() && !call.by_bios() && call.in.dl() == drive && call.arguments.lba == root;
  });
  if (read == evidence.calls.end() || is_directory(evidence, drive, root)) return std::nullopt;
  const std::vector<std::uint8_t> table = evidence.sectors(drive, devices::media::le32(descriptor, kPathTable), 64);
  const std::uint32_t right = devices::media::le32(table, kRootInTable);
  return Answer{
      fmt::format(
          "The volume descriptor (LBA 16, bytes 9Eh-A1h) says that the root directory is at LBA {}, which call {} "
          "reads{}: {}.{} Make or copy the ISO again.",
          root, read->number, read->failed() ? " and does not get" : "",
          root >= cd->sectors ? fmt::format("the medium ends at LBA {}", cd->sectors)
                              : std::string("that is no directory"),
          is_directory(evidence, drive, right)
              ? fmt::format(" By the path table it is at LBA {}: write that there.", right)
              : ""),
      {read->number}};
}

constexpr std::array<Rule, 5> kRules = {{
    {{"udf-only", "a CD with UDF only, on which no BIOS finds a boot record"}, udf_only},
    {{"boot-record", "a CD's LBA 17 is no El Torito boot record"}, boot_record},
    {{"catalog", "the boot catalog is elsewhere, or no valid one"}, catalog},
    {{"catalog-entry", "the catalog's entry is not bootable, or its image is not on the medium"}, entry},
    {{"iso-root", "an ISO's volume descriptor says where the root directory is, and it is not there"}, root_directory},
}};

}  // namespace

std::span<const Rule> catalog_rules() { return kRules; }

}  // namespace bootsim::diagnosing
