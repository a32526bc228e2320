// MBR code and a partition table that do not go together, and partitions that hold a whole disk.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::le32;
using devices::media::Partition;

constexpr std::uint64_t kSector = devices::media::kSectorSize;
constexpr std::size_t kTable = 446, kEntry = 16, kEntries = 4, kStart = 8, kType = 4;

/// MBR code that is known, with the call that loaded it, and its sector.
struct Mbr {
  std::uint8_t drive = 0;
  const InspectReport& report;
  const DiskCall* load = nullptr;
  Sector sector;
};

std::optional<Mbr> known_mbr(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const InspectReport* report = evidence.report(drive);
  const DiskCall* load = first_load_of(evidence, drive, 0);
  if (!report || evidence.bios_refused() || !report->first_sector || report->iso9660 || !load) return std::nullopt;
  const std::string& code = report->first_sector->loader;
  if (code.find("mbr") == std::string::npos && code.find("MBR") == std::string::npos) return std::nullopt;
  return Mbr{drive, *report, load, evidence.sectors(drive, 0, kSector)};
}

bool loaded_a_partition(const Evidence& evidence, const Mbr& mbr) {
  const auto& partitions = mbr.report.table.partitions;
  return std::any_of(partitions.begin(), partitions.end(),
                     [&](const Partition& p) { return p.first_lba > 1 && evidence.load_of(mbr.drive, p.first_lba); });
}

/// "1, 2": partitions that begin with code and 55 AA.
std::string with_boot_sector(const Mbr& mbr) {
  std::string numbers;
  for (const PartitionContent& p : mbr.report.partitions) {
    if (!p.code || !p.code->signature || p.code->empty || p.partition.first_lba == 0) continue;
    numbers += (numbers.empty() ? "" : ", ") + std::to_string(p.partition.number);
  }
  return numbers;
}

// --- SYSLINUX's altmbr.bin starts the partition whose number is in its last byte, whatever the flags say
// (Syslinux, doc/mbr.txt).

constexpr std::size_t kNumberAt = 439;

/// It compares the number that it was given, at 439 of its copy at 0600h, which no other MBR of the family
/// has.
bool is_altmbr(const Sector& sector) {
  constexpr std::array<std::uint8_t, 2> kCopied = {0xB7, 0x07};  // 0600h + 439
  const auto end = sector.begin() + kNumberAt;
  return std::search(sector.begin(), end, kCopied.begin(), kCopied.end()) != end;
}

std::optional<Answer> altmbr(const Evidence& evidence) {
  const auto mbr = known_mbr(evidence);
  if (!mbr || !evidence.gave_up() || mbr->report.first_sector->loader != "SYSLINUX mbr.bin" ||
      !is_altmbr(mbr->sector) || loaded_a_partition(evidence, *mbr))
    return std::nullopt;
  const unsigned number = mbr->sector[kNumberAt];
  const auto& partitions = mbr->report.table.partitions;
  const bool exists = std::any_of(partitions.begin(), partitions.end(), [&](const Partition& p) {
    return p.number == static_cast<int>(number) && p.sectors != 0;
  });
  if (exists) return std::nullopt;
  const std::string candidates = with_boot_sector(*mbr);
  return Answer{
      fmt::format("The MBR's code is SYSLINUX's altmbr.bin, which starts the partition whose number is in byte 1B7h of "
                  "LBA 0: that says {}, and there is no such partition.{}",
                  number,
                  candidates.empty()
                      ? std::string(" Write the right number there, or put mbr.bin there.")
                      : fmt::format(" Partition {} has a boot sector: write that number there, or put mbr.bin there, "
                                    "which goes by the active flag.",
                                    candidates)),
      {mbr->load->number}};
}

// --- The boot flag.

std::optional<Answer> boot_flag(const Evidence& evidence) {
  const auto mbr = known_mbr(evidence);
  if (!mbr || !evidence.gave_up() || loaded_a_partition(evidence, *mbr)) return std::nullopt;
  for (std::size_t i = 0; i < kEntries; ++i) {
    const std::size_t at = kTable + i * kEntry;
    const std::uint8_t flag = mbr->sector[at];
    if ((flag & 0x7F) == 0 || mbr->sector[at + kType] == 0) continue;
    return Answer{
        fmt::format("The partition table's entry {} has the flag {:02X}h (LBA 0, offset {:X}h): 80h is an active "
                    "partition, 00h another one, and MBR code takes a table with any other value for no table. Write "
                    "80h there.",
                    i + 1, flag, at),
        {mbr->load->number}};
  }
  return std::nullopt;
}

