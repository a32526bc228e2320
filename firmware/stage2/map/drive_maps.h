#pragma once

#include "memdisk/geometry.h"
#include "stage2/map/placement.h"

/// The drives that `map` makes, and the resident hook that plays them (INT 13h).
namespace stage2 {

/// The answer to INT 13h/4B01h (El Torito 1.0, figure 7).
struct [[gnu::packed]] BootPacket {
  u8 size = 0x13;
  u8 media = 0;  ///< 0: no emulation, 1-3: floppy, 4: hard disk
  u8 drive = 0;
  u8 controller = 0;
  u32 lba = 0;
  u16 device = 0, cache_segment = 0, load_segment = 0, load_count = 0;
  u8 cylinders = 0, cylinders_and_sectors = 0, heads = 0;
};
static_assert(sizeof(BootPacket) == 19);

struct DriveMap {
  u8 drive = 0;           ///< the number that guests use
  String what;            ///< the file or drive behind it, for people
  bool redirect = false;  ///< another drive of the BIOS under this number: `real`
  u8 real = 0;
  Placement place;  ///< when it is no redirect
  bool read_only = false;
  u32 sectors = 0;                  ///< of 512 bytes, or of 2048 on a CD
  memdisk::Geometry geometry = {};  ///< not for CDs
  bool has_packet = false;
  BootPacket packet;

  bool is_cd() const { return drive >= 0xa0; }
  bool is_floppy() const { return drive < 0x80; }
};

inline constexpr u32 kMostMaps = 8;  // map/resident.asm

class DriveMaps {
 public:
  const Vector<DriveMap>& list() const { return list_; }
  bool hooked() const { return base_ != 0; }
  u32 resident_address() const { return base_; }
  u32 resident_bytes() const { return bytes_; }

  /// The one that is in force for a drive; null: the BIOS answers for it.
  const DriveMap* active(u8 drive) const;
  /// The one that was defined for a drive, hooked or not.
  DriveMap* find(u8 drive);
  /// In place of what was defined for the same drive.
  Result add(DriveMap map);
  void remove(u8 drive);

  /// Everything in the list takes effect: INT 13h, INT 15h, the BIOS data area.
  Result hook(Session& session);
  /// As it was before hook(). Fails when somebody else has hooked INT 13h since.
  Result unhook(Session& session);

 private:
  Vector<DriveMap> list_;
  Vector<DriveMap> active_;
  u32 base_ = 0;
  u32 bytes_ = 0;
  struct Saved {
    u32 vector13, vector15, vector1e;
    u16 equipment, low_memory;
    u8 hard_disks;
  } saved_ = {};
  friend class HookInstaller;
};

DriveMaps& drive_maps();

}  // namespace stage2
