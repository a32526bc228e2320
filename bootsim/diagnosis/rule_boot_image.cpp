// CDs whose catalog starts something, and not in the way in which that wants to be started.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/program_kind.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "bootsim/inspect/loaders.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::le16;
using devices::media::le32;

constexpr std::uint64_t kCdSector = devices::media::kCdSectorSize;
constexpr std::uint16_t kUsualSegment = 0x7C0;

struct Started {
  const bios::CdBoot& boot;
  const InspectReport& report;
  const BootEntry* entry;  ///< null: chosen in another way
  std::uint64_t offset = 0;
};

/// A CD's boot image that was started and got nowhere.
std::optional<Started> started(const Evidence& evidence) {
  const auto& boot = evidence.pc.bios().drives().cd_boot();
  const InspectReport* report = boot ? evidence.report(boot->cd_drive) : nullptr;
  if (!report || evidence.bios_refused() || evidence.at_work()) return std::nullopt;
  const auto entry = std::find_if(report->boot_entries.begin(), report->boot_entries.end(),
                                  [&](const BootEntry& e) { return e.entry.lba == boot->image_lba; });
  return Started{*boot, *report, entry == report->boot_entries.end() ? nullptr : &*entry, boot->image_lba * kCdSector};
}

/// Loaders of boot images without emulation, which read the CD by its own sectors.
bool wants_no_emulation(const std::string& loader) {
  return loader.starts_with("ISOLINUX") || loader.starts_with("GRUB cdboot");
}

std::string entry_words(const Started& cd) {
  return fmt::format("Entry {} of the boot catalog (LBA {})", cd.entry ? cd.entry->entry.number : 0,
                     cd.boot.catalog_lba);
}

std::vector<std::uint64_t> first_read(const Evidence& evidence) {
  const DiskCall* first = evidence.first_read_after(0);
  return first ? std::vector<std::uint64_t>{first->number} : std::vector<std::uint64_t>{};
}

std::string loader_of(const Started& cd) { return cd.entry && cd.entry->code ? cd.entry->code->loader : std::string(); }

std::string image_words(const Started& cd) {
  return cd.entry && !cd.entry->path.empty() ? cd.entry->path : fmt::format("the image at LBA {}", cd.boot.image_lba);
}

std::optional<Answer> emulation(const Evidence& evidence) {
  const auto cd = started(evidence);
  if (!cd || cd->boot.emulation() == 0) return std::nullopt;
  const std::string loader = loader_of(*cd);
  if (!wants_no_emulation(loader)) return std::nullopt;
  return Answer{
      fmt::format("{} is {}, which boots without emulation. {} asks for media type {} (offset {:X}h), a {}. Make the "
                  "ISO with -no-emul-boot.",
                  image_words(*cd), loader, entry_words(*cd), cd->boot.emulation(), 0x21,
                  cd->boot.emulation() == 4 ? "hard disk" : "floppy"),
      first_read(evidence)};
}

std::optional<Answer> load_segment(const Evidence& evidence) {
  const auto cd = started(evidence);
  if (!cd || cd->boot.emulation() != 0 || cd->boot.load_segment == 0 || cd->boot.load_segment == kUsualSegment)
    return std::nullopt;
  const std::string loader = loader_of(*cd);
  if (!wants_no_emulation(loader)) return std::nullopt;
  return Answer{
      fmt::format("{} has {} loaded to segment {:04X}h (offset 22h); {} runs at 07C0h only. Make the ISO without "
                  "-boot-load-seg: 0 means 07C0h.",
                  entry_words(*cd), image_words(*cd), cd->boot.load_segment, loader),
      first_read(evidence)};
}

/// A file of the CD that is a loader for boot without emulation.
std::optional<debugger::files::Entry> find_loader(const Evidence& evidence, std::uint8_t drive) {
  constexpr std::size_t kLooked = 4096;
  constexpr std::uint64_t kLargest = 1 << 20;
  const auto* medium = evidence.medium(drive);
  const auto opened = debugger::files::open_file_system(*medium, 0, medium->size());
  std::optional<debugger::files::Entry> found;
  std::size_t looked = 0;
  if (!opened) return found;
  opened->visit([&](debugger::files::Entry&& entry) {
    if (entry.kind != debugger::files::EntryKind::kFile || entry.extents.empty() || entry.size > kLargest) return true;
    std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(entry.size, kLooked));
    medium->read(entry.extents.front().offset, bytes);
    const bool cdboot =
        entry.path.ends_with("/eltorito.img") || wants_no_emulation(inspecting::recognise_loader(bytes));
    if (cdboot) found = std::move(entry);
    return !found && ++looked < kLooked;
  });
  return found;
}

/// What a file that was started is, when it is no loader for CDs.
std::string other_kind(const Evidence& evidence, const std::string& path) {
  const auto bytes = path.empty() ? std::nullopt : read_path(evidence, path, kProgramLooked);
  if (!bytes || bytes->size() < 2) return {};
  const std::string loader = inspecting::recognise_loader(*bytes);
  // GRUB Legacy's stage2_eltorito has all that its stage2 has.
  if (wants_no_emulation(loader) || loader.starts_with("bootsim isoboot") || loader.starts_with("GRUB Legacy stage2"))
    return {};
  if (loader.find("mbr") != std::string::npos || loader.find("MBR") != std::string::npos)
    return fmt::format("the code of an MBR ({})", loader);
  const auto program = recognise_program(*bytes, bytes->size());
  return program ? program->what : std::string();
}

