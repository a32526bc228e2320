// Which medium answers to which drive number, and what INT 13h remembers about each drive.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bios/disk_timing.h"
#include "bios/faults.h"
#include "devices/media/medium.h"
#include "emu/snapshot.h"

namespace bios {

class Bios;
struct AttachedMedium;
struct Quirks;

inline constexpr std::uint8_t kFirstHardDisk = 0x80;
inline constexpr std::uint8_t kFirstCd = 0xE0;  ///< as SeaBIOS and Bochs number them

/// Offsets in the EBDA (segment at 40:0E) that belong to the disks: two fixed disk parameter tables (INT 41h,
/// 46h) where PS/2 BIOSes and SeaBIOS keep them, and the device parameter table extensions that INT 13h/48h
/// points to.
inline constexpr std::uint16_t kEbdaFixedDiskTables = 0x3D;  ///< 2 x 16 bytes
inline constexpr std::uint16_t kEbdaDeviceTables = 0x60;     ///< kDeviceTables x 16 bytes, up to E0h
inline constexpr int kDeviceTables = 8;
/// Where IBM's BIOS and rom/ have the diskette parameter table, offset in F000h; INT 1Eh points to it.
inline constexpr std::uint16_t kRomDisketteTable = 0xEFC7;

/// Which rules of INT 13h apply to a drive number.
enum class DriveClass : std::uint8_t { kFloppy, kHardDisk, kCd };

/// The class that a drive number belongs to: 00h-7Fh, 80h-DFh, E0h-FFh.
constexpr DriveClass class_of(std::uint8_t dl) {
  return dl < kFirstHardDisk ? DriveClass::kFloppy : dl < kFirstCd ? DriveClass::kHardDisk : DriveClass::kCd;
}
/// "floppy 00h", "hard disk 80h", "CD E0h".
std::string drive_words(std::uint8_t dl);

/// A drive and what is in it. The first part is fixed while a medium is in the drive.
struct Drive {
  std::uint8_t number = 0;  ///< as callers see it now (emulation shifts numbers)
  DriveClass drive_class = DriveClass::kFloppy;
  devices::media::Attach kind = devices::media::Attach::kFloppy;  ///< of an emulated drive: kCd, where it lives
  bool emulated = false;                           ///< an El Torito boot image that poses as a floppy or hard disk
  std::shared_ptr<devices::media::Medium> media;   ///< what was attached, also when it is ejected; null = nothing
  const devices::media::Medium* medium = nullptr;  ///< what is in the drive; null: empty
  std::uint64_t base_offset = 0;                   ///< of sector 0 in the medium, bytes
  std::uint64_t sectors = 0;                       ///< readable, of sector_size bytes
  std::uint32_t sector_size = 512;                 ///< 2048 for CDs
  devices::media::Geometry logical;                ///< for CHS calls; all zero on CDs
  devices::media::Geometry physical;               ///< for INT 13h/48h
  std::uint8_t floppy_type = 0;                    ///< CMOS type: INT 13h/08h BL
  std::uint8_t data_rate = 0;                      ///< rate code of the floppy controller
  std::uint8_t unit = 0;                           ///< position on the controllers: 0 = primary master, 1 = slave, ...
  bool edd = false;                                ///< INT 13h/41h and up
  int mechanism = 0;                               ///< whose heads move: index of the physical drive

  // --- State.
  bool changed = false;    ///< change line: the medium was changed and nobody was told yet
  std::uint8_t locks = 0;  ///< INT 13h/45h
  HeadState heads;

