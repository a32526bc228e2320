#include "bios/drives.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "bios/bios.h"
#include "devices/media/disk_geometry.h"
#include "devices/media/floppy_formats.h"

namespace bios {

using devices::media::Attach;
using devices::media::Geometry;
using emu::PhysAddr;

namespace {

// BIOS data area (RBIL MEM 0040h).
constexpr PhysAddr kEbdaSegment{0x40E};
constexpr PhysAddr kEquipment{0x410};
constexpr PhysAddr kRecalibrateStatus{0x43E};
constexpr PhysAddr kFloppyStatus{0x441};
constexpr PhysAddr kDiskStatus{0x474};
constexpr PhysAddr kDiskCount{0x475};
constexpr PhysAddr kDiskControl{0x476};
constexpr PhysAddr kLastFloppyRate{0x48B};
constexpr PhysAddr kDiskInterruptFlag{0x48E};
constexpr PhysAddr kFloppyCapability{0x48F};  // one nibble per drive: 80 tracks, multi-rate, determined
constexpr PhysAddr kFloppyMediaState{0x490};  // 2 bytes
constexpr PhysAddr kFloppyTrack{0x494};       // 2 bytes

constexpr std::uint16_t kEquipmentFloppy = 0x0001;
constexpr std::uint16_t kEquipmentFloppyCount = 0x00C0;

constexpr std::uint8_t kTypeRemovable = 0x10;  // INT 13h/08h BL: ATAPI removable medium (RBIL table 00242)
constexpr std::uint8_t kNoUnit = 0xFF;

constexpr std::uint64_t kLimit504m = 1024ull * 16 * 63;
constexpr std::uint64_t kLimit2g = 4096ull * 16 * 63;
constexpr std::uint64_t kLimit8g = 1024ull * 255 * 63;

Mechanism mechanism_of(const Drive& drive) {
  const bool slow = drive.floppy_type != devices::media::kCmosFloppy1200K;
  return {drive.kind, drive.logical, drive.sectors, drive.sector_size, slow};
}

bool present(const std::shared_ptr<devices::media::Medium>& medium) {
  return medium && medium->size() >= devices::media::kSectorSize;
}

}  // namespace

std::string drive_words(std::uint8_t dl) {
  constexpr std::string_view kNames[] = {"floppy", "hard disk", "CD"};
  return fmt::format("{} {:02X}h", kNames[static_cast<int>(class_of(dl))], dl);
}

Drives::Drives(Bios& bios, std::vector<AttachedMedium> media) : bios_(bios), faults_(bios.options().faults) {
  const Quirks& quirks = bios.quirks();
  const auto add_all = [&](DriveClass as, Attach kind) {
    for (AttachedMedium& m : media)
      if (m.attach == kind) add(as, AttachedMedium(m));
  };
  if (quirks.usb_as_fd0) add_all(DriveClass::kFloppy, Attach::kUsbHardDisk);
  add_all(DriveClass::kFloppy, Attach::kFloppy);
  add_all(DriveClass::kFloppy, Attach::kUsbFloppy);
  if (quirks.usb_as_80h && !quirks.usb_as_fd0) add_all(DriveClass::kHardDisk, Attach::kUsbHardDisk);
  add_all(DriveClass::kHardDisk, Attach::kHardDisk);
  if (!quirks.usb_as_80h && !quirks.usb_as_fd0) add_all(DriveClass::kHardDisk, Attach::kUsbHardDisk);
  add_all(DriveClass::kCd, Attach::kCd);

  // ATA positions: disks from the primary master on, CDs from the secondary master on, as PCs are cabled.
  std::uint8_t disk_unit = 0, cd_unit = 2;
  for (std::size_t i = 0; i < drives_.size(); ++i) {
    Drive& d = drives_[i];
    d.mechanism = static_cast<int>(i);
    d.unit = kNoUnit;
    if (d.kind == Attach::kHardDisk && disk_unit < 2) d.unit = disk_unit++;
    if (d.kind == Attach::kCd && cd_unit < 4) d.unit = cd_unit++;
  }
  number_all();
}

void Drives::add(DriveClass drive_class, AttachedMedium&& attached) {
  Drive d;
  d.drive_class = drive_class;
  d.kind = attached.attach;
  d.media = std::move(attached.medium);
  d.sector_size = drive_class == DriveClass::kCd ? devices::media::kCdSectorSize : devices::media::kSectorSize;
  d.edd = drive_class == DriveClass::kFloppy ? bios_.quirks().floppy_edd
                                             : drive_class == DriveClass::kCd || !bios_.quirks().no_edd;
  insert_medium(d);
  drives_.push_back(std::move(d));
}

void Drives::insert_medium(Drive& d) {
  d.medium = present(d.media) ? d.media.get() : nullptr;
  d.sectors = d.medium ? d.medium->size() / d.sector_size : 0;
  if (d.sectors == 0) d.medium = nullptr;
  if (d.drive_class == DriveClass::kFloppy && devices::media::is_floppy(d.kind)) {
    insert_floppy(d);
  } else if (d.drive_class != DriveClass::kCd) {
    insert_hard_disk(d);
  }
}

void Drives::insert_floppy(Drive& d) {
  d.logical = {80, 2, 18};
  d.floppy_type = devices::media::kCmosFloppy1440K;
  d.data_rate = devices::media::kDataRate500K;
  if (d.medium) {
    if (const auto format = devices::media::floppy_format(*d.medium)) {
      d.logical = format->geometry;
      d.floppy_type = format->cmos_type;
      d.data_rate = format->data_rate;
    }
    // What lies behind the last cylinder cannot be reached on a diskette.
    d.sectors = std::min(d.sectors, d.logical.total());
  }
  d.physical = d.logical;
}

void Drives::insert_hard_disk(Drive& d) {
  if (!d.medium) return;
  const devices::media::DiskGeometry geometry = devices::media::guess_disk_geometry(*d.medium);
  d.logical = geometry.logical;
  d.physical = geometry.physical;
  if (d.drive_class == DriveClass::kFloppy) d.floppy_type = kTypeRemovable;
  limit_size(d, bios_.quirks());
}

// BIOSes of before 1998: what lies above their limit does not exist for any function.
void Drives::limit_size(Drive& d, const Quirks& quirks) {
  std::uint64_t limit = ~std::uint64_t{0};
  if (quirks.limit_8g) limit = kLimit8g;
  if (quirks.limit_2g) limit = kLimit2g;
  if (quirks.limit_504m) limit = kLimit504m;
  const bool cut = d.sectors > limit;
  if (cut) d.sectors = limit;
  if (quirks.limit_504m) {
    d.physical = devices::media::physical_geometry(d.sectors);
    d.logical = d.physical;
    d.logical.cylinders = std::min<std::uint32_t>(d.logical.cylinders, 1024);
  } else if (cut && d.logical.total() > limit) {
    d.logical = devices::media::lba_assist_geometry(limit);
  }
}

void Drives::number_all() {
  by_number_.fill(nullptr);
  unsigned next[] = {0x00, kFirstHardDisk, kFirstCd};
  if (emulated_) {
    unsigned& number = next[static_cast<int>(emulated_->drive_class)];
    emulated_->number = static_cast<std::uint8_t>(number);
    by_number_[number++] = &*emulated_;
  }
  for (Drive& d : drives_) {
    const unsigned number = next[static_cast<int>(d.drive_class)]++;
    if (number > 0xFF || class_of(static_cast<std::uint8_t>(number)) != d.drive_class) continue;
    d.number = static_cast<std::uint8_t>(number);
    by_number_[number] = &d;
  }
}

Drive* Drives::find_physical_floppy(std::uint8_t dl) {
  if (dl >= drives_.size() || drives_[dl].drive_class != DriveClass::kFloppy) return nullptr;
  return &drives_[dl];
}

std::vector<std::uint8_t> Drives::numbers() const {
  std::vector<std::uint8_t> result;
  for (std::size_t i = 0; i < by_number_.size(); ++i)
    if (by_number_[i]) result.push_back(static_cast<std::uint8_t>(i));
  return result;
}

int Drives::count(DriveClass drive_class) const {
  return static_cast<int>(std::count_if(by_number_.begin(), by_number_.end(),
                                        [&](const Drive* d) { return d && d->drive_class == drive_class; }));
}

void Drives::begin_cd_boot(const CdBoot& boot) {
  end_emulation();
  cd_boot_ = boot;
  if (boot.emulation() != 0) emulate();
}

void Drives::forget_cd_boot() {
  end_emulation();
  cd_boot_.reset();
}

void Drives::emulate() {
  const Drive* cd = find(cd_boot_->cd_drive);
  if (!cd || !cd->medium) return;
  Drive d = *cd;
  d.emulated = true;
  d.drive_class = class_of(cd_boot_->boot_drive);
  d.sector_size = devices::media::kSectorSize;
  d.base_offset = std::uint64_t{cd_boot_->image_lba} * devices::media::kCdSectorSize;
  const std::uint64_t size = cd->medium->size();
  d.logical = d.physical = cd_boot_->geometry;
  d.sectors = std::min(size > d.base_offset ? (size - d.base_offset) / d.sector_size : 0, d.logical.total());
  d.edd = false;
  d.changed = false;
  d.locks = 0;
  // Emulated diskettes report the catalog's type: 1.2M, 1.44M and 2.88M are CMOS types 2, 4 and 6 (SeaBIOS
  // doubles it; 6 is what RBIL table 00242 lists for 2.88 MB).
  d.floppy_type = static_cast<std::uint8_t>(cd_boot_->emulation() * 2);
  emulated_ = std::move(d);
  number_all();
  write_bda();
}

void Drives::end_emulation() {
  if (!emulated_) return;
  emulated_.reset();
  number_all();
  write_bda();
}

void Drives::eject(Drive& drive) {
  drive.medium = nullptr;
  drive.sectors = 0;
  drive.heads = {};
}

emu::Nanoseconds Drives::access_time(Drive& drive, std::uint64_t lba, std::uint64_t count, emu::Nanoseconds now) {
  if (drive.emulated) {
    // A boot image is read by the CD drive, in its own sectors.
    Drive& cd = drives_[drive.mechanism];
    const std::uint64_t first = (drive.base_offset / drive.sector_size + lba) / 4;
    const std::uint64_t end = (drive.base_offset / drive.sector_size + lba + count + 3) / 4;
    return access_time(cd, first, end - first, now);
  }
  return bios::access_time(mechanism_of(drive), drive.heads, lba, count, now);
}

emu::Nanoseconds Drives::seek_time(Drive& drive, std::uint64_t lba, emu::Nanoseconds now) {
  if (drive.emulated)
    return seek_time(drives_[drive.mechanism], (drive.base_offset / drive.sector_size + lba) / 4, now);
  return bios::seek_time(mechanism_of(drive), drive.heads, lba, now);
}

emu::Nanoseconds Drives::refusal_time(const Drive& drive) const {
  return bios::refusal_time(mechanism_of(drive.emulated ? drives_[drive.mechanism] : drive));
}

void Drives::set_status(std::uint8_t dl, std::uint8_t status) {
  const PhysAddr at = dl < kFirstHardDisk ? kFloppyStatus : kDiskStatus;
  if (bios_.memory().read<std::uint8_t>(at) != status) bios_.memory().write(at, status);
}

std::uint8_t Drives::status(std::uint8_t dl) const {
  return bios_.memory().read<std::uint8_t>(dl < kFirstHardDisk ? kFloppyStatus : kDiskStatus);
}

std::uint16_t Drives::ebda_segment() const { return bios_.memory().read<std::uint16_t>(kEbdaSegment); }

std::vector<std::uint8_t>& Drives::bounce(std::size_t size) {
  if (bounce_.size() < size) bounce_.resize(size);
  return bounce_;
}

void Drives::post() {
  emulated_.reset();
  cd_boot_.reset();
  for (Drive& d : drives_) {
    if (!d.medium) insert_medium(d);  // an ejected CD goes back in
    d.locks = 0;
    d.changed = false;
    d.heads = {};
  }
  number_all();
  emu::Memory& memory = bios_.memory();
  for (PhysAddr at : {kRecalibrateStatus, kFloppyStatus, kDiskStatus, kLastFloppyRate, kDiskInterruptFlag})
    memory.write<std::uint8_t>(at, 0);
  memory.write<std::uint8_t>(kDiskControl, 0xC0);  // as IBM's BIOS sets it for drives of up to 8 heads
  for (int i = 0; i < 2; ++i) {
    memory.write<std::uint8_t>(kFloppyMediaState + i, 0);
    memory.write<std::uint8_t>(kFloppyTrack + i, 0);
  }
  write_bda();
  write_fixed_disk_table(0);
  write_fixed_disk_table(1);
}

void Drives::write_bda() {
  emu::Memory& memory = bios_.memory();
  const int floppies = std::min(count(DriveClass::kFloppy), 2);
  auto equipment = memory.read<std::uint16_t>(kEquipment);
  equipment &= static_cast<std::uint16_t>(~(kEquipmentFloppy | kEquipmentFloppyCount));
  if (floppies > 0) equipment |= static_cast<std::uint16_t>(kEquipmentFloppy | (floppies - 1) << 6);
  memory.write(kEquipment, equipment);
  constexpr std::uint8_t kCapabilities[] = {0x00, 0x07, 0x77};
  memory.write<std::uint8_t>(kFloppyCapability, kCapabilities[floppies]);
  memory.write<std::uint8_t>(kDiskCount, static_cast<std::uint8_t>(count(DriveClass::kHardDisk)));
}

// Fixed disk parameter table for INT 41h or 46h, in the translated form of Phoenix where the geometry is
// translated (RBIL tables 03196 and 03198).
void Drives::write_fixed_disk_table(int index) {
  const Drive* d = find(static_cast<std::uint8_t>(kFirstHardDisk + index));
  const std::uint16_t ebda = ebda_segment();
  if (!d || !d->medium || ebda == 0) return;
  std::array<std::uint8_t, 16> t{};
  const auto word = [&](int at, std::uint32_t value) {
    t[at] = static_cast<std::uint8_t>(value);
    t[at + 1] = static_cast<std::uint8_t>(value >> 8);
  };
  word(0, d->logical.cylinders);
  t[2] = static_cast<std::uint8_t>(d->logical.heads);
  word(5, 0xFFFF);  // no write precompensation
  t[8] = static_cast<std::uint8_t>(0xC0 | (d->physical.heads > 8 ? 0x08 : 0));
  word(12, d->physical.cylinders);  // landing zone
  t[14] = static_cast<std::uint8_t>(d->logical.sectors);
  if (d->logical != d->physical) {
    t[3] = 0xA0;  // signature of a translated table
    t[4] = static_cast<std::uint8_t>(d->physical.sectors);
    word(9, d->physical.cylinders);
    t[11] = static_cast<std::uint8_t>(d->physical.heads);
    std::uint8_t sum = 0;
    for (std::uint8_t byte : t) sum = static_cast<std::uint8_t>(sum + byte);
    t[15] = static_cast<std::uint8_t>(-sum);
  }
  const emu::FarPtr table{ebda, static_cast<std::uint16_t>(kEbdaFixedDiskTables + index * 16)};
  bios_.memory().write(PhysAddr(table.linear()), t);
  const std::uint32_t vector = index == 0 ? 0x41 : 0x46;
  bios_.memory().write(PhysAddr(vector * 4), std::uint32_t{table.seg} << 16 | table.off);
}

}  // namespace bios
