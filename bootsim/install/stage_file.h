// stage2 as a file of a volume: where its sectors are.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "bootsim/install/patch.h"
#include "bootsim/install/target.h"
#include "devices/media/medium.h"

namespace bootsim::install {

/// What a path names on a volume.
struct PathFacts {
  bool exists = false;
  bool whole = false;  ///< a file all of whose bytes lie in whole sectors: no holes, nothing kept in its inode
  std::uint64_t size = 0;
  std::vector<SectorRun> runs;  ///< in file order
};
/// `path` is a file, or a directory when it ends in a slash; FAT compares without regard to case.
PathFacts look_up(const devices::media::Medium& disk, const Volume& volume, std::string_view path);
/// Nothing but itself is in the directory (which ends in a slash).
bool is_empty_directory(const devices::media::Medium& disk, const Volume& volume, std::string_view directory);

}  // namespace bootsim::install