/// -b names a file that no BIOS can start from a CD.
std::optional<Answer> no_cd_loader(const Evidence& evidence) {
  // Once the loader has given up, the BIOS no longer knows which entry it was: the one that it takes by itself.
  const std::uint8_t drive = evidence.boot_drive();
  const bios::Drive* cd = evidence.drive(drive);
  const InspectReport* report = cd && cd->drive_class == bios::DriveClass::kCd ? evidence.report(drive) : nullptr;
  if (!report || !report->el_torito || evidence.bios_refused() || evidence.at_work()) return std::nullopt;
  const auto* chosen = report->el_torito->find(evidence.options.el_torito_entry.value_or(0));
  const auto& boot = evidence.pc.bios().drives().cd_boot();
  if (!boot && !chosen) return std::nullopt;
  const std::uint32_t lba = boot ? boot->image_lba : chosen->lba;
  const auto entry = std::find_if(report->boot_entries.begin(), report->boot_entries.end(),
                                  [&](const BootEntry& e) { return e.entry.lba == lba; });
  if (entry == report->boot_entries.end() || entry->entry.media_type() != 0) return std::nullopt;
  const std::string kind = other_kind(evidence, entry->path);
  if (kind.empty()) return std::nullopt;
  const auto right = find_loader(evidence, drive);
  std::string text =
      fmt::format("Entry {} of the boot catalog (LBA {}) starts {} (LBA {}), which is {}, and no loader for CDs.",
                  entry->entry.number, report->el_torito->catalog_lba, entry->path, lba, kind);
  text += right ? fmt::format(" {} is at LBA {}: name that with -b, and make the ISO again.", right->path,
                              right->extents.front().offset / kCdSector)
                : std::string(
                      " Name one with -b (isolinux.bin, or GRUB's core.img for i386-pc-eltorito), and make the "
                      "ISO again.");
  return Answer{std::move(text), first_read(evidence)};
}

std::optional<Answer> other_image(const Evidence& evidence) {
  const auto cd = started(evidence);
  if (auto answer = no_cd_loader(evidence)) return answer;
  if (!cd || cd->boot.emulation() != 0 || !evidence.crashed() || evidence.first_read_after(0)) return std::nullopt;
  if (!loader_of(*cd).empty()) return std::nullopt;
  const auto right = find_loader(evidence, cd->boot.cd_drive);
  if (!right || right->extents.front().offset == cd->offset) return std::nullopt;
  const std::string here = evidence.file_at(cd->boot.cd_drive, cd->boot.image_lba);
  return Answer{
      fmt::format("{} starts LBA {}, which is {}; {} is at LBA {}. The files were moved after the catalog was written: "
                  "make the ISO again.",
                  entry_words(*cd), cd->boot.image_lba, here.empty() ? "no file" : here, right->path,
                  right->extents.front().offset / kCdSector),
      {}};
}

/// El Torito's floppies have fixed geometries; the image's BPB says which one it was made for.
std::optional<Answer> floppy_type(const Evidence& evidence) {
  const auto cd = started(evidence);
  if (!cd || cd->boot.emulation() == 0 || cd->boot.emulation() > 3 || !(evidence.gave_up() || evidence.crashed()))
    return std::nullopt;
  Sector sector(devices::media::kSectorSize);
  evidence.medium(cd->boot.cd_drive)->read(cd->offset, sector);
  const std::uint16_t per_track = le16(sector, 0x18), heads = le16(sector, 0x1A), total = le16(sector, 0x13);
  const auto& given = cd->boot.geometry;
  if ((sector[0] != 0xEB && sector[0] != 0xE9) || heads != 2 || (per_track == given.sectors && heads == given.heads))
    return std::nullopt;
  const int right = per_track == 15 ? 1 : per_track == 18 ? 2 : per_track == 36 ? 3 : 0;
  if (right == 0) return std::nullopt;
  return Answer{
      fmt::format("{} asks for media type {} (offset 21h), a floppy with {} sectors per track; {} is one with {} ({} "
                  "sectors, by its BPB), media type {}. Pad or cut the image to the size of its floppy, and make the "
                  "ISO again.",
                  entry_words(*cd), cd->boot.emulation(), given.sectors, image_words(*cd), per_track, total, right),
      first_read(evidence)};
}

/// A boot image that poses as a hard disk.
struct PosedDisk {
  const devices::media::ElToritoEntry& entry;
  Sector mbr;
};

