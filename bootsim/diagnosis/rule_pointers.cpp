// What the loader went by, and what is there: BPBs and partition tables.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "debugger/files/fat_bpb.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::Partition;
using devices::media::PartitionTable;

constexpr std::uint64_t kSector = devices::media::kSectorSize;
// --- The BPB.

std::optional<Answer> hidden_sectors(const Evidence& evidence) {
  const auto bpb = loaded_bpb(evidence);
  if (!bpb || bpb->hidden == bpb->lba) return std::nullopt;
  const std::uint8_t drive = evidence.boot_drive();
  const DiskCall* boot_sector = evidence.load_of(drive, bpb->lba);
  const DiskCall* read = boot_sector ? evidence.first_read_after(boot_sector->number) : nullptr;
  if (!read || !read->arguments.lba || *read->arguments.lba < bpb->hidden) return std::nullopt;
  const std::uint64_t relative = *read->arguments.lba - bpb->hidden;
  if (relative >= bpb->total) return std::nullopt;
  const std::string meant = evidence.file_at(drive, bpb->lba + relative);
  if (!begins_something(meant) || begins_something(evidence.file_at(drive, *read->arguments.lba))) return std::nullopt;
  return Answer{fmt::format("In call {} {} reads LBA {}, which is {} + {}: the BPB of {} (LBA {}, bytes 1Ch-1Fh) says "
                            "{} hidden sectors, but the volume begins at LBA {}, and {} lies at LBA {}. Write {} "
                            "there, or make the file system where it is.",
                            read->number, caller_words(evidence, *read), *read->arguments.lba, bpb->hidden, relative,
                            bpb->name, bpb->lba, bpb->hidden, bpb->lba, meant, bpb->lba + relative, bpb->lba),
                {boot_sector->number, read->number}};
}

/// CHS addresses by the BPB's geometry land elsewhere on a drive that has another.
std::optional<Answer> bpb_geometry(const Evidence& evidence) {
  const auto bpb = loaded_bpb(evidence);
  const std::uint8_t dl = evidence.boot_drive();
  const bios::Drive* drive = evidence.drive(dl);
  if (!bpb || !drive || bpb->heads == 0 || bpb->sectors_per_track == 0) return std::nullopt;
  const auto& g = drive->logical;
  if (bpb->heads == g.heads && bpb->sectors_per_track == g.sectors) return std::nullopt;
  const DiskCall* boot_sector = evidence.load_of(dl, bpb->lba);
  const DiskCall* read = boot_sector ? evidence.first_read_after(boot_sector->number) : nullptr;
  if (!read || !read->chs_read() || !read->arguments.chs || read->in.dl() != dl) return std::nullopt;
  const bool asked = std::any_of(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.ah() == 0x08 && !call.failed() && call.number < read->number && call.number > boot_sector->number;
  });
  const bios::Chs& chs = *read->arguments.chs;
  if (asked || chs.sector == 0 || chs.sector > bpb->sectors_per_track || chs.head >= bpb->heads) return std::nullopt;
  const std::uint64_t meant =
      (std::uint64_t{chs.cylinder} * bpb->heads + chs.head) * bpb->sectors_per_track + chs.sector - 1;
  const std::string file = evidence.file_at(dl, meant);
  if (read->arguments.lba == meant || !begins_something(file)) return std::nullopt;
  if (read->arguments.lba && evidence.file_at(dl, *read->arguments.lba) == file) return std::nullopt;
  const std::string landed =
      read->arguments.lba ? fmt::format("LBA {}", *read->arguments.lba) : std::string("no sector at all");
  return Answer{fmt::format("In call {} {} reads CHS {}/{}/{}, {} on drive {:02X}h with its {} heads and {} sectors "
                            "per track. The BPB of {} (LBA {}, bytes 18h-1Bh) says {} heads and {} sectors per track, "
                            "by which it means LBA {}, {}. Make BPB and geometry agree{}, or ask INT 13h/08h.",
                            read->number, caller_words(evidence, *read), chs.cylinder, chs.head, chs.sector, landed, dl,
                            g.heads, g.sectors, bpb->name, bpb->lba, bpb->heads, bpb->sectors_per_track, meant, file,
                            drive->drive_class == bios::DriveClass::kFloppy ? " (is the image a whole floppy?)" : ""),
                {read->number}};
}

