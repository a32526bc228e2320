#include "stage2/map/define.h"

#include "lib32/memory.h"
#include "stage2/bios.h"
#include "stage2/map/emulation.h"
#include "stage2/map/load_image.h"
#include "stage2/map/mbr.h"

namespace stage2 {
namespace {

constexpr u32 kSector = 512;
constexpr u32 kGetParameters = 0x0800;
constexpr u64 kMostSectors = 0xffffffff;

enum class DriveClass : u8 { kFloppy, kHardDisk, kCd };
DriveClass class_of(u8 drive) {
  return drive < 0x80 ? DriveClass::kFloppy : drive < 0xa0 ? DriveClass::kHardDisk : DriveClass::kCd;
}

// FROM, opened.
struct Origin {
  Device device;
  bool is_file = false;  // or a list of blocks
  OpenFile file;
  Slice slice;
  lib32::MemorySource loaded{nullptr, 0};  // --mem
  bool is_loaded = false;
  u64 size = 0;
  String name;

  bool is_drive() const { return !is_file && device.partition == kWholeDrive; }
  bool is_partition() const { return !is_file && device.partition != kWholeDrive; }
  lib32::Source& source() {
    if (is_loaded) return loaded;
    return is_file ? static_cast<lib32::Source&>(file) : slice;
  }
};

Result parse_drive(Session& session, Text text, Device& device, bool& has_device, Text& rest) {
  const u8 cd = starts_with(text, "(cd") ? session.volumes.cd_drive() : u8(0);
  return split_path(text, cd, device, has_device, rest);
}

Result open_origin(Session& session, Text from, Origin& origin) {
  bool has_device;
  Text path;
  origin.device = session.root();
  if (Result result = parse_drive(session, from, origin.device, has_device, path); !result.ok()) return result;
  origin.is_file = !path.empty();
  if (origin.is_file) {
    if (Result result = session.volumes.open(session.root(), from, origin.file); !result.ok()) return result;
    origin.name = origin.file.path();
    origin.size = origin.file.size();
    return {};
  }
  origin.name = device_name(origin.device);
  if (Result result = session.volumes.source(origin.device, origin.slice); !result.ok()) return result;
  origin.size = origin.slice.size();
  if (origin.size == lib32::Source::kUnknownSize && !origin.is_drive()) return fail("{}: unknown size", origin.name);
  return {};
}

// The geometry by which the BIOS itself sees a drive: guests compute with it.
bool ask_geometry(u8 drive, memdisk::Geometry& geometry) {
  Regs regs;
  regs.eax = kGetParameters;
  regs.edx = drive;
  bios_call(0x13, regs);
  if (regs.carry() || (regs.cx() & 0x3f) == 0) return false;
  geometry = {(u32(regs.cx() >> 8) | u32(regs.cx() & 0xc0) << 2) + 1, u32(regs.dx() >> 8) + 1, regs.cx() & 0x3fu,
              u8(drive < 0x80 ? regs.bx() : 0x10), 0};
  return true;
}

Result load_into_memory(Origin& origin, Placement& place) {
  LoadedImage image;
  const auto packing = origin.is_file ? Packing::kUnpack : Packing::kAsItIs;
  if (Result result = load_image(origin.name, origin.source(), origin.size, packing, image); !result.ok())
    return result;
  place.kind = Placement::Kind::kMemory;
  place.memory = image.base;
  place.count = (u64{image.bytes} + kSector - 1) >> 9;
  origin.size = image.bytes;
  origin.loaded = lib32::MemorySource(physical<const u8>(image.base), image.bytes);
  origin.is_loaded = true;
  return {};
}

Result place_origin(Session& session, Origin& origin, const MapOptions& options, DriveMap& map) {
  if (options.in_memory) return load_into_memory(origin, map.place);
  if (origin.is_file) return place_file(session, origin.file, map.place);
  if (origin.is_drive()) return place_drive(session, origin.device.drive, map);
  return place_bytes(session, origin.name, origin.device.drive, origin.slice.offset(), origin.size, map.place);
}

// The boot sector of a partition that becomes a drive of its own, or that begins elsewhere now, must not go
// on counting from the disk's first sector. Seen by guests only: nothing is written.
Result move_boot_sector(Origin& origin, u32 start, DriveMap& map) {
  u8 sector[kSector];
  if (const lib32::Status status = origin.source().read(0, sector, sizeof sector); !status.ok())
    return fail("{}: {}", origin.name, status.words());
  if (!has_bpb(sector)) return {};
  set_hidden_sectors(sector, start);
  if (map.place.kind == Placement::Kind::kMemory) {
    memcpy(physical<void>(map.place.memory), sector, sizeof sector);
  } else {
    map.place.replace_first(sector);
  }
  return {};
}

// map (fd0) (hd0,0): what has no partition table becomes a partition of a disk that has nothing else.
Result wrap_into_disk(Origin& origin, u32 index, DriveMap& map) {
  u8 sector[kSector];
  if (const lib32::Status status = origin.source().read(0, sector, sizeof sector); !status.ok())
    return fail("{}: {}", origin.name, status.words());
  if (map.place.kind == Placement::Kind::kMemory)
    return fail("a partition table goes in front of drives and files, not with --mem");
  memdisk::Geometry geometry = {0, 255, 63, 0x10, 0};
  bpb_geometry(sector, geometry);
  const u32 start = geometry.sectors;
  if (Result result = move_boot_sector(origin, start, map); !result.ok()) return result;
  u8 table[kSector] = {};
  write_mbr_entry(table, index, {true, partition_type(sector, map.place.count), start, u32(map.place.count)}, geometry);
  map.place.prepend(table, start - 1);
  const u64 cylinder = u64{geometry.heads} * geometry.sectors;
  geometry.cylinders =
      u32(lib32::min<u64>(lib32::divide(map.place.count + cylinder - 1, u32(cylinder)).quotient, 1024));
  map.geometry = geometry;
  map.sectors = u32(lib32::min<u64>(map.place.count, kMostSectors));
  return {};
}

Result define_cd(Origin& origin, DriveMap& map) {
  u8 descriptor[8] = {};
  constexpr u32 kDescriptor = 16 * 2048;
  if (origin.size >= kDescriptor + sizeof descriptor)
    if (const lib32::Status status = origin.source().read(kDescriptor, descriptor, sizeof descriptor); !status.ok())
      return fail("{}: {}", origin.name, status.words());
  if (memcmp(descriptor + 1, "CD001", 5) != 0)
    return fail("{} is no ISO 9660 image: it cannot be the CD {}", origin.name, device_name({map.drive, kWholeDrive}));
  map.sectors = u32(lib32::min<u64>(map.place.count >> 2, kMostSectors));
  BootEntry entry;
  map.has_packet = read_boot_entry(origin.name, origin.source(), entry).ok();
  if (map.has_packet) map.packet = boot_packet(entry, map.drive, nullptr);
  return {};
}

// A drive under another number. What is a map already is that map again.
Result define_redirect(Origin& origin, DriveMap& map) {
  if (const DriveMap* active = drive_maps().active(origin.device.drive)) {
    const DriveMap wanted = map;
    map = *active;
    map.drive = wanted.drive;
    map.packet.drive = wanted.drive;
    map.read_only |= wanted.read_only;
    return drive_maps().add(map);
  }
  map.redirect = true;
  map.real = origin.device.drive;
  return drive_maps().add(map);
}

bool is_partitioned(Session& session, Origin& origin) {
  Disk* disk;
  TableKind kind = TableKind::kNone;
  const Vector<Partition>* list;
  return origin.is_drive() && session.volumes.drive(origin.device.drive, disk).ok() &&
         disk->partitions(kind, list).ok() && kind != TableKind::kNone;
}

}  // namespace

Result place_drive(Session& session, u8 drive, DriveMap& map) {
  Disk* disk;
  if (Result result = session.volumes.drive(drive, disk); !result.ok()) return result;
  const String name = device_name({drive, kWholeDrive});
  const bool knows_geometry = ask_geometry(drive, map.geometry);
  u64 bytes = disk->size();
  if (bytes == lib32::Source::kUnknownSize) {
    if (!knows_geometry) return fail("the size of {} is not known", name);
    bytes = u64{map.geometry.cylinders} * (map.geometry.heads * map.geometry.sectors) * kSector;
  }
  return place_bytes(session, name, drive, 0, bytes, map.place);
}

Result find_map_geometry(lib32::Source& source, const MapOptions& options, DriveMap& map) {
  constexpr u64 kMostBytes = 0xfffffe00;
  u8 sector[kSector];
  if (const lib32::Status status = source.read(0, sector, sizeof sector); !status.ok())
    return fail("{}: {}", map.what, status.words());
  memdisk::Options wanted;
  wanted.heads = options.heads;
  wanted.sectors = options.sectors_per_track;
  if (options.emulated) wanted.kind = memdisk::Kind::kIso;
  const u64 bytes = map.place.count << 9;
  u64 said = lib32::min(bytes, kMostBytes);
  if (!map.is_floppy()) said = lib32::max<u64>(said, memdisk::kFloppySectors * kSector);  // small ones are disks, too
  map.geometry = memdisk::find_geometry(sector, u32(said), wanted);
  u64 sectors = map.place.count;
  if (const u32 header = map.geometry.header; header != 0) {
    if (map.place.kind != Placement::Kind::kMemory || (header & 3) != 0)
      return fail("{} begins with DOSEMU's header: use map --mem", map.what);
    map.place.memory += header;
    sectors = map.place.count = (bytes - header) >> 9;
  } else if (!map.is_floppy() && !map.is_cd()) {
    const u64 cylinders = lib32::divide(sectors, map.geometry.heads * map.geometry.sectors).quotient;
    map.geometry.cylinders = u32(lib32::max<u64>(lib32::min<u64>(cylinders, 1024), 1));
  }
  map.sectors = u32(lib32::min(sectors, kMostSectors));
  return {};
}

Result define_map(Session& session, Text from, Text to, const MapOptions& options) {
  Device target;
  bool has_device;
  Text rest;
  if (Result result = parse_drive(session, to, target, has_device, rest); !result.ok()) return result;
  if (!has_device || !rest.empty()) return fail("map FROM TO: `{}` is no drive such as (fd0), (hd0), (0xA0)", to);
  if (target.partition > 3) return fail("`{}`: only partitions 0 to 3 can be made", to);
  Origin origin;
  if (Result result = open_origin(session, from, origin); !result.ok()) return result;
  DriveMap map;
  map.drive = target.drive;
  map.what = origin.name;
  map.read_only = options.read_only;
  const bool wrap = target.partition != kWholeDrive && !is_partitioned(session, origin);
  if (origin.is_drive() && !options.in_memory && !wrap) {
    if (origin.device.drive == target.drive && !options.read_only) return drive_maps().remove(target.drive), Result();
    if (class_of(origin.device.drive) == class_of(target.drive)) return define_redirect(origin, map);
  }
  if (Result result = place_origin(session, origin, options, map); !result.ok()) return result;
  if (map.is_cd()) {
    if (Result result = define_cd(origin, map); !result.ok()) return result;
    return drive_maps().add(move(map));
  }
  if (wrap) {
    if (Result result = wrap_into_disk(origin, u32(target.partition), map); !result.ok()) return result;
    return drive_maps().add(move(map));
  }
  const memdisk::Geometry of_drive = map.geometry;
  if (Result result = find_map_geometry(origin.source(), options, map); !result.ok()) return result;
  if (of_drive.heads != 0 && options.heads == 0 && options.sectors_per_track == 0) map.geometry = of_drive;
  if (origin.is_partition()) {
    u8 sector[kSector];
    if (origin.source().read(0, sector, sizeof sector).ok() && bpb_geometry(sector, map.geometry)) {
      const u32 cylinder = map.geometry.heads * map.geometry.sectors;
      const u64 cylinders = lib32::divide(map.place.count + cylinder - 1, cylinder).quotient;
      map.geometry.cylinders = u32(lib32::min<u64>(cylinders, 1024));
    }
    if (Result result = move_boot_sector(origin, 0, map); !result.ok()) return result;
  }
  return drive_maps().add(move(map));
}

}  // namespace stage2
