// Disks with a GPT, and MBR code that finds nothing to start on them.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::Partition;

constexpr std::uint64_t kSector = devices::media::kSectorSize;
constexpr std::string_view kSignature = "EFI PART";  // UEFI 2.10, 5.3.2

struct Disk {
  std::uint8_t drive = 0;
  const InspectReport& report;
  bool reads_gpt = false;  ///< its MBR code looks into the GPT
  const DiskCall* last = nullptr;
};

/// A disk whose MBR is code that is known, and gave up without having loaded a partition.
std::optional<Disk> gave_up_in_mbr(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const InspectReport* report = evidence.report(drive);
  const DiskCall* last = evidence.last_read();
  if (!report || !evidence.gave_up() || !report->first_sector || report->iso9660 || !last) return std::nullopt;
  const std::string& code = report->first_sector->loader;
  const bool gpt = code.find("gptmbr") != std::string::npos;
  const bool mbr = code.find("mbr") != std::string::npos || code.find("MBR") != std::string::npos;
  if (!gpt && !mbr) return std::nullopt;
  const auto loaded = [&](const Partition& p) { return p.first_lba > 1 && evidence.load_of(drive, p.first_lba); };
  if (std::any_of(report->table.partitions.begin(), report->table.partitions.end(), loaded)) return std::nullopt;
  return Disk{drive, *report, gpt, last};
}

bool has_header(const Evidence& evidence, const Disk& disk, std::uint64_t lba) {
  return devices::media::has_text(evidence.sectors(disk.drive, lba, kSector), 0, kSignature);
}

std::optional<Answer> no_header(const Evidence& evidence) {
  const auto disk = gave_up_in_mbr(evidence);
  if (!disk || !disk->reads_gpt || has_header(evidence, *disk, 1)) return std::nullopt;
  const std::uint64_t backup = disk->report.size / kSector - 1;
  std::string text =
      fmt::format("{} looks for a GPT, and LBA 1 holds no GPT header", disk->report.first_sector->loader);
  if (has_header(evidence, *disk, backup)) {
    text += fmt::format(
        ". Its backup is there, in the last sector (LBA {}): gdisk writes the table again from it (r, b, w).", backup);
  } else if (std::any_of(disk->report.table.partitions.begin(), disk->report.table.partitions.end(),
                         [](const Partition& p) {
                           return p.scheme == Partition::Scheme::kMbrPrimary &&
                                  p.mbr_type != devices::media::kMbrTypeGptProtective;
                         })) {
    text += "; the disk has an MBR's partition table: put mbr.bin there instead.";
  } else {
    text += ".";
  }
  return Answer{text, {disk->last->number}};
}

/// The first entries of the array that the header at LBA 1 names (UEFI 2.10, table 5.5) are unused.
bool no_entries(const Evidence& evidence, const Disk& disk) {
  constexpr std::size_t kEntryLba = 72;
  const Sector header = evidence.sectors(disk.drive, 1, kSector);
  const Sector entries = evidence.sectors(disk.drive, devices::media::le64(header, kEntryLba), kSector);
  return std::all_of(entries.begin(), entries.end(), [](std::uint8_t b) { return b == 0; });
}

