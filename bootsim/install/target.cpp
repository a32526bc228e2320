#include "bootsim/install/target.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "debugger/files/ext_layout.h"
#include "debugger/files/file_system.h"
#include "emu/error.h"

namespace bootsim::install {

using devices::media::Medium;
using devices::media::Partition;
using devices::media::PartitionTable;

namespace {

[[noreturn]] void refuse(const Medium& disk, const std::string& why) {
  throw emu::Error(emu::ErrorKind::kMedium, fmt::format("{}: {}", disk.name(), why));
}
[[noreturn]] void misused(const std::string& why) { throw emu::Error(emu::ErrorKind::kUsage, why); }

Volume volume_at(const Medium& disk, int partition, std::uint64_t first, std::uint64_t sectors) {
  Volume volume{partition, first, sectors, {}, {}};
  if (const auto fs = debugger::files::open_file_system(disk, first * kSector, sectors * kSector)) {
    volume.type = fs->info().type;
    volume.uuid = fs->info().uuid;
  }
  return volume;
}

/// The kernel replays a journal over what was written behind its back (kernel: ext4 super.rst,
/// INCOMPAT_RECOVER).
void refuse_unclean(const Medium& disk, const Volume& volume) {
  constexpr std::uint32_t kIncompatRecover = 0x4;
  std::array<std::uint8_t, debugger::files::kExtSuperSize> bytes{};
  if (!volume.type.starts_with("ext")) return;
  disk.read(volume.first * kSector + debugger::files::kExtSuperOffset, bytes);
  const auto super = debugger::files::parse_ext_super(bytes);
  if (super && (super->incompat & kIncompatRecover) != 0)
    refuse(disk, fmt::format("{} was not unmounted cleanly; mount and unmount it, or run e2fsck", volume.words()));
}

bool is_container(const Partition& p) { return p.is_extended() || p.mbr_type == devices::media::kMbrTypeGptProtective; }

/// Two partitions that claim the same sectors. A hybrid's MBR names partitions of its GPT once more.
bool collide(const Partition& a, const Partition& b) {
  const bool named_twice =
      a.scheme != b.scheme && a.scheme != Partition::Scheme::kMbrLogical && b.scheme != Partition::Scheme::kMbrLogical;
  return !is_container(a) && !is_container(b) && !named_twice && a.first_lba < b.first_lba + b.sectors &&
         b.first_lba < a.first_lba + a.sectors;
}

bool ends_past(const Medium& disk, const Partition& p) { return p.first_lba + p.sectors > disk.size() / kSector; }

/// For an installation into partition `own`: nobody else writes there.
void refuse_overlap(const Medium& disk, const PartitionTable& table, const Partition& own, const Volume& volume) {
  if (ends_past(disk, own)) refuse(disk, fmt::format("{} ends past the end of the disk", volume.words()));
  for (const Partition& p : table.partitions)
    if (&p != &own && collide(p, own)) refuse(disk, fmt::format("{} overlaps partition {}", volume.words(), p.number));
}

/// For an installation outside of partitions: the table tells what is outside only when it is sound itself.
void refuse_damaged_table(const Medium& disk, const PartitionTable& table) {
  for (auto a = table.partitions.begin(); a != table.partitions.end(); ++a)
    for (auto b = a + 1; b != table.partitions.end(); ++b)
      if (collide(*a, *b))
        refuse(disk, fmt::format("partitions {} and {} overlap: both claim sectors {} to {}; correct the partition "
                                 "table first",
                                 a->number, b->number, std::max(a->first_lba, b->first_lba),
                                 std::min(a->first_lba + a->sectors, b->first_lba + b->sectors) - 1));
}

/// Not an error: nothing is written there, and a cut image may boot all the same.
void note_partitions_past_the_end(const Medium& disk, Target& target) {
  for (const Partition& p : target.table.partitions)
    if (p.mbr_type != devices::media::kMbrTypeGptProtective && ends_past(disk, p))
      target.notes.push_back(fmt::format("partition {} ends past the end of the disk: at sector {} of {}", p.number,
                                         p.first_lba + p.sectors - 1, disk.size() / kSector));
}

/// stage2 as a file of `volume`, its boot sector before it.
void put_into_volume(const Medium& disk, const Volume& volume, Target& target) {
  const auto kind = boot_sector_kind(volume.type);
  if (!kind) {
    refuse(disk, fmt::format("{} holds {}; a boot sector exists for FAT12, FAT16, FAT32 and ext2/3/4", volume.words(),
                             volume.type.empty() ? "no file system" : volume.type));
  }
  refuse_unclean(disk, volume);
  target.stage = StagePlaceKind::kFile;
  target.volume = volume;
  target.boot_sector = kind->place;
  target.boot_sector_firmware = kind->firmware;
}

void choose_unpartitioned(const Medium& disk, const InstallOptions& options, Target& target) {
  if (target.table.kind != PartitionTable::Kind::kNone) refuse(disk, "has a partition table; leave --floppy out");
  if (options.partition) refuse(disk, "has no partition table; leave --partition out");
  if (options.mbr_only) refuse(disk, "has no partition table, hence no use for an MBR");
  const Volume whole = whole_medium(disk);
  if (!whole.type.empty() && !options.embed) return put_into_volume(disk, whole, target);
  if (!whole.type.empty())
    refuse(disk, fmt::format("{}: there is no room outside of the file system; leave --embed out", whole.words()));
  if (!options.floppy)
    refuse(disk, "has neither a partition table nor a file system; --floppy writes to its first sectors all the same");
  target.stage = StagePlaceKind::kRoom;
  target.room = {1, disk.size() / kSector, "medium"};
  target.boot_sector = BootPlace::kRaw;
  target.boot_sector_firmware = kFirmwareRaw;
  target.notes.push_back("there is no file system for a configuration file: stage2 will open its command line");
}

bool starts_by_mbr(const Partition& p) { return p.scheme == Partition::Scheme::kGpt ? p.legacy_boot() : p.active; }

std::string how_to_activate(const Medium& disk, const Partition& p) {
  switch (p.scheme) {
    case Partition::Scheme::kGpt:
      return fmt::format(
          "the MBR boots the GPT partition marked for legacy boot, and partition {0} is not: sgdisk "
          "--attributes={0}:set:2 {1}",
          p.number, disk.name());
    case Partition::Scheme::kMbrPrimary:
      return fmt::format("the MBR boots the active partition, and partition {0} is not: sfdisk --activate {1} {0}",
                         p.number, disk.name());
    case Partition::Scheme::kMbrLogical:
      return fmt::format(
          "an MBR cannot boot logical partition {0}: chain-load it from another loader, or use --embed --partition {0}",
          p.number);
  }
  return {};
}

/// The partition that stage2 reads its configuration from when the user names none: the one marked for
/// booting, else the first that it can read.
std::optional<Volume> configuration_volume(const Medium& disk, const PartitionTable& table) {
  std::optional<Volume> first;
  for (const Partition& p : table.partitions) {
    const Volume volume = volume_of(disk, p);
    if (!boot_sector_kind(volume.type)) continue;
    if (starts_by_mbr(p)) return volume;
    if (!first) first = volume;
  }
  return first;
}

const Partition* partition_of(const PartitionTable& table, int number) {
  const auto& all = table.partitions;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Partition& p) { return p.number == number && !p.is_extended(); });
  return found == all.end() ? nullptr : &*found;
}

