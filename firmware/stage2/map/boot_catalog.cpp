#include "stage2/map/boot_catalog.h"

#include "lib32/memory.h"
#include "stage2/map/define.h"

namespace stage2 {
namespace {

using lib32::le16;
using lib32::le32;

constexpr u32 kSector = 2048, kBlock = 512;
constexpr u32 kBootRecord = 17;      // sector of the boot record volume descriptor
constexpr u32 kCatalogPointer = 71;  // offset in it
constexpr u32 kEntryBytes = 32;
constexpr u8 kBootable = 0x88, kValidation = 1;
constexpr u32 kTable = 446, kSignature = 510;

bool is_validation_entry(const u8* entry) {
  u16 sum = 0;
  for (u32 i = 0; i < kEntryBytes; i += 2) sum = u16(sum + le16(entry + i));
  return entry[0] == kValidation && sum == 0 && le16(entry + 30) == 0xaa55;
}

// A hard disk image ends with its last partition; the catalog does not say (El Torito 1.0 §2.2).
u64 partitioned_bytes(const u8* sector) {
  u64 last = 0;
  for (const u8* entry = sector + kTable; entry < sector + kSignature; entry += 16)
    if (entry[4] != 0) last = lib32::max(last, u64{le32(entry + 8)} + le32(entry + 12));
  return last * kBlock;
}

}  // namespace

Result find_boot_image(lib32::Source& cd, Text what, BootImage& image) {
  u8 sector[kSector];
  const auto read = [&](u32 lba) { return cd.read(u64{lba} * kSector, sector, sizeof sector); };
  if (const lib32::Status status = read(kBootRecord); !status.ok()) return fail("{}: {}", what, status.words());
  if (sector[0] != 0 || memcmp(sector + 1, "CD001", 5) != 0 || memcmp(sector + 7, "EL TORITO SPECIFICATION", 23) != 0)
    return fail("{} has no El Torito boot record", what);
  if (const lib32::Status status = read(le32(sector + kCatalogPointer)); !status.ok())
    return fail("{}: its boot catalog: {}", what, status.words());
  const u8* entry = sector + kEntryBytes;
  if (!is_validation_entry(sector)) return fail("{}: its boot catalog is damaged", what);
  if (entry[0] != kBootable) return fail("{}: its boot catalog's first entry is not bootable", what);
  image = {Emulation(entry[1] & 15), le16(entry + 2), le16(entry + 6), le32(entry + 8), 0};
  switch (image.emulation) {
    case Emulation::kNone: image.bytes = (image.load_sectors == 0 ? 4 : image.load_sectors) * u64{kBlock}; break;
    case Emulation::kFloppy1200: image.bytes = 1200 * 1024; break;
    case Emulation::kFloppy1440: image.bytes = 1440 * 1024; break;
    case Emulation::kFloppy2880: image.bytes = 2880 * 1024; break;
    case Emulation::kHardDisk:
      if (const lib32::Status status = read(image.lba); !status.ok()) return fail("{}: its boot image: {}", what, status.words());
      image.bytes = partitioned_bytes(sector);
      if (image.bytes == 0) return fail("{}: its boot image is a hard disk without partitions", what);
      break;
    default: return fail("{}: its boot image is of an unknown kind", what);
  }
  if (cd.size() != lib32::Source::kUnknownSize) {
    const u64 begin = u64{image.lba} * kSector;
    if (begin >= cd.size()) return fail("{}: its boot image is beyond its end", what);
    if (begin + image.bytes > cd.size()) {
      if (image.emulation != Emulation::kNone) return fail("{}: its boot image ends too early", what);
      image.bytes = cd.size() - begin;
    }
  }
  return {};
}

BootPacket boot_packet(const BootImage& image, u8 drive, const memdisk::Geometry* emulated) {
  BootPacket packet;
  packet.drive = drive;
  packet.lba = image.lba;
  packet.load_segment = image.load_segment;
  packet.load_count = image.load_sectors;
  if (emulated == nullptr) return packet;
  packet.media = u8(image.emulation);
  packet.cylinders = u8(emulated->cylinders);
  packet.cylinders_and_sectors = u8((emulated->cylinders >> 8 & 3) << 6 | emulated->sectors);
  packet.heads = u8(emulated->heads);
  return packet;
}

Result prepare_cd_boot(Session& session, u8 cd_drive, CdBoot& boot) {
  Disk* cd;
  if (Result result = session.volumes.drive(cd_drive, cd); !result.ok()) return result;
  const String name = device_name({cd_drive, kWholeDrive});
  if (Result result = find_boot_image(*cd, name, boot.image); !result.ok()) return result;
  boot.drive = cd_drive;
  if (boot.image.emulation == Emulation::kNone) return {};
  boot.drive = boot.image.emulation == Emulation::kHardDisk ? 0x80 : 0x00;
  DriveMap map;
  map.drive = boot.drive;
  map.what = format("{} in {}", boot.drive == 0 ? "the floppy" : "the hard disk", name);
  map.read_only = true;  // it is a CD
  const u64 begin = u64{boot.image.lba} * kSector;
  if (Result result = place_bytes(session, map.what, cd_drive, begin, boot.image.bytes, map.place); !result.ok())
    return result;
  Slice source(cd, begin, boot.image.bytes);
  if (Result result = find_map_geometry(source, {}, map); !result.ok()) return result;
  map.has_packet = true;
  map.packet = boot_packet(boot.image, boot.drive, &map.geometry);
  if (Result result = drive_maps().add(move(map)); !result.ok()) return result;
  return drive_maps().hook(session);
}

}  // namespace stage2