std::optional<PosedDisk> posed_disk(const Evidence& evidence) {
  constexpr int kHardDisk = 4;
  if (evidence.bios_refused() || evidence.at_work()) return std::nullopt;
  // Once the loader has given up, the emulation is over, and the drive is the CD again.
  const auto& boot = evidence.pc.bios().drives().cd_boot();
  const std::uint8_t drive = boot ? boot->cd_drive : bios::kFirstCd;
  const InspectReport* report = evidence.report(drive);
  const auto* entry =
      report && report->el_torito ? report->el_torito->find(evidence.options.el_torito_entry.value_or(0)) : nullptr;
  if (!entry || entry->media_type() != kHardDisk) return std::nullopt;
  PosedDisk disk{*entry, Sector(devices::media::kSectorSize)};
  evidence.medium(drive)->read(entry->lba * kCdSector, disk.mbr);
  return disk;
}

/// Of an image that poses as a hard disk the BIOS takes geometry and partition from its table (El
/// Torito 1.0, 1.6 and 4.1).
std::optional<Answer> no_table(const Evidence& evidence) {
  constexpr std::size_t kTable = 446, kSignature = 510;
  const auto disk = posed_disk(evidence);
  if (!disk) return std::nullopt;
  const Sector& sector = disk->mbr;
  const bool volume = (sector[0] == 0xEB || sector[0] == 0xE9) && le16(sector, 0x0B) == devices::media::kSectorSize &&
                      (sector[0x15] & 0xF0) == 0xF0;
  const bool empty =
      std::all_of(sector.begin() + kTable, sector.begin() + kSignature, [](std::uint8_t b) { return b == 0; });
  if (!volume && !empty) return std::nullopt;
  return Answer{fmt::format("Entry {} of the boot catalog has the image at LBA {} pose as a hard disk, and that {}: "
                            "put a whole disk there, with an MBR and one partition{}.",
                            disk->entry.number, disk->entry.lba,
                            volume ? "is a volume, without an MBR before it"
                                   : "has no partition in its first sector (offset 1BEh)",
                            volume ? "" : ", or boot a loader with -no-emul-boot"),
                first_read(evidence)};
}

/// The last sector of the first partition by its CHS, with the geometry that its CHS says, against the one by
/// LBA.
std::optional<Answer> table_geometry(const Evidence& evidence) {
  constexpr std::size_t kEntry = 446;
  const auto disk = posed_disk(evidence);
  if (!disk || !(evidence.gave_up() || evidence.crashed())) return std::nullopt;
  const Sector& mbr = disk->mbr;
  const std::uint32_t heads = mbr[kEntry + 5] + 1u, sectors = mbr[kEntry + 6] & 0x3F;
  const std::uint32_t cylinder = mbr[kEntry + 7] | (mbr[kEntry + 6] & 0xC0u) << 2;
  const std::uint64_t by_lba = std::uint64_t{le32(mbr, kEntry + 8)} + le32(mbr, kEntry + 12) - 1;
  const std::uint64_t by_chs = std::uint64_t{cylinder + 1} * heads * sectors - 1;
  const bool clamped = cylinder == 1023;  // beyond what CHS can say
  if (sectors == 0 || le32(mbr, kEntry + 12) == 0 || by_chs == by_lba || clamped) return std::nullopt;
  return Answer{
      fmt::format("Entry {} of the boot catalog has the image at LBA {} pose as a hard disk, whose geometry the BIOS "
                  "takes from the end of its first partition, CHS {}/{}/{} (offset 1C3h): {} heads and {} sectors per "
                  "track, by which it ends at LBA {}; the table says {}. Partition the image so that it ends with a "
                  "cylinder (head 254, sector 63), or boot a loader with -no-emul-boot.",
                  disk->entry.number, disk->entry.lba, cylinder, heads - 1, sectors, heads, sectors, by_chs, by_lba),
      first_read(evidence)};
}

/// A BIOS loads what the entry asks for, and nothing more.
std::optional<Answer> no_sectors(const Evidence& evidence) {
  const auto cd = started(evidence);
  if (!cd || cd->boot.emulation() != 0 || cd->boot.sector_count != 0 || !evidence.crashed()) return std::nullopt;
  return Answer{fmt::format("{} asks for 0 sectors (offset 26h), so that nothing of {} was loaded. Make the ISO with "
                            "-boot-load-size 4.",
                            entry_words(*cd), image_words(*cd)),
                {}};
}

constexpr std::array<Rule, 7> kRules = {{
    {{"boot-image-table", "a CD's image that poses as a hard disk has no partition table"}, no_table},
    {{"boot-image-geometry", "a CD's image that poses as a hard disk has a partition that ends within a cylinder"},
     table_geometry},
    {{"boot-image-empty", "a CD's catalog asks for no sectors of the boot image"}, no_sectors},
    {{"boot-image-emulation", "a CD's loader that boots without emulation is started as a floppy or hard disk"},
     emulation},
    {{"boot-image-segment", "a CD's loader is loaded to another segment than it runs at"}, load_segment},
    {{"boot-image-elsewhere", "the boot catalog starts something else than the loader that the CD has"}, other_image},
    {{"boot-image-floppy", "a CD's floppy image is emulated as a floppy of another size"}, floppy_type},
}};

}  // namespace

std::span<const Rule> boot_image_rules() { return kRules; }

}  // namespace bootsim::diagnosing
