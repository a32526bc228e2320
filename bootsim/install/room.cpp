#include "bootsim/install/room.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bootsim/install/layout.h"
#include "emu/error.h"

namespace bootsim::install {

using devices::media::Medium;
using devices::media::Partition;
using devices::media::PartitionTable;

namespace {

/// "Hah!IdontNeedEFI": GRUB's manual, BIOS installation.
constexpr std::string_view kBiosBootType = "21686148-6449-6E6F-744E-656564454649";

/// Room is looked for in so many sectors, 8 MiB: what a BIOS without EDD reaches, and no search through
/// terabytes.
constexpr std::uint64_t kNear = 16384;

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kMedium, message); }

Room bios_boot_partition(const Medium& disk, const PartitionTable& table) {
  for (const Partition& p : table.partitions) {
    if (p.scheme != Partition::Scheme::kGpt || p.type_guid.text() != kBiosBootType) continue;
    const Room room{p.first_lba, p.first_lba + p.sectors, fmt::format("BIOS boot partition {}", p.number)};
    for (const Partition& other : table.partitions) {
      const bool overlaps = &other != &p && other.mbr_type != devices::media::kMbrTypeGptProtective &&
                            other.first_lba < room.end && room.first < other.first_lba + other.sectors;
      if (overlaps) refuse(fmt::format("{}: partition {} overlaps {}", disk.name(), other.number, room.name));
    }
    if (room.end > disk.size() / kSector)
      refuse(fmt::format("{}: {} ends past the end of the disk", disk.name(), room.name));
    return room;
  }
  refuse(
      fmt::format("{}: a GPT disk has no gap behind its MBR, and there is no BIOS boot partition; make one of 1 MiB "
                  "(sgdisk --new=0:0:+1M --typecode=0:ef02), or use --partition N",
                  disk.name()));
}

/// What follows the MBR and belongs to no partition.
Room mbr_gap(const Medium& disk, const PartitionTable& table) {
  Room room{1, disk.size() / kSector, "gap behind the MBR"};
  for (const Partition& p : table.partitions) {
    if (p.first_lba < 2) {
      refuse(fmt::format("{}: partition {} begins at sector {}: there is no gap behind the MBR", disk.name(), p.number,
                         p.first_lba));
    }
    room.end = std::min(room.end, p.first_lba);
  }
  return room;
}

bool is_zero(const Medium& disk, std::uint64_t sector) {
  std::array<std::uint8_t, kSector> bytes{};
  disk.read(sector * kSector, bytes);
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

Room embedding_room(const Medium& disk, const PartitionTable& table) {
  using Kind = PartitionTable::Kind;
  if (table.kind == Kind::kNone) refuse(disk.name() + ": there is no partition table");
  if (table.kind == Kind::kMbr) return mbr_gap(disk, table);
  return bios_boot_partition(disk, table);
}

std::uint64_t find_room(const Medium& disk, const Room& room, std::uint64_t count, const Room& ours, bool force) {
  if (room.sectors() < count) {
    refuse(fmt::format("{}: the {} is too small: it has {} sectors ({} to {}), stage2 needs {}; use --partition N",
                       disk.name(), room.name, room.sectors(), room.first, room.end - 1, count));
  }
  const auto mine = [&](std::uint64_t sector) { return sector >= ours.first && sector < ours.end; };
  std::optional<std::uint64_t> used;  // the first sector of others' data
  std::uint64_t free = 0;
  const std::uint64_t end = std::min(room.end, room.first + std::max(kNear, count));
  for (std::uint64_t sector = room.first; sector < end; ++sector) {
    const bool zero = is_zero(disk, sector);
    if (!zero && !mine(sector) && !used) used = sector;
    free = zero && !mine(sector) ? free + 1 : 0;
    if (free == count) return sector + 1 - count;
  }
  if (used && !force) {
    refuse(
        fmt::format("{}: the {} holds data of others (from sector {}), another loader perhaps; --force replaces it, "
                    "--uninstall brings it back",
                    disk.name(), room.name, *used));
  }
  // Only the place of the installation itself is left: safe as long as nobody pulls the plug.
  return room.first;
}

}  // namespace bootsim::install
