#pragma once

#include "lib32/source.h"
#include "stage2/map/drive_maps.h"

/// How an El Torito CD wants to be booted (El Torito 1.0).
namespace stage2 {

enum class Emulation : u8 { kNone, kFloppy1200, kFloppy1440, kFloppy2880, kHardDisk };

struct BootImage {
  Emulation emulation = Emulation::kNone;
  u16 load_segment = 0;  ///< as the catalog has it: 0 means 07C0h
  u16 load_sectors = 0;  ///< of 512 bytes, as the catalog has it
  u32 lba = 0;           ///< of 2048 bytes
  u64 bytes = 0;         ///< of the emulated disk; without emulation those to be loaded
};

/// The first entry of the catalog. Fails in words: no boot record, a damaged catalog, …
Result find_boot_image(lib32::Source& cd, Text what, BootImage& image);

/// The answer to INT 13h/4B01h of a drive that is the CD (no emulation), or the emulated one.
BootPacket boot_packet(const BootImage& image, u8 drive, const memdisk::Geometry* emulated);

/// What a CD drive's boot sector is started with.
struct CdBoot {
  BootImage image;
  u8 drive = 0;    ///< for DL: the CD, or the drive that is emulated: fd0 or hd0
};
/// Gets a CD drive, real or mapped, ready to boot: when its boot image is a floppy or a hard disk, that is mapped as fd0
/// or hd0 out of the CD and hooked. `cd_drive` stays what it was.
Result prepare_cd_boot(Session& session, u8 cd_drive, CdBoot& boot);

}  // namespace stage2
