// What a loader was told by its installation, and what is there: sector lists, boot information tables.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "bootsim/inspect/loaders.h"
#include "bootsim/install/layout.h"
#include "bootsim/install/patch.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

constexpr std::uint64_t kSector = devices::media::kSectorSize;

/// GRUB's boot.img: the LBA of core.img's first sector (grub-core/boot/i386/pc/boot.S, kernel_sector).
constexpr std::size_t kGrubKernelSector = 0x5C;
/// diskboot.img ends in the first entry of core.img's block list: LBA, count, segment
/// (GRUB_BOOT_MACHINE_LIST_SIZE 12).
constexpr std::size_t kGrubBlockList = 0x1F4;

bool is_diskboot(const Sector& sector) { return inspecting::recognise_loader(sector).starts_with("GRUB diskboot"); }

std::optional<Answer> grub_list(const Evidence& evidence) {
  for (const DiskCall& load : evidence.calls) {
    if (!load.read_well() || load.hook || load.count() != 1 || !load.arguments.lba) continue;
    const std::uint8_t drive = load.in.dl();
    const Sector sector = evidence.sectors(drive, *load.arguments.lba, kSector);
    const DiskCall* next = evidence.first_read_after(load.number);
    if (!next || !next->arguments.lba) continue;
    const bool boot_img = inspecting::recognise_loader(sector) == "GRUB boot.img";
    const bool diskboot = !boot_img && is_diskboot(sector);
    if (boot_img) {
      // GRUB looks at the MBR, too; where that is boot.img of a hybrid ISO, it says 0 and starts another way.
      const std::uint64_t pointer = devices::media::le64(sector, kGrubKernelSector);
      const InspectReport* report = evidence.report(drive);
      if (load.buffer() != bios::low_memory::kBootSector || (pointer == 0 && report && report->iso9660)) continue;
      if (*next->arguments.lba != pointer || is_diskboot(evidence.sectors(drive, pointer, kSector))) continue;
      const auto right = find_sector(evidence, drive, is_diskboot);
      return Answer{fmt::format("GRUB's boot.img (LBA {}, offset 5Ch) says that core.img begins at LBA {}, which call "
                                "{} reads, but {}.{} Run grub-install again.",
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
    return Answer{fmt::format("core.img's block list (LBA {}, offset 1F4h) says that it goes on at LBA {}, which call "
                              "{} reads, but {}: core.img was moved after grub-install. Run grub-install again.",
                              *load.arguments.lba, list, next->number, there_words(evidence, drive, list)),
                  {load.number, next->number}};
  }
  return std::nullopt;
}

/// Block lists end in an entry of no sectors; the first one is last (grub-core/boot/i386/pc/diskboot.S).
std::uint64_t listed_sectors(const Sector& diskboot) {
  constexpr std::size_t kEntry = 12, kCount = 8;
  std::uint64_t sectors = 0;
  for (std::size_t at = kGrubBlockList; at >= kEntry; at -= kEntry) {
    const std::uint16_t count = devices::media::le16(diskboot, at + kCount);
    if (count == 0) break;
    sectors += count;
  }
  return sectors;
}

/// Where core.img's second sector and all behind it run (GRUB_BOOT_MACHINE_KERNEL_SEG).
constexpr std::uint16_t kGrubSegment = 0x0820;

std::uint16_t listed_segment(const Sector& diskboot) { return devices::media::le16(diskboot, kGrubBlockList + 10); }

/// core.img was loaded by its list, and did not come so far as to greet.
std::optional<Answer> grub_damaged(const Evidence& evidence) {
  /// Of the decompressor behind diskboot.img (GRUB_DECOMPRESSOR_I386_PC_COMPRESSED_SIZE).
  constexpr std::size_t kCompressedSize = 8;
  const auto said = [&](std::string_view words) {
    return std::any_of(evidence.lines().begin(), evidence.lines().end(),
                       [&](const std::string& line) { return line.find(words) != std::string::npos; });
  };
  if (!said("GRUB loading") && !said("incompatible license")) return std::nullopt;
  const auto load = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.read_well() && read_by_guest(call) && call.count() == 1 && call.arguments.lba &&
           is_diskboot(evidence.sectors(call.in.dl(), *call.arguments.lba, kSector));
  });
  const DiskCall* next = load == evidence.calls.end() ? nullptr : evidence.first_read_after(load->number);
  if (!next || !next->read_well() || !next->arguments.lba) return std::nullopt;
  const std::uint8_t drive = load->in.dl();
  const std::uint64_t listed = listed_sectors(evidence.sectors(drive, *load->arguments.lba, kSector));
  const std::uint64_t packed =
      devices::media::le32(evidence.sectors(drive, *next->arguments.lba, kSector), kCompressedSize);
  if (packed > listed * kSector && packed < (std::uint64_t{1} << 20))
    return Answer{fmt::format("core.img's block list (LBA {}) has {} sectors, fewer than core.img ({} bytes packed, "
                              "LBA {}): the rest was not loaded. Run grub-install again.",
                              *load->arguments.lba, listed, packed, *next->arguments.lba),
                  {load->number, next->number}};
  if (const std::uint16_t segment = listed_segment(evidence.sectors(drive, *load->arguments.lba, kSector));
      segment != kGrubSegment)
    return Answer{fmt::format("core.img's block list (LBA {}, offset 1FEh) says that it is loaded to segment {:04X}h; "
                              "it runs at {:04X}h. Run grub-install again.",
                              *load->arguments.lba, segment, kGrubSegment),
                  {load->number, next->number}};
  if (said("Welcome to GRUB!") || !evidence.crashed()) return std::nullopt;
  // In real mode what crashed must be GRUB's own code.
  const auto crashed_in = evidence.real_mode() ? evidence.origin(evidence.place().linear()) : std::nullopt;
  if (evidence.real_mode() && (!crashed_in || crashed_in->drive != drive || crashed_in->lba < *next->arguments.lba ||
                               crashed_in->lba >= *next->arguments.lba + listed))
    return std::nullopt;
  return Answer{fmt::format("GRUB was loaded from where its block list says (LBA {}, {} sectors from LBA {} on), and "
                            "crashed before it had unpacked itself: sectors of core.img were overwritten. Run "
                            "grub-install again.",
                            *load->arguments.lba, listed, *next->arguments.lba),
                {load->number, next->number}};
}

/// boot.img boots from another drive than the BIOS's when its byte 64h says so (boot.S, boot_drive; FFh: the
/// BIOS's).
std::optional<Answer> grub_drive(const Evidence& evidence) {
  constexpr std::size_t kBootDrive = 0x64;
  constexpr std::uint8_t kAnyDrive = 0xFF;
  const std::uint8_t booted = evidence.boot_drive();
  const DiskCall* load = evidence.load_of(booted, 0);
  const Sector sector = evidence.sectors(booted, 0, kSector);
  if (!load || evidence.bios_refused() || evidence.at_work() ||
      inspecting::recognise_loader(sector) != "GRUB boot.img" || sector[kBootDrive] == kAnyDrive ||
      sector[kBootDrive] == booted || evidence.first_read_after(load->number))
    return std::nullopt;
  const auto asked = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.number > load->number && call.in.dl() == sector[kBootDrive] && call.failed();
  });
  if (asked == evidence.calls.end()) return std::nullopt;
  return Answer{
      fmt::format("GRUB's boot.img (LBA 0, offset 64h) says that it boots from drive {:02X}h, which call {} asks for "
                  "and which does not exist; the boot is from {:02X}h. Write FFh there: the drive that the BIOS names.",
                  sector[kBootDrive], asked->number, booted),
      {load->number, asked->number}};
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
      return call.number > load.number && read_by_guest(call) && call.in.dl() == drive &&
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
    return Answer{fmt::format("The boot sector's list (BSBL, LBA {}) says that stage2 of installation {:08X} begins at "
                              "LBA {}, which call {} reads, but {}.{} Run bootsim install again.",
                              *load.arguments.lba, table->install_id, table->lba0, read->number,
                              other ? fmt::format("that is installation {:08X}",
                                                  devices::media::le32(there, install::head::kInstallId))
                                    : there_words(evidence, drive, table->lba0),
                              right ? fmt::format(" It is at LBA {}.", *right) : std::string()),
                  {load.number, read->number}};
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
  const DiskCall* first = evidence.first_read_after(0);
  std::vector<std::uint64_t> calls;
  if (first) calls.push_back(first->number);
  const bool elsewhere = !first || !first->arguments.lba || *first->arguments.lba < cd->image_lba || first->failed() ||
                         *first->arguments.lba > cd->image_lba + std::uint64_t{64};
  const bool bad_length = entry->info_table && !entry->info_table->problems.empty();
  if (!elsewhere && !bad_length) return std::nullopt;
  std::string text = linked->text;
  text[0] = static_cast<char>(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 'a' + 'A' : text[0]);
  text += fmt::format(". It is at offset 8 of {}, LBA {}", entry->path.empty() ? "the boot image" : entry->path,
                      cd->image_lba);
  text += first ? fmt::format("; by it call {} reads {}.", first->number, where_words(*first)) : std::string(".");
  const bool sum_only = linked->text.find("checksum") != std::string::npos;
  return Answer{text + (sum_only ? " The image was changed or damaged after the table was written: copy the ISO again, "
                                   "or make it again with -boot-info-table."
                                 : " Make the ISO with -boot-info-table."),
                calls};
}

constexpr std::array<Rule, 5> kRules = {{
    {{"grub-core", "GRUB's boot.img or core.img says where core.img is, and it is not there"}, grub_list},
    {{"grub-drive", "GRUB's boot.img names a drive that does not exist"}, grub_drive},
    {{"grub-damaged", "core.img was loaded from the right place, and is not all there or not as it was"}, grub_damaged},
    {{"bootsim-stage2", "our own boot sector says where stage2 is, and it is not there"}, own_list},
    {{"boot-info-table", "a CD's boot image has no boot information table, or a wrong one"}, info_table},
}};

}  // namespace

std::span<const Rule> list_rules() { return kRules; }

}  // namespace bootsim::diagnosing
