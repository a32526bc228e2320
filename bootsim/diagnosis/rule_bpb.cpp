// A FAT volume's BPB that does not fit the volume: loaders calculate with it, and miss the directory and the
// files.
#include <algorithm>
#include <array>
#include <cctype>

#include "bootsim/diagnosis/fat_signs.h"
#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::le16;
using devices::media::le32;

constexpr std::uint64_t kSector = devices::media::kSectorSize;

/// Offsets in a boot sector (FAT specification §3.1, §3.3).
namespace bpb {
constexpr std::size_t kBytesPerSector = 0x0B, kSectorsPerCluster = 0x0D, kReserved = 0x0E, kFats = 0x10,
                      kRootEntries = 0x11, kTotal16 = 0x13, kSectorsPerFat16 = 0x16, kTotal32 = 0x20,
                      kSectorsPerFat32 = 0x24, kRootCluster = 0x2C, kBackup = 0x32, kEnd = 0x24;
}  // namespace bpb

/// A field of the BPB that is wrong.
struct Wrong {
  std::size_t offset = 0, size = 0;
  std::string_view name;
  std::uint64_t says = 0, right = 0;
  std::string why;
};

struct FatVolume {
  std::uint8_t drive = 0;
  std::uint64_t lba = 0, sectors = 0;
  std::string name;
  Sector boot_sector;
  FatSigns signs;
};

std::uint64_t field(const Sector& sector, std::size_t offset, std::size_t size) {
  return size == 1 ? sector[offset] : size == 2 ? le16(sector, offset) : le32(sector, offset);
}

/// By the signs; the fields that they tell nothing of are taken as right.
std::vector<Wrong> wrong_fields(const FatVolume& volume) {
  const Sector& s = volume.boot_sector;
  const FatSigns& signs = volume.signs;
  std::vector<Wrong> wrong;
  const auto expect = [&](std::size_t offset, std::size_t size, std::string_view name,
                          std::optional<std::uint64_t> right, std::string why) {
    const std::uint64_t says = field(s, offset, size);
    if (right && says != *right) wrong.push_back({offset, size, name, says, *right, std::move(why)});
  };
  const bool fat32 = signs.bits == 32;
  expect(bpb::kBytesPerSector, 2, "bytes per sector", kSector, "the drive's have 512");
  expect(bpb::kReserved, 2, "reserved sectors", signs.reserved,
         fmt::format("the first FAT begins at LBA {}", volume.lba + signs.reserved));
  expect(bpb::kFats, 1, "FATs", signs.fats,
         fmt::format("a copy of the FAT begins at LBA {}",
                     volume.lba + signs.reserved + signs.sectors_per_fat.value_or(0)));
  expect(fat32 ? bpb::kSectorsPerFat32 : bpb::kSectorsPerFat16, fat32 ? 4 : 2, "sectors per FAT", signs.sectors_per_fat,
         fmt::format("its two FATs are at LBA {} and {}", volume.lba + signs.reserved,
                     volume.lba + signs.reserved + signs.sectors_per_fat.value_or(0)));
  expect(bpb::kSectorsPerCluster, 1, "sectors per cluster", signs.sectors_per_cluster,
         "the files' sizes and chains ask for that");
  expect(bpb::kRootEntries, 2, "entries in the root directory",
         fat32 ? std::optional<std::uint32_t>(0) : signs.root_entries,
         fat32 ? "a FAT32 volume has none of that kind" : "the files begin where that many leave room");
  if (fat32)
    expect(bpb::kRootCluster, 4, "as the root directory's cluster", signs.root_cluster,
           "the root directory is in that");
  const std::uint64_t total = le16(s, bpb::kTotal16) != 0 ? le16(s, bpb::kTotal16) : le32(s, bpb::kTotal32);
  if (signs.used > total && signs.used <= volume.sectors)
    wrong.push_back({bpb::kTotal16, 2, "sectors in all", total, volume.sectors,
                     fmt::format("files reach to sector {} of it", signs.used)});
  return wrong;
}

/// Signs that were found where the BPB does not say need something else that agrees with them.
bool trusted(const FatVolume& volume, const std::vector<Wrong>& wrong) {
  const bool reserved =
      std::any_of(wrong.begin(), wrong.end(), [](const Wrong& w) { return w.offset == bpb::kReserved; });
  return !reserved || volume.signs.sectors_per_fat.has_value();
}

std::string field_words(const Wrong& wrong) {
  const std::string at = wrong.size == 1
                             ? fmt::format("byte {:02X}h", wrong.offset)
                             : fmt::format("bytes {:02X}h-{:02X}h", wrong.offset, wrong.offset + wrong.size - 1);
  return fmt::format("{} {} ({}), but {}: {} would be right", wrong.says, wrong.name, at, wrong.why, wrong.right);
}

