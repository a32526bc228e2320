// What the loader went by, and what is there: partition tables, BPBs, sector lists, boot information tables.
#include <algorithm>
#include <array>
#include <functional>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "bootsim/inspect/loaders.h"
#include "bootsim/install/layout.h"
#include "bootsim/install/patch.h"
#include "debugger/files/fat_bpb.h"
#include "devices/media/bytes.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::Partition;
using devices::media::PartitionTable;

constexpr std::uint64_t kSector = devices::media::kSectorSize;
/// Loaders lie near the start of a medium or of a volume.
constexpr std::uint64_t kSearched = 128 * 1024;

using Sector = std::vector<std::uint8_t>;

bool by_guest(const DiskCall& call) {
  return call.reads() && !call.by_bios() && !call.hook && call.depth == 0;
}

/// The guest's first read behind the call `after` (its number), and before any other.
const DiskCall* first_read_after(const Evidence& evidence, std::uint64_t after) {
  const auto found = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.number > after && by_guest(call);
  });
  return found == evidence.calls.end() ? nullptr : &*found;
}

/// The call that loaded a boot sector from `lba`.
const DiskCall* load_of(const Evidence& evidence, std::uint8_t drive, std::uint64_t lba) {
  const DiskCall* found = nullptr;
  for (const DiskCall& call : evidence.calls) {
    if (call.read_well() && !call.hook && call.in.dl() == drive && call.arguments.lba == lba) found = &call;
  }
  return found;
}

/// A place at which something begins: a file, a directory, a FAT.
bool begins_something(const std::string& file) {
  return !file.empty() && (file.find('+') == std::string::npos || file.ends_with("+0"));
}

std::optional<std::uint64_t> find_sector(const Evidence& evidence, std::uint8_t drive,
                                         const std::function<bool(const Sector&)>& is) {
  const bios::Drive* found = evidence.drive(drive);
  if (!found || found->sector_size != kSector) return std::nullopt;
  constexpr std::uint64_t kPiece = 128;
  const std::uint64_t end = std::min<std::uint64_t>(found->sectors, kSearched);
  for (std::uint64_t lba = 0; lba < end; lba += kPiece) {
    const Sector piece = evidence.sectors(drive, lba, kPiece * kSector);
    for (std::uint64_t i = 0; i < kPiece && lba + i < end; ++i) {
      const Sector sector(piece.begin() + static_cast<std::ptrdiff_t>(i * kSector),
                          piece.begin() + static_cast<std::ptrdiff_t>((i + 1) * kSector));
      if (is(sector)) return lba + i;
    }
  }
  return std::nullopt;
}

std::string content_words(const Sector& sector) {
  if (std::all_of(sector.begin(), sector.end(), [](std::uint8_t b) { return b == 0; })) return "zeros";
  if (std::all_of(sector.begin(), sector.end(), [&](std::uint8_t b) { return b == sector[0]; }))
    return fmt::format("{:02X}h bytes", sector[0]);
  return "something else";
}

std::string there_words(const Evidence& evidence, std::uint8_t drive, std::uint64_t lba) {
  const bios::Drive* found = evidence.drive(drive);
  if (found && lba >= found->sectors) return "the medium ends before it";
  const std::string file = evidence.file_at(drive, lba);
  const std::string content = content_words(evidence.sectors(drive, lba, kSector));
  if (content != "something else")
    return fmt::format("there are {} there{}", content, file.empty() ? "" : " (" + file + ")");
  return file.empty() ? "nothing of the kind is there" : fmt::format("{} is there", file);
}

// --- The BPB.