  bool ready() const { return medium != nullptr; }
  bool read_only() const { return !medium || emulated || drive_class == DriveClass::kCd || medium->read_only(); }
  bool removable() const { return drive_class != DriveClass::kHardDisk && !emulated; }
  /// Moved by a floppy controller and the 8237, with their limits (a USB floppy and an emulated one are not).
  bool on_floppy_controller() const {
    return drive_class == DriveClass::kFloppy && kind == devices::media::Attach::kFloppy && !emulated;
  }
};

/// The El Torito specification packet's contents, kept from the boot on (El Torito 1.0 §4.1 and figure 7).
struct CdBoot {
  std::uint8_t media_byte = 0;  ///< as in the catalog: bits 3-0 emulation type
  std::uint8_t cd_drive = 0;    ///< where it was read
  std::uint8_t boot_drive = 0;  ///< 00h, 80h or the CD's number: what the loader got in DL
  std::uint32_t image_lba = 0;  ///< 2048-byte sectors
  std::uint16_t load_segment = 0;
  std::uint16_t sector_count = 0;  ///< 512-byte sectors that were asked for
  std::uint32_t catalog_lba = 0;
  devices::media::Geometry geometry;  ///< of the emulated drive
  std::uint8_t emulation() const { return media_byte & 0x0F; }
};

/// All drives of the PC.
class Drives {
 public:
  /// Numbers the drives: floppies, hard disks (internal ones first, in the given order), CDs; then the usb
  /// quirks.
  Drives(Bios& bios, std::vector<AttachedMedium> media);

  /// Power-on: emulation ends, locks are released, head positions forgotten; then the BIOS data area (40:10,
  /// 40:3E.., 40:74.., 40:8B..), the fixed disk parameter tables and INT 41h, 46h. The BDA, IVT and EBDA must
  /// exist.
  void post();

  /// Null when no such drive exists; an existing drive may be empty.
  const Drive* find(std::uint8_t dl) const { return by_number_[dl]; }
  Drive* find(std::uint8_t dl) { return by_number_[dl]; }
  /// The same without El Torito emulation: what INT 40h reaches.
  Drive* find_physical_floppy(std::uint8_t dl);
  /// All drive numbers that exist now, ascending.
  std::vector<std::uint8_t> numbers() const;
  /// Drives of a class, an emulated one included.
  int count(DriveClass drive_class) const;

  // --- El Torito.
  const std::optional<CdBoot>& cd_boot() const { return cd_boot_; }
  const Drive* emulated() const { return emulated_ ? &*emulated_ : nullptr; }
  /// Remembers how the CD was booted; with an emulation type 1-4 the image becomes 00h or 80h and moves the
  /// others up.
  void begin_cd_boot(const CdBoot& boot);
  /// INT 13h/4B00h: the numbers are again as without emulation.
  void end_emulation();
  /// A new boot: as if no CD had been booted.
  void forget_cd_boot();

  /// Takes the medium out (INT 13h/46h).
  void eject(Drive& drive);

  Faults& faults() { return faults_; }
  /// Time that an access takes, and the heads move. `now` is virtual time.
  emu::Nanoseconds access_time(Drive& drive, std::uint64_t lba, std::uint64_t count, emu::Nanoseconds now);
  emu::Nanoseconds seek_time(Drive& drive, std::uint64_t lba, emu::Nanoseconds now);
  emu::Nanoseconds refusal_time(const Drive& drive) const;

  /// Last status of the floppies (40:41) or of all other drives (40:74).
  void set_status(std::uint8_t dl, std::uint8_t status);
  std::uint8_t status(std::uint8_t dl) const;

  std::uint16_t ebda_segment() const;

  /// A bounce buffer of at least `size` bytes, for transfers.
  std::vector<std::uint8_t>& bounce(std::size_t size);

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(drives_, emulated_, cd_boot_, by_number_, faults_); }

  void add(DriveClass drive_class, AttachedMedium&& attached);
  void insert_medium(Drive& drive);
  void insert_floppy(Drive& drive);
  void insert_hard_disk(Drive& drive);
  void emulate();
  void limit_size(Drive& drive, const Quirks& quirks);
  void number_all();
  void write_bda();
  void write_fixed_disk_table(int index);

  Bios& bios_;
  std::vector<Drive> drives_;  // floppies, then hard disks, then CDs
  std::optional<Drive> emulated_;
  std::optional<CdBoot> cd_boot_;
  std::array<Drive*, 256> by_number_{};
  Faults faults_;
  std::vector<std::uint8_t> bounce_;
};

}  // namespace bios