// --- The partition table.

std::optional<Answer> partition_chs(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const InspectReport* report = evidence.report(drive);
  if (!report) return std::nullopt;
  for (const DiskCall& call : evidence.calls) {
    if (!read_by_guest(call) || !call.chs_read() || call.in.dl() != drive || !call.arguments.chs) continue;
    const bios::Chs& chs = *call.arguments.chs;
    for (const Partition& p : report->table.partitions) {
      const bool same = p.scheme == Partition::Scheme::kMbrPrimary && p.sectors != 0 &&
                        p.first_chs.cylinder == chs.cylinder && p.first_chs.head == chs.head &&
                        p.first_chs.sector == chs.sector;
      if (!same || call.arguments.lba == p.first_lba) continue;
      if (evidence.load_of(drive, p.first_lba)) return std::nullopt;  // it was read by its LBA as well
      return Answer{
          fmt::format("In call {} {} loads partition {} by the CHS address of its entry, {}/{}/{}, which is {}; by its "
                      "LBA field the partition begins at {}. Correct the entry's CHS bytes (sector 0, offset {:X}h) "
                      "for {} heads and {} sectors per track, or use an MBR that reads by LBA.",
                      call.number, caller_words(evidence, call), p.number, chs.cylinder, chs.head, chs.sector,
                      call.arguments.lba ? fmt::format("LBA {}", *call.arguments.lba) : std::string("not on the drive"),
                      p.first_lba, 446 + 16 * (p.number - 1) + 1, evidence.drive(drive)->logical.heads,
                      evidence.drive(drive)->logical.sectors),
          {call.number}};
    }
  }
  return std::nullopt;
}

bool boot_signature(const Sector& sector) { return sector[510] == 0x55 && sector[511] == 0xAA; }

bool is_volume_start(const Sector& sector) {
  if (!boot_signature(sector) || (sector[0] != 0xEB && sector[0] != 0xE9)) return false;
  return debugger::files::parse_fat_bpb(sector).has_value() || devices::media::has_text(sector, 3, "NTFS    ");
}

/// exFAT's boot code begins behind the volume's parameters (exFAT specification, 3.1).
bool exfat_without_code(const Sector& sector) {
  constexpr std::size_t kCode = 0x78;
  return devices::media::has_text(sector, 3, "EXFAT   ") &&
         std::all_of(sector.begin() + kCode, sector.begin() + kCode + 64,
                     [&](std::uint8_t b) { return b == sector[kCode]; });
}

/// A table that was made for a disk with sectors of 4096 bytes.
bool counts_in_4096(const Evidence& evidence, std::uint8_t drive, const Partition& p) {
  const Sector sector = evidence.sectors(drive, p.first_lba * 8, kSector);
  return devices::media::le16(sector, 0x0B) == 4096 && (sector[0] == 0xEB || sector[0] == 0xE9) &&
         boot_signature(sector);
}

/// Where the volume that begins at `first` has its backup boot sector: FAT32's says which one it is itself (FAT
/// specification, 3.3: BPB_BkBootSec, at offset 32h), and `found` has the right distance.
bool is_backup(const Evidence& evidence, std::uint8_t drive, std::uint64_t first, std::uint64_t found) {
  const Sector sector = evidence.sectors(drive, found, kSector);
  const bool fat32 = devices::media::le16(sector, 0x16) == 0 && devices::media::has_text(sector, 0x52, "FAT32");
  return fat32 && found > first && found - first == devices::media::le16(sector, 0x32);
}

/// What lies where a volume should begin, and what to do about it.
std::string repair_words(const Evidence& evidence, std::uint8_t drive, const Partition& p,
                         const PartitionTable& table) {
  const auto volume = find_sector(evidence, drive, is_volume_start);
  if (volume && is_backup(evidence, drive, p.first_lba, *volume))
    return fmt::format(
        " The volume's backup boot sector is at LBA {}: copy it to LBA {} (dd bs=512 skip={} seek={} "
        "count=1 conv=notrunc), and install the loader again.",
        *volume, p.first_lba, *volume, p.first_lba);
  const bool other = volume && std::none_of(table.partitions.begin(), table.partitions.end(),
                                            [&](const Partition& q) { return q.first_lba == *volume; });
  return other ? fmt::format(" A volume's boot sector lies at LBA {}: the entry should say that.", *volume)
               : std::string(" Install a loader in that partition, or make another one active.");
}

