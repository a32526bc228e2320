// Room for stage2 outside of file systems: the gap between an MBR and the first partition, a GPT's BIOS boot
// partition, the sectors of a floppy without a file system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "devices/media/medium.h"
#include "devices/media/partition_table.h"

namespace bootsim::install {

/// Sectors [first, end).
struct Room {
  std::uint64_t first = 0, end = 0;
  std::string name;  ///< "the gap behind the MBR", "the BIOS boot partition 2"
  std::uint64_t sectors() const { return end > first ? end - first : 0; }
};

/// Where stage2 may be embedded. Throws emu::Error(kMedium) when there is no such room: a GPT without a BIOS
/// boot partition, a partition that begins at the disk's first sectors, no partition table.
Room embedding_room(const devices::media::Medium& disk, const devices::media::PartitionTable& table);

/// `count` sectors for new contents that an interrupted installation may leave half-written: sectors that
/// hold nothing (zeros), first fit; sectors of `ours` (an earlier installation; may be empty) only when
/// nothing else is left. Throws emu::Error(kMedium) when the room is too small (says both figures), or when
/// others' data is in the way; `force` takes such sectors.
std::uint64_t find_room(const devices::media::Medium& disk, const Room& room, std::uint64_t count, const Room& ours,
                        bool force);

}  // namespace bootsim::install