void choose_embedded(const Medium& disk, const InstallOptions& options, Target& target) {
  if (options.no_mbr) misused("an embedded stage2 is loaded by the MBR: leave --no-mbr out, or use --partition N");
  refuse_damaged_table(disk, target.table);
  note_partitions_past_the_end(disk, target);
  target.stage = StagePlaceKind::kRoom;
  target.room = embedding_room(disk, target.table);
  target.mbr_firmware = kFirmwareRaw;
  target.volume = options.partition ? find_volume(disk, target.table, *options.partition)
                                    : configuration_volume(disk, target.table);
  if (!target.volume) {
    target.notes.push_back("no partition holds a file system that stage2 reads: it will open its command line");
  } else if (!boot_sector_kind(target.volume->type)) {
    refuse(disk, fmt::format("stage2 cannot read its configuration from {}", target.volume->words()));
  }
}

void choose_partition(const Medium& disk, const InstallOptions& options, std::string_view mbr, Target& target) {
  const Volume volume = find_volume(disk, target.table, *options.partition);
  const Partition& p = *partition_of(target.table, volume.partition);
  refuse_overlap(disk, target.table, p, volume);
  put_into_volume(disk, volume, target);
  if (!options.no_mbr && p.scheme != Partition::Scheme::kMbrLogical) target.mbr_firmware = mbr;
  if (!starts_by_mbr(p)) target.notes.push_back(how_to_activate(disk, p));
}

}  // namespace

std::string Volume::words() const {
  const std::string where = partition == 0 ? "the medium" : fmt::format("partition {}", partition);
  return type.empty() ? where : fmt::format("{} ({})", where, type);
}

Volume whole_medium(const Medium& disk) { return volume_at(disk, 0, 0, disk.size() / kSector); }

Volume volume_of(const Medium& disk, const Partition& p) { return volume_at(disk, p.number, p.first_lba, p.sectors); }

Volume find_volume(const Medium& disk, const PartitionTable& table, int number) {
  if (const Partition* p = partition_of(table, number)) return volume_of(disk, *p);
  misused(fmt::format("{} has no partition {}", disk.name(), number));
}

std::optional<BootSectorKind> boot_sector_kind(std::string_view type) {
  if (type == "FAT12" || type == "FAT16") return BootSectorKind{BootPlace::kFat16, kFirmwareFat16};
  if (type == "FAT32") return BootSectorKind{BootPlace::kFat32, kFirmwareFat32};
  if (type == "ext2" || type == "ext3" || type == "ext4") return BootSectorKind{BootPlace::kRaw, kFirmwareRaw};
  return std::nullopt;
}

Target choose_target(const Medium& disk, const InstallOptions& options) {
  if (options.mbr_only && (options.no_mbr || options.embed || options.partition))
    misused("--mbr-only goes with neither --no-mbr, --embed nor --partition");
  Target target;
  target.table = devices::media::read_partition_table(disk);
  if (whole_medium(disk).type.starts_with("ISO 9660"))
    refuse(disk, "is an ISO image; `bootsim mkimage --iso` makes one that boots");
  if (options.floppy || target.table.kind == PartitionTable::Kind::kNone) {
    choose_unpartitioned(disk, options, target);
    return target;
  }
  const std::string_view mbr = target.table.kind == PartitionTable::Kind::kMbr ? kFirmwareMbr : kFirmwareGptMbr;
  if (options.mbr_only) {
    target.mbr_firmware = mbr;
  } else if (options.partition && !options.embed) {
    choose_partition(disk, options, mbr, target);
  } else {
    choose_embedded(disk, options, target);
  }
  return target;
}

}  // namespace bootsim::install
