// Puts boot code into a sector without touching what belongs to others there: the partition table, Windows's
// disk signature, the BPB.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bootsim/install/patch.h"

namespace bootsim::install {

/// What else is in the sectors that boot code goes to.
enum class BootPlace {
  kMbr,    ///< sector 0 of a partitioned disk
  kFat16,  ///< FAT12 and FAT16: the BPB up to offset 62
  kFat32,  ///< the BPB up to offset 90
  kRaw,    ///< nothing: ext2/3/4's first sector, a floppy without a file system
};

/// Half-open, bytes from the start of the place.
struct ByteRange {
  std::size_t begin = 0, end = 0;
  constexpr bool operator==(const ByteRange&) const = default;
};

/// Where code may be written, ascending.
std::vector<ByteRange> code_ranges(BootPlace place);
/// `sector` with `code` in the place's ranges: zeros where the code is shorter, and 55AAh at its end but for
/// an MBR, whose table's owner wrote that. Throws emu::Error(kInternal) when the code is longer than the
/// place.
Buffer merge_boot_code(BootPlace place, Bytes sector, Bytes code);
/// The place's ranges of `sector` hold `code`, whatever its table says.
bool has_boot_code(BootPlace place, Bytes sector, Bytes code);

}  // namespace bootsim::install
