#include "stage2/map/placement.h"

#include "lib32/memory.h"
#include "stage2/map/drive_maps.h"

namespace stage2 {
namespace {

constexpr u32 kMostInOne = 0xffffffff;

Result append(Text what, MapExtent extent, Placement& placement) {
  placement.count += extent.count;
  if (!placement.extents.empty() && extent.lba < kHole) {
    MapExtent& last = placement.extents.back();
    if (last.lba < kHole && last.lba + last.count == extent.lba && last.count <= kMostInOne - extent.count) {
      last.count += extent.count;
      return {};
    }
  }
  placement.extents.push_back(extent);
  if (placement.extents.size() > kMostExtents)
    return fail("{} lies in more than {} pieces: copy it anew, or use map --mem", what, kMostExtents);
  return {};
}

// Everything must lie on the same drive.
Result settle(Text what, const Placement& on, Placement& placement) {
  if (placement.kind == Placement::Kind::kNothing) {
    placement.kind = on.kind;
    placement.drive = on.drive;
    placement.shift = on.shift;
    placement.sectors_per_track = on.sectors_per_track;
    placement.heads = on.heads;
  }
  if (placement.kind != on.kind || placement.drive != on.drive) return fail("{} lies on two drives", what);
  return {};
}

Result describe_drive(Session& session, u8 visible, u8 real, Placement& on) {
  Disk* disk;
  if (Result result = session.volumes.drive(visible, disk); !result.ok()) return result;
  const DriveInfo& info = disk->info();
  on.kind = Placement::Kind::kExtents;
  on.drive = real;
  on.shift = u8(lib32::log2(info.sector_size) - 9);
  if (info.has_edd || info.is_cd) return {};
  if (info.sectors_per_track == 0 || info.heads == 0)
    return fail("{} has no geometry to read it by", device_name({visible, kWholeDrive}));
  on.sectors_per_track = u8(info.sectors_per_track);
  on.heads = u16(info.heads);
  return {};
}

Result place_in_memory(Text what, const Placement& on, u64 offset, u64 count, Placement& placement) {
  if (placement.count == 0) placement.memory = u32(on.memory + offset);
  if (placement.memory + (placement.count << 9) != on.memory + offset)
    return fail("{} lies in more than one piece of memory: use map --mem", what);
  placement.count += count;
  return {};
}

Result place_on_extents(Text what, const Placement& on, u64 sector, u64 count, Placement& placement) {
  for (const MapExtent& extent : on.extents) {
    if (sector >= extent.count) {
      sector -= extent.count;
      continue;
    }
    MapExtent part{u32(lib32::min<u64>(count, extent.count - sector)), extent.lba};
    if (extent.lba >= kInline) {
      placement.sectors.push_back(on.sectors[u32(extent.lba)]);
      part.lba = kInline | (placement.sectors.size() - 1);
    } else if (extent.lba < kHole) {
      part.lba += sector;
    }
    if (part.count != 0)
      if (Result result = append(what, part, placement); !result.ok()) return result;
    count -= part.count;
    sector = 0;
    if (count == 0) return {};
  }
  return fail("{} goes beyond the end of its drive", what);
}

}  // namespace

void Placement::replace_first(const u8* bytes) {
  SectorBytes sector;
  memcpy(sector.bytes, bytes, sizeof sector.bytes);
  if (extents[0].lba >= kInline) {
    sectors[u32(extents[0].lba)] = sector;
    return;
  }
  sectors.push_back(sector);
  if (extents[0].lba < kHole) ++extents[0].lba;
  if (--extents[0].count == 0) extents.erase(0);
  extents.insert(0, MapExtent{1, kInline | (sectors.size() - 1)});
}

void Placement::prepend(const u8* bytes, u32 zeros) {
  SectorBytes sector;
  memcpy(sector.bytes, bytes, sizeof sector.bytes);
  sectors.push_back(sector);
  if (zeros != 0) extents.insert(0, MapExtent{zeros, kHole});
  extents.insert(0, MapExtent{1, kInline | (sectors.size() - 1)});
  count += zeros + 1;
}

Result place_bytes(Session& session, Text what, u8 drive, u64 offset, u64 length, Placement& placement) {
  if ((offset & 511) != 0)
    return fail("{} does not begin with a sector of {}: use map --mem", what, device_name({drive, kWholeDrive}));
  const u64 count = (length + 511) >> 9;
  const DriveMap* active = drive_maps().active(drive);
  Placement on;
  if (active != nullptr && !active->redirect) {
    if (Result result = settle(what, active->place, placement); !result.ok()) return result;
    if (active->place.kind == Placement::Kind::kMemory)
      return place_in_memory(what, active->place, offset, count, placement);
    return place_on_extents(what, active->place, offset >> 9, count, placement);
  }
  if (Result result = describe_drive(session, drive, active != nullptr ? active->real : drive, on); !result.ok())
    return result;
  if (Result result = settle(what, on, placement); !result.ok()) return result;
  u64 lba = offset >> 9;
  for (u64 left = count; left != 0;) {
    const u32 part = u32(lib32::min<u64>(left, kMostInOne));
    if (Result result = append(what, {part, lba}, placement); !result.ok()) return result;
    lba += part;
    left -= part;
  }
  return {};
}

Result place_file(Session& session, OpenFile& file, Placement& placement) {
  const u8 drive = file.device().drive;
  if (file.file() == nullptr)
    return place_bytes(session, file.path(), drive, file.blocks_offset(), file.size(), placement);
  lib32::Extent extent;
  extent.length = 0;
  for (bool done = false;;) {
    if (const lib32::Status status = file.file()->next_extent(extent, done); !status.ok())
      return fail("{}: {}", file.path(), status.words());
    if (done) break;
    if ((extent.file_offset & 511) != 0) return fail("{} has pieces of odd sizes: use map --mem", file.path());
    Result result = extent.hole ? append(file.path(), {u32((extent.length + 511) >> 9), kHole}, placement)
                                : place_bytes(session, file.path(), drive, file.volume_offset() + extent.volume_offset,
                                              extent.length, placement);
    if (!result.ok()) return result;
  }
  if (placement.kind != Placement::Kind::kNothing) return {};
  return fail("{} is empty", file.path());
}

}  // namespace stage2
