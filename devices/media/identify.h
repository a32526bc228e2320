// Decides how a medium is attached when the user does not say.
#pragma once

#include <string>
#include <vector>

#include "devices/media/medium.h"

namespace devices::media {

struct Identification {
  Attach attach = Attach::kHardDisk;  ///< kCd, kFloppy or kHardDisk
  std::string reason;                 ///< one line for the user: what was found, and what else it could be
  std::vector<std::string> warnings;  ///< odd or truncated sizes; the medium runs all the same
};

/// By content first, by size second: an ISO 9660 volume is a CD even when isohybrid; a partition table makes
/// a hard disk whatever the size; a FAT boot sector with a floppy's geometry, or a floppy's size, a floppy;
/// anything else a hard disk. A pure function of the medium's bytes; throws only what Medium::read throws.
Identification identify(const Medium& medium);

}  // namespace devices::media