/// The MBR loaded what the table says, and that is no boot sector.
std::optional<Answer> partition_start(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const InspectReport* report = evidence.report(drive);
  const DiskCall* read = evidence.last_read();
  if (!report || !read || !read->read_well() || !read_by_guest(*read) || read->in.dl() != drive || read->count() != 1)
    return std::nullopt;
  for (const Partition& p : report->table.partitions) {
    if (p.first_lba != read->arguments.lba || p.sectors == 0 || p.first_lba == 0) continue;
    const Sector sector = evidence.sectors(drive, p.first_lba, kSector);
    const bool empty = std::all_of(sector.begin(), sector.begin() + 440, [](std::uint8_t b) { return b == 0; });
    const bool exfat = exfat_without_code(sector);
    if (boot_signature(sector) && !empty && !exfat) return std::nullopt;
    if (exfat)
      return Answer{fmt::format("Call {} loads the first sector of partition {}, LBA {}: an exFAT volume without boot "
                                "code. Few loaders start from exFAT; format it with FAT32 and install one.{}",
                                read->number, p.number, p.first_lba, image_file_words(evidence)),
                    {read->number}};
    if (counts_in_4096(evidence, drive, p))
      return Answer{
          fmt::format("Call {} loads LBA {}, where partition {} begins by its table entry; its volume is at LBA {}, 8 "
                      "times as far, and has sectors of 4096 bytes: the image was made for a disk with such sectors, "
                      "and this one has 512. Make the table and the file system again.",
                      read->number, p.first_lba, p.number, p.first_lba * 8),
          {read->number}};
    std::string text = fmt::format(
        "Call {} loads the first sector of partition {}, LBA {} by {}, and finds {} instead of a boot sector.",
        read->number, p.number, p.first_lba, p.scheme == Partition::Scheme::kGpt ? "the GPT" : "its table entry",
        boot_signature(sector)                      ? "no code"
        : content_words(sector) == "something else" ? "no 55 AA at its end"
                                                    : content_words(sector));
    if (p.is_extended() && boot_signature(sector))
      text +=
          " It is an extended partition, which has a table there and no loader: make the logical or another primary "
          "one active.";
    else
      text += repair_words(evidence, drive, p, report->table);
    return Answer{text, {read->number}};
  }
  return std::nullopt;
}

/// It ended, or runs without coming to another sector.
bool gave_up_or_loops(const Evidence& evidence) {
  return evidence.gave_up() || evidence.crashed() || (evidence.result.exit == exit_code::kLimit && !evidence.at_work());
}

/// The active entry is an empty one: its partition "begins" with the MBR itself, or with nothing.
std::optional<Answer> empty_active(const Evidence& evidence, const InspectReport& report) {
  constexpr std::size_t kTable = 446, kEntry = 16, kType = 4, kStart = 8, kEntries = 4;
  const std::uint8_t drive = evidence.boot_drive();
  const DiskCall* load = first_load_of(evidence, drive, 0);
  const Sector mbr = evidence.sectors(drive, 0, kSector);
  for (std::size_t i = 0; load && i < kEntries; ++i) {
    const std::size_t at = kTable + i * kEntry;
    const std::uint32_t start = devices::media::le32(mbr, at + kStart);
    if (mbr[at] != 0x80 || (start != 0 && (mbr[at + kType] != 0 || evidence.load_of(drive, start)))) continue;
    const auto better = std::find_if(report.partitions.begin(), report.partitions.end(), [](const PartitionContent& p) {
      return p.code && p.code->signature && !p.code->empty && p.partition.first_lba != 0;
    });
    return Answer{
        fmt::format(
            "The partition table's entry {} is active (LBA 0, offset {:X}h: 80h), and it is empty (type {:02X}h, "
            "LBA {}).{}",
            i + 1, at, mbr[at + kType], start,
            better == report.partitions.end()
                ? std::string(" Make the partition active that has a loader: sfdisk -A IMAGE NUMBER.")
                : fmt::format(" Partition {0} has a boot sector: sfdisk -A IMAGE {0} makes that one active.",
                              better->partition.number)),
        {load->number}};
  }
  return std::nullopt;
}

