#include "bios/int13_floppy.h"

#include <algorithm>
#include <array>

#include "bios/rom_labels.h"
#include "devices/media/floppy_formats.h"

namespace bios::int13 {

namespace {

using emu::PhysAddr;

// BIOS data area (RBIL MEM 0040h:003Eh and up).
constexpr PhysAddr kRecalibrateStatus{0x43E};  // bit n: drive n knows where its head is
constexpr PhysAddr kMotorStatus{0x43F};        // bit n: motor n runs
constexpr PhysAddr kMotorCounter{0x440};       // ticks until the motor is switched off
constexpr PhysAddr kMediaState{0x490};
constexpr PhysAddr kTrack{0x494};

constexpr std::uint8_t kMotorTicks = 37;  // two seconds, as the diskette parameter table says
constexpr std::uint8_t kMediaEstablished = 0x10;
constexpr std::uint8_t kMedia1440K = 0x07;  // "other drive or medium"
constexpr std::uint8_t kFillByte = 0xF6;
constexpr std::uint8_t kSize512 = 2;  // N of an address field

// What the BIOS data area says while a drive works; programs look here.
void note_in_bda(Request& request, std::uint32_t cylinder) {
  const Drive& drive = *request.drive;
  const int unit = drive.mechanism;
  if (unit > 1) return;
  emu::Memory& memory = request.memory();
  const auto bit = static_cast<std::uint8_t>(1u << unit);
  memory.write<std::uint8_t>(kRecalibrateStatus, memory.read<std::uint8_t>(kRecalibrateStatus) | bit);
  memory.write<std::uint8_t>(kMotorStatus, memory.read<std::uint8_t>(kMotorStatus) | bit);
  memory.write<std::uint8_t>(kMotorCounter, kMotorTicks);
  memory.write<std::uint8_t>(kMediaState + unit,
                             static_cast<std::uint8_t>(drive.data_rate << 6 | kMediaEstablished | kMedia1440K));
  memory.write<std::uint8_t>(kTrack + unit, static_cast<std::uint8_t>(cylinder));
}

bool crosses_dma_page(Request& request, const Buffer& buffer, std::uint64_t size) {
  const std::uint64_t first = request.memory().through_a20(static_cast<std::uint32_t>(buffer.address)).value;
  return first >> 16 != (first + size - 1) >> 16;
}

}  // namespace

Transferred floppy_access(Request& request, Operation operation, const Chs& chs, std::uint32_t count, Buffer buffer) {
  const Drive& drive = *request.drive;
  const devices::media::Geometry& g = drive.logical;
  const auto lba = lba_of(g, chs);
  if (!lba) return {kSectorNotFound, 0};  // the controller reads the whole track in search of it
  if (operation != Operation::kVerify && crosses_dma_page(request, buffer, std::uint64_t{count} * drive.sector_size))
    return {kDmaBoundary, 0};
  const std::uint32_t to_cylinder_end = (g.heads - chs.head) * g.sectors - (chs.sector - 1);
  note_in_bda(request, chs.cylinder);
  Transferred done = transfer(request, operation, *lba, std::min(count, to_cylinder_end), buffer);
  if (done.status == kOk && count > to_cylinder_end) done.status = kSectorNotFound;
  return done;
}

void reset_floppies(Request& request) {
  request.memory().write<std::uint8_t>(kRecalibrateStatus, 0);
  for (int i = 0; i < 2; ++i) {
    request.memory().write<std::uint8_t>(kMediaState + i, 0);
    request.memory().write<std::uint8_t>(kTrack + i, 0);
  }
  request.drive->heads.cylinder = 0;
}

// ES:BX points to one address field of 4 bytes (C, H, R, N) per sector.
Status format_floppy_track(Request& request) {
  Drive& drive = *request.drive;
  emu::Registers& regs = request.regs();
  const Chs chs{regs.ch(), regs.dh(), 1};
  const auto track = lba_of(drive.logical, chs);
  if (!track || regs.al() == 0 || regs.al() > drive.logical.sectors) return kInvalid;
  if (const Status status = medium_status(drive); status != kOk) return status;
  if (drive.read_only()) return kWriteProtected;
  std::array<std::uint8_t, devices::media::kSectorSize> fill;
  fill.fill(kFillByte);
  for (unsigned i = 0; i < regs.al(); ++i) {
    const auto field =
        request.memory().read<std::array<std::uint8_t, 4>>(regs.es_bx().plus(static_cast<std::uint16_t>(i * 4)));
    const std::uint64_t lba = *track + field[2] - 1;
    if (field[3] != kSize512 || field[2] == 0 || field[2] > drive.logical.sectors || lba >= drive.sectors)
      return kBadTrack;
    drive.media->write(lba * drive.sector_size, fill);
  }
  note_in_bda(request, chs.cylinder);
  Drives& drives = request.bios.drives();
  request.call.take_time(drives.access_time(drive, *track, regs.al(), request.bios.clock().now()));
  return kOk;
}

// INT 13h/16h: reading the change line does not clear it; the next access does.
Status change_line(Request& request) {
  Drive& drive = *request.drive;
  if (drive.drive_class != DriveClass::kFloppy) return kInvalid;
  if (!drive.ready()) return kTimeOut;
  return drive.changed ? kChanged : kOk;
}

// INT 13h/18h: may a diskette be formatted so in this drive?
Status set_media_type(Request& request) {
  const Drive& drive = *request.drive;
  emu::Registers& regs = request.regs();
  if (drive.drive_class != DriveClass::kFloppy || !drive.on_floppy_controller()) return kInvalid;
  if (!drive.ready()) return kTimeOut;
  const Chs highest = chs_in(regs);
  const auto formats = devices::media::floppy_formats();
  const bool known = std::any_of(formats.begin(), formats.end(), [&](const devices::media::FloppyFormat& f) {
    return f.cmos_type == drive.floppy_type && f.geometry.cylinders == highest.cylinder + 1 &&
           f.geometry.sectors == highest.sector;
  });
  if (!known) return kBadTrack;
  regs.set_real_segment(emu::Seg::kEs, rom::kSegment);
  regs.set_di(kRomDisketteTable);
  return kOk;
}

}  // namespace bios::int13
