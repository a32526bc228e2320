// What a FAT volume shows of its layout apart from its BPB: where its FATs repeat, where its files begin.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace bootsim::diagnosing {

/// Reads sector `n` of the volume, 512 bytes; zeros where the medium ends.
using ReadSector = std::function<std::vector<std::uint8_t>(std::uint64_t n)>;

/// What is known of each field without the BPB (FAT specification §3.1, §4, §6); the others are absent. LBAs
/// count from the volume's first sector.
struct FatSigns {
  unsigned bits = 0;                                 ///< 12, 16 or 32
  std::uint32_t reserved = 0;                        ///< sectors in front of the first FAT
  std::optional<std::uint32_t> fats;                 ///< copies of the FAT
  std::optional<std::uint32_t> sectors_per_fat;      ///< by the distance of the copies
  std::optional<std::uint32_t> sectors_per_cluster;  ///< by the files' sizes and the lengths of their chains
  std::optional<std::uint32_t> root_entries;         ///< FAT12 and FAT16: by where files begin
  std::optional<std::uint32_t> root_cluster;         ///< FAT32: 2, when a directory begins there
  std::uint64_t used = 0;                            ///< sectors up to the last cluster in use; 0: not known
};

/// Nothing when no FAT is found in the first `sectors` of the volume.
std::optional<FatSigns> find_fat_signs(const ReadSector& read, std::uint64_t sectors);

}  // namespace bootsim::diagnosing