/// Where a volume lies that no table names.
std::string unlisted_words(const Evidence& evidence, std::uint8_t drive) {
  const auto volume = find_sector(evidence, drive, is_volume_start);
  if (!volume || *volume == 0) return " Make one, and install a loader in it.";
  return fmt::format(
      " A volume's boot sector lies at LBA {}: write an entry that begins there (sfdisk; testdisk finds "
      "lost ones), and make it active.",
      *volume);
}

/// MBR code that looked into the table and started nothing.
std::optional<Answer> no_active(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const InspectReport* report = evidence.report(drive);
  const DiskCall* read = evidence.last_read();
  if (!report || report->iso9660 || !read || read->in.dl() != drive || !read->arguments.lba) return std::nullopt;
  const auto& partitions = report->table.partitions;
  const bool gpt =
      report->table.kind == PartitionTable::Kind::kGpt || report->table.kind == PartitionTable::Kind::kHybrid;
  // Other boot code does not care for the flag, and gave up for another reason.
  const std::string code = report->first_sector ? report->first_sector->loader : "";
  if (code.find("mbr") == std::string::npos && code.find("MBR") == std::string::npos) return std::nullopt;
  if (gave_up_or_loops(evidence) && !gpt) {
    if (auto answer = empty_active(evidence, *report)) return answer;
  }
  if (!evidence.gave_up()) return std::nullopt;
  if (partitions.empty() && !gpt && *read->arguments.lba == 0 && code.find("gptmbr") == std::string::npos)
    return Answer{"The MBR looked for an active partition, and the partition table (LBA 0, offset 1BEh) is empty." +
                      unlisted_words(evidence, drive),
                  {read->number}};
  const bool started = std::any_of(partitions.begin(), partitions.end(), [&](const Partition& p) {
    return p.first_lba != 0 && evidence.load_of(drive, p.first_lba);
  });
  if (partitions.empty() || started) return std::nullopt;
  const auto active = std::count_if(partitions.begin(), partitions.end(),
                                    [](const Partition& p) { return p.active || p.legacy_boot(); });
  const bool read_gpt = gpt && *read->arguments.lba != 0 && read->file.find("GPT") != std::string::npos;
  if (active == 1 || (*read->arguments.lba != 0 && !read_gpt)) return std::nullopt;
  std::string candidate;
  for (const PartitionContent& p : report->partitions) {
    if (p.code && p.code->signature && !p.code->empty && candidate.empty())
      candidate = std::to_string(p.partition.number);
  }
  std::string text = active == 0
                         ? fmt::format("The MBR looked for {} and found none",
                                       read_gpt ? "a GPT partition with the attribute \"legacy BIOS bootable\" (bit 2)"
                                                : "an active partition (boot flag 80h)")
                         : fmt::format("The MBR found {} active partitions and wants one", active);
  text += fmt::format("; nothing was read behind call {}.", read->number);
  if (!candidate.empty())
    text += fmt::format(" Partition {} has a boot sector: {}.", candidate,
                        read_gpt ? fmt::format("sgdisk -A {}:set:2 sets its attribute", candidate)
                                 : fmt::format("sfdisk -A IMAGE {} makes it active", candidate));
  return Answer{text, {read->number}};
}

constexpr std::array<Rule, 5> kRules = {{
    {{"bpb-hidden-sectors", "a boot sector counts from the hidden sectors of its BPB, and its volume begins elsewhere"},
     hidden_sectors},
    {{"bpb-geometry", "a boot sector calculates CHS addresses by its BPB, and the drive has another geometry"},
     bpb_geometry},
    {{"partition-chs", "the MBR reads a partition by CHS, which is not where its LBA is"}, partition_chs},
    {{"partition-start", "the partition that was to boot begins with no boot sector"}, partition_start},
    {{"no-active", "no partition is active, or more than one"}, no_active},
}};

}  // namespace

std::span<const Rule> pointer_rules() { return kRules; }

}  // namespace bootsim::diagnosing
