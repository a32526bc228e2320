#pragma once

#include "stage2/map/drive_maps.h"

/// What the command `map` asks for, as a DriveMap.
namespace stage2 {

struct MapOptions {
  bool in_memory = false;
  bool read_only = false;
  u32 heads = 0, sectors_per_track = 0;  ///< 0: found from what is mapped
  bool emulated = false;                 ///< what is mapped is an El Torito boot image
};

/// map FROM TO. FROM: a file, a list of blocks, a partition or a drive. TO: a drive; or a partition, and then
/// the drive gets a partition table in which FROM is that partition. Takes effect with DriveMaps::hook.
Result define_map(Session& session, Text from, Text to, const MapOptions& options);

/// Fills in `map.geometry` and `map.sectors` for what lies in `source` and `map.place`: by the rules of the
/// memory disk (memdisk/geometry.h).
Result find_map_geometry(lib32::Source& source, const MapOptions& options, DriveMap& map);

/// A whole drive in pieces instead of under another number, so that some of it can be replaced.
Result place_drive(Session& session, u8 drive, DriveMap& map);

}  // namespace stage2
