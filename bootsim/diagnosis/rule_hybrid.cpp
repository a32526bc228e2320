// ISOs that are to boot as disks, too: isohybrid's MBR, and what was put in its place.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::le32;

constexpr std::uint64_t kSector = devices::media::kSectorSize;
/// The MBR has the LBA of isolinux.bin, which bears a mark (Syslinux, utils/isohybrid.c: mbr offset 432;
/// isolinux.bin offset 64).
constexpr std::size_t kPointerAt = 432, kMarkAt = 64;
constexpr std::uint32_t kMark = 0x7078C0FB;

/// An ISO that was started as a disk, and its first sector.
struct IsoDisk {
  std::uint8_t drive = 0;
  const InspectReport& report;
  const DiskCall* load = nullptr;
  Sector sector;
};

std::optional<IsoDisk> iso_disk(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const bios::Drive* found = evidence.drive(drive);
  const InspectReport* report = evidence.report(drive);
  const DiskCall* load = first_load_of(evidence, drive, 0);
  if (!report || !found || found->sector_size != kSector || !report->iso9660 || !report->first_sector || !load ||
      evidence.bios_refused())
    return std::nullopt;
  return IsoDisk{drive, *report, load, evidence.sectors(drive, 0, kSector)};
}

const BootEntry* isolinux(const InspectReport& report) {
  const auto found = std::find_if(report.boot_entries.begin(), report.boot_entries.end(),
                                  [](const BootEntry& e) { return e.code && e.code->loader.starts_with("ISOLINUX"); });
  return found == report.boot_entries.end() ? nullptr : &*found;
}

std::optional<Answer> pointer(const Evidence& evidence) {
  const auto iso = iso_disk(evidence);
  if (!iso || iso->report.first_sector->loader != "SYSLINUX isohdpfx (isohybrid MBR)" || !evidence.gave_up())
    return std::nullopt;
  const std::uint64_t lba = devices::media::le64(iso->sector, kPointerAt);
  const auto marked = [&](std::uint64_t at) {
    return le32(evidence.sectors(iso->drive, at, kSector), kMarkAt) == kMark;
  };
  if (marked(lba)) return std::nullopt;
  const BootEntry* entry = isolinux(iso->report);
  const std::uint64_t right = entry ? std::uint64_t{entry->entry.lba} * 4 : 0;
  std::string text = fmt::format(
      "isohybrid's MBR says that isolinux.bin is at LBA {} (LBA 0, bytes 1B0h-1B7h), and there is no isolinux.bin with "
      "isohybrid's mark (FB C0 78 70 at offset 40h).",
      lba);
  if (entry && right == lba)
    text += fmt::format(
        " It is {} ({}), which has no such mark: put the isolinux.bin of the same SYSLINUX there, make the ISO again "
        "and run isohybrid on it.",
        entry->path, entry->code->loader);
  else if (entry && marked(right))
    text += fmt::format(" {} is at LBA {}: the ISO was changed after isohybrid. Run isohybrid on it again.",
                        entry->path, right);
  else
    text += " Run isohybrid on the ISO again.";
  const DiskCall* read = evidence.first_read_after(iso->load->number);
  return Answer{text, {iso->load->number, read ? read->number : iso->load->number}};
}

/// isohybrid's partition begins at LBA 0: MBR code for partitions loads itself.
std::optional<Answer> plain_mbr(const Evidence& evidence) {
  const auto iso = iso_disk(evidence);
  if (!iso) return std::nullopt;
  const std::string& code = iso->report.first_sector->loader;
  const auto& partitions = iso->report.table.partitions;
  const auto at_zero = std::find_if(partitions.begin(), partitions.end(), [](const devices::media::Partition& p) {
    return p.active && p.first_lba == 0 && p.sectors != 0;
  });
  const DiskCall* read = evidence.first_read_after(iso->load->number);
  if (at_zero == partitions.end() || code.find("isohybrid") != std::string::npos || !read || read->arguments.lba != 0 ||
      read->number == iso->load->number || !read_by_guest(*read))
    return std::nullopt;
  return Answer{fmt::format("Call {} loads partition {}, which begins at LBA 0, and so the MBR's code ({}) loads "
                            "itself. The medium is an ISO whose partition is isohybrid's; that code was written over "
                            "isohybrid's MBR. Run isohybrid on the ISO again, or write it again whole.",
                            read->number, at_zero->number, code.empty() ? "of unknown make" : code),
                {iso->load->number, read->number}};
}

/// A table, and no code before it.
std::optional<Answer> no_code(const Evidence& evidence) {
  const auto iso = iso_disk(evidence);
  const DiskCall* last = evidence.last_call();
  if (!iso || !iso->report.first_sector->empty || !evidence.crashed() || !last || last->number != iso->load->number)
    return std::nullopt;
  return Answer{fmt::format("The medium is an ISO, and its first sector has {} and 55 AA, but no code: as {} it cannot "
                            "boot. Run isohybrid on it (xorriso -as mkisofs: -isohybrid-mbr isohdpfx.bin), or attach "
                            "it as a CD (--as cd).",
                            iso->report.table.partitions.empty() ? "zeros" : "a partition table",
                            attach_words(evidence, iso->drive)),
                {iso->load->number}};
}

constexpr std::array<Rule, 3> kRules = {{
    {{"isohybrid-pointer", "isohybrid's MBR says where isolinux.bin is, and it is not there, or another one"}, pointer},
    {{"isohybrid-mbr", "an MBR for partitions was written over isohybrid's, and loads itself"}, plain_mbr},
    {{"isohybrid-no-code", "an ISO's first sector has 55 AA, and no code"}, no_code},
}};

}  // namespace

std::span<const Rule> hybrid_rules() { return kRules; }

}  // namespace bootsim::diagnosing
