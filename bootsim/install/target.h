// Decides what an installation will write where, or refuses it. Reads only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/install/boot_code.h"
#include "bootsim/install/room.h"
#include "devices/media/medium.h"
#include "devices/media/partition_table.h"

namespace bootsim::install {

struct InstallOptions {
  std::optional<int> partition;  ///< --partition N
  bool floppy = false;    ///< --floppy: no partition table is expected; sectors are used when there is no file system
  bool embed = false;     ///< --embed: stage2 goes outside of file systems although a partition is named
  bool mbr_only = false;  ///< --mbr-only
  bool no_mbr = false;    ///< --no-mbr
  bool force = false;     ///< --force: replace others' data in the embedding room; uninstall over others' changes
};

/// Where stage2 goes.
enum class StagePlaceKind { kNowhere, kRoom, kFile };

/// A partition, or a whole medium without partitions.
struct Volume {
  int partition = 0;        ///< 0: the whole medium
  std::uint64_t first = 0;  ///< LBA
  std::uint64_t sectors = 0;
  std::string type;  ///< FileSystemInfo::type; empty: no file system
  std::string uuid;
  std::string words() const;  ///< "partition 1 (FAT32)", "the medium (FAT12)"
};

struct Target {
  devices::media::PartitionTable table;
  StagePlaceKind stage = StagePlaceKind::kNowhere;
  Room room;                             ///< of kRoom
  std::optional<Volume> volume;          ///< with the configuration; of kFile also with stage2
  std::optional<BootPlace> boot_sector;  ///< the volume's (kFile), or sector 0 of a raw medium (kRoom)
  std::string_view boot_sector_firmware;
  std::string_view mbr_firmware;   ///< empty: the MBR stays as it is
  std::vector<std::string> notes;  ///< what the user should know or do
};

/// Throws emu::Error(kMedium), or kUsage for options that contradict each other or the medium.
Target choose_target(const devices::media::Medium& disk, const InstallOptions& options);

/// The volume of a partition, for --check too. Throws emu::Error(kUsage) when there is none such.
Volume find_volume(const devices::media::Medium& disk, const devices::media::PartitionTable& table, int partition);
Volume whole_medium(const devices::media::Medium& disk);
Volume volume_of(const devices::media::Medium& disk, const devices::media::Partition& partition);
/// The place of boot code in a volume's first sector, and the code that belongs there; nothing when we have
/// none for the file system.
struct BootSectorKind {
  BootPlace place;
  std::string_view firmware;
};
std::optional<BootSectorKind> boot_sector_kind(std::string_view file_system_type);

}  // namespace bootsim::install
