// Hard-disk geometry as BIOSes guess it, from the partition table or from the size.
#pragma once

#include <cstdint>
#include <string>

#include "devices/media/medium.h"

namespace devices::media {

struct DiskGeometry {
  /// What INT 13h/02h and /08h use: at most 1024 cylinders, 255 heads, 63 sectors. All cylinders are counted;
  /// a BIOS keeps the last one back, so INT 13h/08h reports cylinders - 2 as the highest number (SeaBIOS,
  /// src/disk.c).
  Geometry logical;
  /// What the drive says of itself (ATA IDENTIFY) and INT 13h/48h reports: at most 16383 cylinders, 16 heads,
  /// 63 sectors unless the partition table asks for more.
  Geometry physical;
  std::uint64_t sectors = 0;  ///< of 512 bytes, the last partial one not counted
  std::string source;         ///< "partition table", "size"
};

/// Geometry of a whole disk. The partition table counts when the CHS addresses in it agree with its LBA
/// fields for some heads/sectors (the last partition ending on a cylinder, isohybrid's 64/32 and 255/63 are
/// tried first); else the size.
DiskGeometry guess_disk_geometry(const Medium& medium);

/// The geometry that a drive of `sectors` reports: 16 heads, 63 sectors, 2 to 16383 cylinders (ATA; QEMU does
/// so).
Geometry physical_geometry(std::uint64_t sectors);

/// LBA-assisted translation: 63 sectors per track, the least of 16, 32, 64, 128 and 255 heads that keeps the
/// disk within 1024 cylinders (SeaBIOS src/block.c and Bochs do so). At least 2, at most 1024 cylinders.
Geometry lba_assist_geometry(std::uint64_t sectors);

}  // namespace devices::media