// --- Entries that lead beyond the medium.

std::optional<Answer> beyond(const Evidence& evidence) {
  const auto mbr = known_mbr(evidence);
  const DiskCall* read = evidence.fatal_read();
  if (!mbr || !read || !read->arguments.lba) return std::nullopt;
  const std::uint64_t end = mbr->report.size / kSector;
  for (const PartitionContent& content : mbr->report.partitions) {
    const Partition& p = content.partition;
    if (p.first_lba != *read->arguments.lba || p.first_lba < end || p.scheme != Partition::Scheme::kMbrPrimary)
      continue;
    const auto volume = find_sector(evidence, mbr->drive, [](const Sector& s) {
      return (s[0] == 0xEB || s[0] == 0xE9) && s[510] == 0x55 && s[511] == 0xAA;
    });
    const bool known = volume && std::any_of(mbr->report.table.partitions.begin(), mbr->report.table.partitions.end(),
                                             [&](const Partition& q) { return q.first_lba == *volume; });
    if (!volume || *volume == 0 || known) return std::nullopt;  // cut short, perhaps
    return Answer{
        fmt::format("In call {} {} reads LBA {}, where partition {} begins by its table entry (LBA 0, offset {:X}h); "
                    "the medium has {} sectors. A volume's boot sector lies at LBA {}: the entry should say that.",
                    read->number, caller_words(evidence, *read), p.first_lba, p.number,
                    kTable + (p.number - 1) * kEntry + kStart, end, *volume),
        {mbr->load->number, read->number}};
  }
  return std::nullopt;
}

// --- A disk's image in a partition.

/// A table in which something lies behind its own sector and within `sectors`.
bool is_disk(const Sector& sector, std::uint64_t sectors) {
  if (sector[510] != 0x55 || sector[511] != 0xAA || sector[0] == 0xEB || sector[0] == 0xE9) return false;
  std::size_t used = 0;
  for (std::size_t at = kTable; at < 510; at += kEntry) {
    if ((sector[at] & 0x7F) != 0) return false;
    const std::uint32_t start = le32(sector, at + kStart);
    if (sector[at + kType] == 0) continue;
    if (start == 0 || start >= sectors) return false;
    ++used;
  }
  return used != 0;
}

std::optional<Answer> disk_in_partition(const Evidence& evidence) {
  const auto mbr = known_mbr(evidence);
  if (!mbr) return std::nullopt;
  for (const Partition& p : mbr->report.table.partitions) {
    const DiskCall* load =
        p.first_lba > 1 && !p.is_extended() ? first_load_of(evidence, mbr->drive, p.first_lba) : nullptr;
    const Sector sector = load ? evidence.sectors(mbr->drive, p.first_lba, kSector) : Sector{};
    if (!load || !is_disk(sector, std::max<std::uint64_t>(p.sectors, 1))) continue;
    return Answer{
        fmt::format("Call {} loads the first sector of partition {} (LBA {}), and that is an MBR with a partition "
                    "table of its own: the image of a whole disk was written into the partition. Write it to the disk "
                    "(/dev/sdX, not /dev/sdX{}), or write the image's partition there.",
                    load->number, p.number, p.first_lba, p.number),
        {load->number}};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 4> kRules = {{
    {{"disk-in-partition", "the partition that was to boot begins with an MBR: a whole disk's image is in it"},
     disk_in_partition},
    {{"altmbr-number", "SYSLINUX's altmbr.bin starts a partition by a number that no partition has"}, altmbr},
    {{"boot-flag", "a partition's boot flag is neither 80h nor 00h"}, boot_flag},
    {{"partition-beyond", "a partition begins behind the medium's end by its entry, and lies elsewhere"}, beyond},
}};

}  // namespace

std::span<const Rule> mbr_rules() { return kRules; }

}  // namespace bootsim::diagnosing