/// FAT32 keeps its boot sector twice, the second time at sector 6.
std::string backup_words(const Evidence& evidence, const FatVolume& volume, const std::vector<Wrong>& wrong) {
  constexpr std::uint64_t kUsual = 6;
  if (volume.signs.bits != 32) return {};
  const std::uint16_t said = le16(volume.boot_sector, bpb::kBackup);
  const std::uint64_t at = said != 0 && said < volume.signs.reserved ? said : kUsual;
  const Sector backup = evidence.sectors(volume.drive, volume.lba + at, kSector);
  const bool right = backup[510] == 0x55 && backup[511] == 0xAA &&
                     std::all_of(wrong.begin(), wrong.end(),
                                 [&](const Wrong& w) { return field(backup, w.offset, w.size) == w.right; });
  return right ? fmt::format(" The volume's backup boot sector, LBA {}, has it right.", volume.lba + at)
               : std::string();
}

/// Volumes whose first sector the BIOS or the loader has read: the whole medium, or a partition.
std::vector<FatVolume> volumes_read(const Evidence& evidence) {
  const std::uint8_t drive = evidence.boot_drive();
  const bios::Drive* found = evidence.drive(drive);
  const InspectReport* report = evidence.report(drive);
  std::vector<FatVolume> volumes;
  if (!found || !report || found->sector_size != kSector || report->iso9660) return volumes;
  const auto add = [&](std::uint64_t lba, std::uint64_t sectors, std::string name) {
    const bool was_read = std::any_of(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
      return call.read_well() && !call.hook && call.in.dl() == drive && call.arguments.lba &&
             *call.arguments.lba <= lba && lba < *call.arguments.lba + call.count();
    });
    if (!was_read || lba >= found->sectors) return;
    const Sector sector = evidence.sectors(drive, lba, kSector);
    const bool boots = (sector[0] == 0xEB || sector[0] == 0xE9) && sector[510] == 0x55 && sector[511] == 0xAA;
    if (!boots || devices::media::has_text(sector, 3, "NTFS") || devices::media::has_text(sector, 3, "EXFAT")) return;
    const auto signs = find_fat_signs([&](std::uint64_t n) { return evidence.sectors(drive, lba + n, kSector); },
                                      std::min(sectors, found->sectors - lba));
    if (signs) volumes.push_back({drive, lba, sectors, std::move(name), sector, *signs});
  };
  for (const auto& p : report->table.partitions) {
    if (!p.is_extended()) add(p.first_lba, p.sectors, fmt::format("partition {}'s boot sector", p.number));
  }
  if (volumes.empty() && report->table.partitions.empty()) add(0, found->sectors, "the boot sector");
  return volumes;
}

const DiskCall* read_of(const Evidence& evidence, const FatVolume& volume) {
  const auto found = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.read_well() && call.in.dl() == volume.drive && call.arguments.lba &&
           *call.arguments.lba <= volume.lba && volume.lba < *call.arguments.lba + call.count();
  });
  return found == evidence.calls.end() ? nullptr : &*found;
}

std::optional<Answer> bpb_fields(const Evidence& evidence) {
  if (evidence.bios_refused()) return std::nullopt;
  for (const FatVolume& volume : volumes_read(evidence)) {
    const auto wrong = wrong_fields(volume);
    const DiskCall* read = read_of(evidence, volume);
    if (wrong.empty() || !trusted(volume, wrong) || !read) continue;
    const auto& s = volume.boot_sector;
    const bool empty =
        std::all_of(s.begin() + bpb::kBytesPerSector, s.begin() + bpb::kEnd, [](std::uint8_t b) { return b == 0; });
    std::string text;
    if (empty) {
      text = fmt::format(
          "{} (LBA {}, call {}) has no BPB: bytes 0Bh-23h are zeros, and a FAT{} volume begins there, whose loader "
          "calculates with them. Was a boot sector written there with dd? Put the BPB back (mkfs), and install the "
          "loader with its own program, which keeps it.",
          volume.name, volume.lba, read->number, volume.signs.bits);
      text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    } else {
      text = fmt::format("The BPB of {} (LBA {}, call {}), with which loaders calculate where files are, says ",
                         volume.name, volume.lba, read->number);
      constexpr std::size_t kMost = 3;
      for (std::size_t i = 0; i < std::min(wrong.size(), kMost); ++i)
        text += (i == 0 ? "" : "; ") + field_words(wrong[i]);
      text += wrong.size() < kMost ? "." : ". It seems to be another volume's.";
    }
    return Answer{text + backup_words(evidence, volume, wrong), {read->number}};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 1> kRules = {{
    {{"bpb-fields", "a field of a FAT volume's BPB disagrees with the FATs, the directory or the files"}, bpb_fields},
}};

}  // namespace

std::span<const Rule> bpb_rules() { return kRules; }

}  // namespace bootsim::diagnosing