std::optional<Answer> hidden_sectors(const Evidence& evidence) {
  const auto bpb = loaded_bpb(evidence);
  if (!bpb || bpb->hidden == bpb->lba) return std::nullopt;
  const std::uint8_t drive = evidence.boot_drive();
  const DiskCall* boot_sector = load_of(evidence, drive, bpb->lba);
  const DiskCall* read = boot_sector ? first_read_after(evidence, boot_sector->number) : nullptr;
  if (!read || !read->arguments.lba || *read->arguments.lba < bpb->hidden) return std::nullopt;
  const std::uint64_t relative = *read->arguments.lba - bpb->hidden;
  if (relative >= bpb->total) return std::nullopt;
  const std::string meant = evidence.file_at(drive, bpb->lba + relative);
  if (!begins_something(meant) || begins_something(evidence.file_at(drive, *read->arguments.lba)))
    return std::nullopt;
  return Answer{
      fmt::format("In call {} {} reads LBA {}, which is {} + {}: the BPB of {} (LBA {}, bytes 1Ch-1Fh) says "
                  "{} hidden sectors, but "
                  "the volume begins at LBA {}, and {} lies at LBA {}. Write {} there, or make the file "
                  "system where it is.",
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
  const DiskCall* boot_sector = load_of(evidence, dl, bpb->lba);
  const DiskCall* read = boot_sector ? first_read_after(evidence, boot_sector->number) : nullptr;
  if (!read || !read->chs_read() || !read->arguments.chs || read->in.dl() != dl) return std::nullopt;
  const bool asked = std::any_of(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.ah() == 0x08 && !call.failed() && call.number < read->number &&
           call.number > boot_sector->number;
  });
  const bios::Chs& chs = *read->arguments.chs;
  if (asked || chs.sector == 0 || chs.sector > bpb->sectors_per_track || chs.head >= bpb->heads)
    return std::nullopt;
  const std::uint64_t meant =
      (std::uint64_t{chs.cylinder} * bpb->heads + chs.head) * bpb->sectors_per_track + chs.sector - 1;
  const std::string file = evidence.file_at(dl, meant);
  if (read->arguments.lba == meant || !begins_something(file)) return std::nullopt;
  if (read->arguments.lba && evidence.file_at(dl, *read->arguments.lba) == file) return std::nullopt;
  const std::string landed =
      read->arguments.lba ? fmt::format("LBA {}", *read->arguments.lba) : std::string("no sector at all");
  return Answer{
      fmt::format("In call {} {} reads CHS {}/{}/{}, {} on drive {:02X}h with its {} heads and {} sectors "
                  "per track. The BPB of {} "
                  "(LBA {}, bytes 18h-1Bh) says {} heads and {} sectors per track, by which it means LBA {}, "
                  "{}. Make BPB and "
                  "geometry agree{}, or ask INT 13h/08h.",
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
    if (!by_guest(call) || !call.chs_read() || call.in.dl() != drive || !call.arguments.chs) continue;
    const bios::Chs& chs = *call.arguments.chs;
    for (const Partition& p : report->table.partitions) {
      const bool same = p.scheme == Partition::Scheme::kMbrPrimary && p.sectors != 0 &&
                        p.first_chs.cylinder == chs.cylinder && p.first_chs.head == chs.head &&
                        p.first_chs.sector == chs.sector;
      if (!same || call.arguments.lba == p.first_lba) continue;
      if (load_of(evidence, drive, p.first_lba)) return std::nullopt;  // it was read by its LBA as well
      return Answer{
          fmt::format("In call {} {} loads partition {} by the CHS address of its entry, {}/{}/{}, which is "
                      "{}; by its LBA field the "
                      "partition begins at {}. Correct the entry's CHS bytes (sector 0, offset {:X}h) for {} "
                      "heads and {} sectors "
                      "per track, or use an MBR that reads by LBA.",
                      call.number, caller_words(evidence, call), p.number, chs.cylinder, chs.head, chs.sector,
                      call.arguments.lba ? fmt::format("LBA {}", *call.arguments.lba)
                                         : std::string("not on the drive"),
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
  return debugger::files::parse_fat_bpb(sector).has_value() ||
         devices::media::has_text(sector, 3, "NTFS    ");
}

/// The MBR loaded what the table says, and that is no boot sector.
std::optional<Answer> partition_start(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const InspectReport* report = evidence.report(drive);
  const DiskCall* read = evidence.last_read();
  if (!report || !read || !read->read_well() || !by_guest(*read) || read->in.dl() != drive ||
      read->count() != 1)
    return std::nullopt;
  for (const Partition& p : report->table.partitions) {
    if (p.first_lba != read->arguments.lba || p.sectors == 0 || p.first_lba == 0) continue;
    const Sector sector = evidence.sectors(drive, p.first_lba, kSector);
    const bool empty =
        std::all_of(sector.begin(), sector.begin() + 440, [](std::uint8_t b) { return b == 0; });
    if (boot_signature(sector) && !empty) return std::nullopt;
    std::string text = fmt::format(
        "Call {} loads the first sector of partition {}, LBA {} by {}, and finds {} instead of a boot "
        "sector.",
        read->number, p.number, p.first_lba,
        p.scheme == Partition::Scheme::kGpt ? "the GPT" : "its table entry",
        boot_signature(sector)                      ? "no code"
        : content_words(sector) == "something else" ? "no 55 AA at its end"
                                                    : content_words(sector));
    const auto volume = find_sector(evidence, drive, is_volume_start);
    const bool other =
        volume && std::none_of(report->table.partitions.begin(), report->table.partitions.end(),
                               [&](const Partition& q) { return q.first_lba == *volume; });
    text += other ? fmt::format(" A volume's boot sector lies at LBA {}: the entry should say that.", *volume)
                  : std::string(" Install a loader in that partition, or make another one active.");
    return Answer{text, {read->number}};
  }
  return std::nullopt;
}

/// MBR code that looked into the table and started nothing.
std::optional<Answer> no_active(const Evidence& evidence) {
  if (!evidence.gave_up()) return std::nullopt;
  const std::uint8_t drive = evidence.boot_drive();
  const InspectReport* report = evidence.report(drive);
  const DiskCall* read = evidence.last_read();
  if (!report || report->iso9660 || !read || read->in.dl() != drive || !read->arguments.lba)
    return std::nullopt;
  const auto& partitions = report->table.partitions;
  const bool gpt =
      report->table.kind == PartitionTable::Kind::kGpt || report->table.kind == PartitionTable::Kind::kHybrid;
  // Other boot code does not care for the flag, and gave up for another reason.
  const std::string code = report->first_sector ? report->first_sector->loader : "";
  if (code.find("mbr") == std::string::npos && code.find("MBR") == std::string::npos) return std::nullopt;
  const bool started = std::any_of(partitions.begin(), partitions.end(), [&](const Partition& p) {
    return p.first_lba != 0 && load_of(evidence, drive, p.first_lba);
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
  std::string text =
      active == 0
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

// --- Sector lists of loaders.

/// GRUB's boot.img: the LBA of core.img's first sector (grub-core/boot/i386/pc/boot.S, kernel_sector).
constexpr std::size_t kGrubKernelSector = 0x5C;
/// diskboot.img ends in the first entry of core.img's block list: LBA, count, segment
/// (GRUB_BOOT_MACHINE_LIST_SIZE 12).
constexpr std::size_t kGrubBlockList = 0x1F4;

/// Boot sectors are loaded to 0000:7C00.
constexpr std::uint32_t kBootSectorAt = 0x7C00;

bool is_diskboot(const Sector& sector) {
  return inspecting::recognise_loader(sector).starts_with("GRUB diskboot");
}

std::optional<Answer> grub_list(const Evidence& evidence) {
  for (const DiskCall& load : evidence.calls) {
    if (!load.read_well() || load.hook || load.count() != 1 || !load.arguments.lba) continue;
    const std::uint8_t drive = load.in.dl();
    const Sector sector = evidence.sectors(drive, *load.arguments.lba, kSector);
    const DiskCall* next = first_read_after(evidence, load.number);
    if (!next || !next->arguments.lba) continue;
    const bool boot_img = inspecting::recognise_loader(sector) == "GRUB boot.img";
    const bool diskboot = !boot_img && is_diskboot(sector);
    if (boot_img) {
      // GRUB looks at the MBR, too; where that is boot.img of a hybrid ISO, it says 0 and starts another way.
      const std::uint64_t pointer = devices::media::le64(sector, kGrubKernelSector);
      if (load.buffer() != kBootSectorAt || pointer == 0) continue;
      if (*next->arguments.lba != pointer || is_diskboot(evidence.sectors(drive, pointer, kSector))) continue;
      const auto right = find_sector(evidence, drive, is_diskboot);
      return Answer{
          fmt::format("GRUB's boot.img (LBA {}, offset 5Ch) says that core.img begins at LBA {}, which call "
                      "{} reads, but {}.{} Run "
                      "grub-install again.",
                      *load.arguments.lba, pointer, next->number, there_words(evidence, drive, pointer),
                      right ? fmt::format(" A core.img begins at LBA {}.", *right)
                            : std::string(" No core.img is found near the start of the medium.")),
          {load.number, next->number}};
    }
    if (!diskboot) continue;
    const std::uint64_t list = devices::media::le64(sector, kGrubBlockList);
    if (list == *load.arguments.lba + 1 || *next->arguments.lba != list) continue;
    const std::string here = evidence.file_at(drive, list);
    if (!here.empty() && here.find("core.img") != std::string::npos) continue;  // a fragmented file
    return Answer{fmt::format("core.img's block list (LBA {}, offset 1F4h) says that it goes on at LBA {}, "
                              "which call {} reads, but {}: core.img "
                              "was moved after grub-install. Run grub-install again.",
                              *load.arguments.lba, list, next->number, there_words(evidence, drive, list)),
                  {load.number, next->number}};
  }
  return std::nullopt;
}

/// Our own boot sectors: the LBAs of stage2's head behind BSBL.
std::optional<Answer> own_list(const Evidence& evidence) {
  for (const DiskCall& load : evidence.calls) {
    if (!load.read_well() || load.hook || !load.arguments.lba || load.count() > 64) continue;
    const std::uint8_t drive = load.in.dl();
    const auto table = install::read_boot_table(
        evidence.sectors(drive, *load.arguments.lba, std::min<std::size_t>(load.bytes, 64 * kSector)));
    if (!table || table->lba0 == 0) continue;
    const auto read = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
      return call.number > load.number && by_guest(call) && call.in.dl() == drive &&
             call.arguments.lba == table->lba0;
    });
    if (read == evidence.calls.end() || !read->read_well()) continue;
    const auto is_head = [&](const Sector& s) {
      return devices::media::has_text(s, install::head::kMagicAt, install::head::kMagic) &&
             devices::media::le32(s, install::head::kInstallId) == table->install_id;
    };
    const Sector there = evidence.sectors(drive, table->lba0, kSector);
    if (is_head(there)) continue;
    const auto right = find_sector(evidence, drive, is_head);
    const bool other = devices::media::has_text(there, install::head::kMagicAt, install::head::kMagic);
    return Answer{fmt::format("The boot sector's list (BSBL, LBA {}) says that stage2 of installation {:08X} "
                              "begins at LBA {}, which call {} reads, "
                              "but {}.{} Run bootsim install again.",
                              *load.arguments.lba, table->install_id, table->lba0, read->number,
                              other ? fmt::format("that is installation {:08X}",
                                                  devices::media::le32(there, install::head::kInstallId))
                                    : there_words(evidence, drive, table->lba0),
                              right ? fmt::format(" It is at LBA {}.", *right) : std::string()),
                  {load.number, read->number}};
  }
  return std::nullopt;
}

bool is_ldlinux(std::string_view path) { return emu::lower(path).ends_with("/ldlinux.sys"); }

/// SYSLINUX's boot sector knows the first sector of ldlinux.sys.
std::optional<Answer> syslinux_list(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const InspectReport* report = evidence.report(drive);
  if (!report || !evidence.gave_up()) return std::nullopt;
  const auto check = [&](const BootCode& code, const FileSystemSummary& fs) -> std::optional<Answer> {
    if (!code.loader.starts_with("SYSLINUX boot sector") && !code.loader.starts_with("EXTLINUX boot sector"))
      return std::nullopt;
    const DiskCall* load = load_of(evidence, drive, code.offset / kSector);
    const DiskCall* read = load ? first_read_after(evidence, load->number) : nullptr;
    if (!read || !read->read_well() || !read->arguments.lba) return std::nullopt;
    const auto opened =
        debugger::files::open_file_system(*evidence.medium(drive), fs.offset, report->size - fs.offset);
    if (!opened) return std::nullopt;
    std::optional<debugger::files::Entry> found;
    opened->visit([&](debugger::files::Entry&& entry) {
      if (entry.kind == debugger::files::EntryKind::kFile && is_ldlinux(entry.path) && !entry.extents.empty())
        found = std::move(entry);
      return !found;
    });
    const std::uint64_t read_lba = *read->arguments.lba;
    if (!found) {
      return Answer{fmt::format("In call {} the {} reads LBA {} for ldlinux.sys, but the volume has no such "
                                "file. Run syslinux --install (extlinux "
                                "--install) on it.",
                                read->number, code.loader, read_lba),
                    {read->number}};
    }
    const std::uint64_t right = found->extents.front().offset / kSector;
    if (right == read_lba) return std::nullopt;
    return Answer{fmt::format("In call {} the {} reads LBA {} for the start of ldlinux.sys, but {} begins at "
                              "LBA {}: it was written anew or moved "
                              "after the installation. Run syslinux --install (extlinux --install) again.",
                              read->number, code.loader, read_lba, found->path, right),
                  {read->number}};
  };
  if (report->whole && report->first_sector) {
    if (auto answer = check(*report->first_sector, *report->whole)) return answer;
  }
  for (const PartitionContent& p : report->partitions) {
    if (!p.code || !p.file_system) continue;
    if (auto answer = check(*p.code, *p.file_system)) return answer;
  }
  return std::nullopt;
}

std::optional<Answer> info_table(const Evidence& evidence) {
  const auto& cd = evidence.pc.bios().drives().cd_boot();
  const InspectReport* report = cd ? evidence.report(cd->cd_drive) : nullptr;
  if (!report || cd->emulation() != 0) return std::nullopt;
  const auto linked = std::find_if(report->findings.begin(), report->findings.end(), [](const Finding& f) {
    return f.id == "boot-info-table" && f.severity != Severity::kNote;
  });
  const auto entry = std::find_if(report->boot_entries.begin(), report->boot_entries.end(),
                                  [&](const BootEntry& e) { return e.entry.lba == cd->image_lba; });
  if (linked == report->findings.end() || entry == report->boot_entries.end()) return std::nullopt;
  const DiskCall* first = first_read_after(evidence, 0);
  std::vector<std::uint64_t> calls;
  if (first) calls.push_back(first->number);
  const bool elsewhere = !first || !first->arguments.lba || *first->arguments.lba < cd->image_lba ||
                         first->failed() || *first->arguments.lba > cd->image_lba + std::uint64_t{64};
  const bool bad_length = entry->info_table && !entry->info_table->problems.empty();
  if (!elsewhere && !bad_length) return std::nullopt;
  std::string text = linked->text;
  text[0] = static_cast<char>(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 'a' + 'A' : text[0]);
  text += fmt::format(". It is at offset 8 of {}, LBA {}",
                      entry->path.empty() ? "the boot image" : entry->path, cd->image_lba);
  text +=
      first ? fmt::format("; by it call {} reads {}.", first->number, where_words(*first)) : std::string(".");
  return Answer{text + " Make the ISO with -boot-info-table.", calls};
}

constexpr std::array<Rule, 9> kRules = {{
    {{"bpb-hidden-sectors",
      "a boot sector counts from the hidden sectors of its BPB, and its volume begins elsewhere"},
     hidden_sectors},
    {{"bpb-geometry",
      "a boot sector calculates CHS addresses by its BPB, and the drive has another geometry"},
     bpb_geometry},
    {{"partition-chs", "the MBR reads a partition by CHS, which is not where its LBA is"}, partition_chs},
    {{"partition-start", "the partition that was to boot begins with no boot sector"}, partition_start},
    {{"no-active", "no partition is active, or more than one"}, no_active},
    {{"grub-core", "GRUB's boot.img or core.img says where core.img is, and it is not there"}, grub_list},
    {{"bootsim-stage2", "our own boot sector says where stage2 is, and it is not there"}, own_list},
    {{"syslinux-ldlinux", "SYSLINUX's boot sector reads ldlinux.sys where it is not"}, syslinux_list},
    {{"boot-info-table", "a CD's boot image has no boot information table, or a wrong one"}, info_table},
}};

}  // namespace

std::span<const Rule> pointer_rules() { return kRules; }

}  // namespace bootsim::diagnosing
