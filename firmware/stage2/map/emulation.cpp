#include "stage2/map/emulation.h"

#include "stage2/map/define.h"
#include "stage2/map/mbr.h"

namespace stage2 {
namespace {

constexpr u32 kSector = 2048, kBlock = 512;
constexpr u8 kHardDisk = u8(lib32::el_torito::Emulation::kHardDisk);

// A hard disk image ends with its last partition; the catalog does not say (El Torito 1.0 §2.2).
Result emulated_bytes(Text name, lib32::Source& cd, const BootEntry& entry, u64& bytes) {
  u8 sector[kBlock];
  bytes = lib32::el_torito::floppy_bytes(static_cast<lib32::el_torito::Emulation>(entry.media));
  if (bytes != 0) return {};
  if (entry.media != kHardDisk) return fail("{}: its boot image is of the unknown kind {}", name, entry.media);
  if (const lib32::Status status = cd.read(entry.offset, sector, sizeof sector); !status.ok())
    return fail("{}: its boot image: {}", name, status.words());
  for (u32 i = 0; i < 4; ++i) {
    const MbrEntry partition = read_mbr_entry(sector, i);
    if (partition.type != 0) bytes = lib32::max(bytes, (u64{partition.start} + partition.count) * kBlock);
  }
  if (bytes == 0) return fail("{}: its boot image is a hard disk without partitions", name);
  return {};
}

}  // namespace

BootPacket boot_packet(const BootEntry& entry, u8 drive, const memdisk::Geometry* emulated) {
  BootPacket packet;
  packet.drive = drive;
  packet.lba = u32(lib32::divide(entry.offset, kSector).quotient);
  packet.load_segment = entry.segment;
  packet.load_count = u16(entry.bytes / kBlock);
  if (emulated == nullptr) return packet;
  packet.media = entry.media;
  packet.cylinders = u8(emulated->cylinders);
  packet.cylinders_and_sectors = u8((emulated->cylinders >> 8 & 3) << 6 | emulated->sectors);
  packet.heads = u8(emulated->heads);
  return packet;
}

Result emulate_boot_image(Session& session, u8 cd_drive, const BootEntry& entry, u8& drive) {
  const String name = device_name({cd_drive, kWholeDrive});
  Disk* cd;
  u64 bytes = 0;
  if (Result result = session.volumes.drive(cd_drive, cd); !result.ok()) return result;
  if (Result result = emulated_bytes(name, *cd, entry, bytes); !result.ok()) return result;
  if (cd->size() != lib32::Source::kUnknownSize && entry.offset + bytes > cd->size())
    return fail("{}: its boot image ends too early", name);
  DriveMap map;
  map.drive = drive = entry.media == kHardDisk ? 0x80 : 0x00;
  map.what = format("the {} in {}", entry.media == kHardDisk ? "hard disk" : "floppy", name);
  map.read_only = true;  // as a CD is
  Slice image(cd, entry.offset, bytes);
  if (Result result = place_bytes(session, map.what, cd_drive, entry.offset, bytes, map.place); !result.ok())
    return result;
  MapOptions options;
  options.emulated = true;
  if (Result result = find_map_geometry(image, options, map); !result.ok()) return result;
  map.has_packet = true;
  map.packet = boot_packet(entry, drive, &map.geometry);
  if (Result result = drive_maps().add(move(map)); !result.ok()) return result;
  return drive_maps().hook(session);
}

}  // namespace stage2
