#include "lib32/memory.h"
#include "stage2/commands/command.h"
#include "stage2/console/console.h"
#include "stage2/map/define.h"
#include "stage2/map/mbr.h"

namespace stage2 {
namespace {

constexpr u32 kSector = 512;

// Where on the disk the new partition lies, in sectors of 512 bytes.
struct Range {
  u64 start = 0, count = 0;
};

Result find_file_range(Session& session, Text path, u8 drive, Range& range) {
  OpenFile file;
  if (Result result = session.volumes.open(session.root(), path, file); !result.ok()) return result;
  if (file.device().drive != drive) return fail("{} is not on {}", file.path(), device_name({drive, kWholeDrive}));
  u64 begin = 0;
  if (file.file() == nullptr) {
    begin = file.blocks_offset();
  } else {
    lib32::Extent extent;
    bool done = false;
    if (const lib32::Status status = file.file()->next_extent(extent, done); !status.ok())
      return fail("{}: {}", file.path(), status.words());
    if (done) return fail("{} is empty", file.path());
    if (extent.hole || extent.length < file.size())
      return fail("{} lies in several pieces: a partition is one. Copy it anew", file.path());
    begin = file.volume_offset() + extent.volume_offset;
  }
  if ((begin & (kSector - 1)) != 0) return fail("{} does not begin with a sector", file.path());
  range = {begin / kSector, (file.size() + kSector - 1) / kSector};
  return {};
}

Result check_disk(Disk& disk, Text name, u8* sector) {
  if (disk.info().is_cd || disk.info().sector_size != kSector)
    return fail("{} is no disk with sectors of 512 bytes", name);
  TableKind kind;
  const Vector<Partition>* list;
  if (const lib32::Status status = disk.partitions(kind, list); !status.ok()) return fail("{}", status.words());
  if (kind == TableKind::kGpt) return fail("{} has a GPT, whose protective MBR must stay as it is", name);
  if (kind == TableKind::kNone) return fail("{} has no partition table", name);
  if (const lib32::Status status = disk.read(0, sector, kSector); !status.ok()) return fail("{}", status.words());
  return {};
}

// By default guests see the new sector 0, and the disk keeps its own.
Result show_in_map(Session& session, u8 drive, const u8* sector) {
  DriveMaps& maps = drive_maps();
  if (maps.find(drive) != nullptr && maps.active(drive) == nullptr)
    return fail("{} is mapped, but not hooked yet: map --hook first", device_name({drive, kWholeDrive}));
  DriveMap map;
  map.drive = drive;
  map.what = format("{} with a new partition", device_name({drive, kWholeDrive}));
  if (Result result = place_drive(session, drive, map); !result.ok()) return result;
  if (map.place.kind != Placement::Kind::kExtents) return fail("{} is in memory", device_name({drive, kWholeDrive}));
  if ((map.place.count >> 32) != 0)
    return fail("{} has more than 2 TiB: no map can show it", device_name({drive, kWholeDrive}));
  map.sectors = u32(map.place.count);
  map.place.replace_first(sector);
  if (Result result = maps.add(move(map)); !result.ok()) return result;
  if (maps.hooked()) return maps.hook(session);
  put("The new partition will be there after map --hook. Nothing is written to the disk.\n");
  return {};
}

bool confirmed() {
  String answer;
  for (;;) {
    const u16 key = wait_key();
    const char c = char(key);
    if (key == kEscape || c == '\r') break;
    if (u8(c) < ' ') continue;
    put(c);
    answer += c;
  }
  put('\n');
  return answer.text() == Text("yes");
}

// The old sector 0 is kept in the last sector before the first partition, which must hold nothing.
Result write_to_disk(Session& session, Disk& disk, Text name, const u8* old_sector, const u8* sector) {
  u32 first = 0xffffffff;
  for (u32 i = 0; i < 4; ++i) {
    const MbrEntry entry = read_mbr_entry(old_sector, i);
    if (entry.type != 0 && entry.count != 0) first = lib32::min(first, entry.start);
  }
  const u32 backup = first - 1;
  u8 there[kSector];
  if (first < 2) return fail("there is no room in front of the first partition of {} to keep its sector 0", name);
  if (const lib32::Status status = disk.read(u64{backup} * kSector, there, kSector); !status.ok())
    return fail("{}", status.words());
  for (const u8 byte : there)
    if (byte != 0) return fail("sector {} of {}, where its sector 0 would be kept, is in use", backup, name);
  print(
      "The partition table of {} on the disk itself is about to change.\nIts sector 0 is kept in sector {}. "
      "Type yes: ",
      name, backup);
  if (!confirmed()) return fail("nothing has been written");
  if (const lib32::Status status = disk.write(backup, old_sector, 1); !status.ok()) return fail("{}", status.words());
  if (const lib32::Status status = disk.write(0, sector, 1); !status.ok()) return fail("{}", status.words());
  session.volumes.forget_all();
  print("Written.\n");
  return {};
}

}  // namespace

Result partnew_command(Session& session, const Args& args) {
  const Vector<Text> plain = args.plain();
  if (plain.size() != 3 && plain.size() != 4)
    return fail("partnew (hd0,3) TYPE FILE, or partnew (hd0,3) TYPE START COUNT");
  Device device;
  bool has_device;
  Text rest;
  if (Result result = split_path(plain[0], 0, device, has_device, rest); !result.ok()) return result;
  if (!has_device || !rest.empty() || device.drive < 0x80 || device.partition < 0 || device.partition > 3)
    return fail("`{}` is none of the four partitions of a disk's own table, (hd0,0) to (hd0,3)", plain[0]);
  u64 type;
  if (!parse_number(plain[1], type) || type > 0xff) return fail("`{}` is no partition type", plain[1]);
  Range range;
  if (plain.size() == 3) {
    if (Result result = find_file_range(session, plain[2], device.drive, range); !result.ok()) return result;
  } else if (!parse_number(plain[2], range.start) || !parse_number(plain[3], range.count) || range.count == 0) {
    return fail("`{} {}`: the first sector and the number of sectors", plain[2], plain[3]);
  }
  if ((range.start + range.count) >> 32 != 0 || range.start == 0)
    return fail("sectors {} to {} cannot be in a partition table", range.start, range.start + range.count - 1);

  const String name = device_name({device.drive, kWholeDrive});
  Disk* disk;
  if (Result result = session.volumes.drive(device.drive, disk); !result.ok()) return result;
  u8 old_sector[kSector], sector[kSector];
  if (Result result = check_disk(*disk, name, old_sector); !result.ok()) return result;
  memcpy(sector, old_sector, kSector);
  DriveMap geometry;
  if (Result result = place_drive(session, device.drive, geometry); !result.ok()) return result;
  if (range.start + range.count > geometry.place.count) return fail("{} ends before the new partition does", name);
  write_mbr_entry(sector, u32(device.partition), {args.has("active"), u8(type), u32(range.start), u32(range.count)},
                  geometry.geometry);
  return args.has("write") ? write_to_disk(session, *disk, name, old_sector, sector)
                           : show_in_map(session, device.drive, sector);
}

}  // namespace stage2