std::optional<Answer> no_attribute(const Evidence& evidence) {
  const auto disk = gave_up_in_mbr(evidence);
  if (!disk || !disk->reads_gpt || !has_header(evidence, *disk, 1)) return std::nullopt;
  if (no_entries(evidence, *disk))
    return Answer{fmt::format("{} finds no partition in the GPT: the header at LBA 1 is there, but the array of "
                              "entries that it names is empty.{}",
                              disk->report.first_sector->loader,
                              has_header(evidence, *disk, disk->report.size / kSector - 1)
                                  ? " The backup at the disk's end may have it: gdisk, r, c, w."
                                  : ""),
                  {disk->last->number}};
  std::size_t partitions = 0;
  std::string candidate;
  for (const PartitionContent& p : disk->report.partitions) {
    if (p.partition.scheme != Partition::Scheme::kGpt) continue;
    ++partitions;
    if (p.partition.legacy_boot()) return std::nullopt;
    if (candidate.empty() && p.code && p.code->signature && !p.code->empty)
      candidate = std::to_string(p.partition.number);
  }
  std::string text =
      fmt::format("{} looks for a GPT partition with the attribute \"legacy BIOS bootable\" (bit 2), and ",
                  disk->report.first_sector->loader);
  if (partitions == 0) return std::nullopt;
  text += partitions == 1 ? "the only one does not have it." : fmt::format("none of {} has it.", partitions);
  if (!candidate.empty())
    text += fmt::format(" Partition {} has a boot sector: sgdisk -A {}:set:2 IMAGE sets it.", candidate, candidate);
  return Answer{text, {disk->last->number}};
}

/// gptmbr.bin wants the attribute once, as MBR code wants one active partition.
std::optional<Answer> many_attributes(const Evidence& evidence) {
  const auto disk = gave_up_in_mbr(evidence);
  if (!disk || !disk->reads_gpt) return std::nullopt;
  std::string marked, without_loader;
  std::size_t count = 0;
  for (const PartitionContent& p : disk->report.partitions) {
    if (p.partition.scheme != Partition::Scheme::kGpt || !p.partition.legacy_boot()) continue;
    marked += (count++ == 0 ? "" : " and ") + std::to_string(p.partition.number);
    if (!p.code || p.code->empty || !p.code->signature) without_loader = std::to_string(p.partition.number);
  }
  if (count < 2) return std::nullopt;
  const std::string wrong = without_loader.empty() ? std::string("N") : without_loader;
  return Answer{
      fmt::format("{} wants one GPT partition with the attribute \"legacy BIOS bootable\" (bit 2), and {} have it. "
                  "{}sgdisk -A {}:clear:2 IMAGE takes it away.",
                  disk->report.first_sector->loader, marked,
                  without_loader.empty() ? "" : fmt::format("Partition {} has no loader: ", without_loader), wrong),
      {disk->last->number}};
}

std::optional<Answer> mbr_code(const Evidence& evidence) {
  const auto disk = gave_up_in_mbr(evidence);
  if (!disk || disk->reads_gpt || !has_header(evidence, *disk, 1)) return std::nullopt;
  const auto& partitions = disk->report.table.partitions;
  const bool protective = std::any_of(partitions.begin(), partitions.end(), [](const Partition& p) {
    return p.mbr_type == devices::media::kMbrTypeGptProtective && p.scheme == Partition::Scheme::kMbrPrimary;
  });
  const bool active = std::any_of(partitions.begin(), partitions.end(), [](const Partition& p) {
    return p.scheme == Partition::Scheme::kMbrPrimary && p.active;
  });
  if (!protective || active) return std::nullopt;
  return Answer{
      fmt::format("The disk has a GPT, and its MBR code ({}) looks for an active partition in the MBR's table, which "
                  "holds the protective entry only. Put gptmbr.bin there, and set the attribute \"legacy BIOS "
                  "bootable\" (sgdisk -A N:set:2).",
                  disk->report.first_sector->loader),
      {disk->last->number}};
}

constexpr std::array<Rule, 4> kRules = {{
    {{"gpt-header", "MBR code for a GPT finds no GPT header"}, no_header},
    {{"gpt-attribute", "MBR code for a GPT finds no partition with the attribute that it looks for"}, no_attribute},
    {{"gpt-attributes", "more than one GPT partition has the attribute that MBR code looks for"}, many_attributes},
    {{"gpt-mbr-code", "MBR code for MBR partitions on a disk with a GPT"}, mbr_code},
}};

}  // namespace

std::span<const Rule> gpt_rules() { return kRules; }

}  // namespace bootsim::diagnosing
