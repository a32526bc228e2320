// INT 13h, the functions of IBM's BIOS: addresses are cylinder, head and sector.
#include "bios/int13.h"
#include "bios/int13_floppy.h"
#include "bios/rom_labels.h"

namespace bios::int13 {

namespace {

constexpr std::uint8_t kMaxSectors = 128;  // 64 KiB

// AH of INT 13h/15h.
constexpr std::uint8_t kTypeNone = 0, kTypeFloppy = 1, kTypeFloppyChangeLine = 2, kTypeDisk = 3;

Status access(Request& request, Operation operation) {
  emu::Registers& regs = request.regs();
  Drive& drive = *request.drive;
  const std::uint8_t count = regs.al();
  const Chs chs = chs_in(regs);
  const Buffer buffer{regs.es_bx().linear()};
  // A call that is refused for its parameters keeps AL, as in SeaBIOS; else AL tells what was transferred.
  if (drive.drive_class == DriveClass::kCd || count == 0 || count > kMaxSectors) return kInvalid;
  Transferred done;
  if (!drive.ready()) {
    done.status = medium_status(drive);
  } else if (chs.sector == 0 || chs.cylinder >= drive.logical.cylinders || chs.head >= drive.logical.heads) {
    return kInvalid;
  } else if (drive.on_floppy_controller()) {
    done = floppy_access(request, operation, chs, count, buffer);
  } else {
    const auto lba = lba_of(drive.logical, chs);
    if (!lba) return kInvalid;
    done = transfer(request, operation, *lba, count, buffer);
  }
  regs.set_al(static_cast<std::uint8_t>(done.sectors));
  if (refused_by_drive(done)) request.call.take_time(request.bios.drives().refusal_time(drive));
  return done.status;
}

}  // namespace

Chs chs_in(const emu::Registers& regs) {
  return {static_cast<std::uint32_t>(regs.ch() | (regs.cl() & 0xC0) << 2), regs.dh(),
          static_cast<std::uint32_t>(regs.cl() & 0x3F)};
}

std::optional<std::uint64_t> lba_of(const devices::media::Geometry& g, const Chs& chs) {
  if (chs.cylinder >= g.cylinders || chs.head >= g.heads || chs.sector == 0 || chs.sector > g.sectors)
    return std::nullopt;
  return (std::uint64_t{chs.cylinder} * g.heads + chs.head) * g.sectors + chs.sector - 1;
}

Status read_chs(Request& request) { return access(request, Operation::kRead); }
Status write_chs(Request& request) { return access(request, Operation::kWrite); }
Status verify_chs(Request& request) { return access(request, Operation::kVerify); }

Status reset(Request& request) {
  if (request.drive->drive_class == DriveClass::kFloppy) reset_floppies(request);
  return kOk;
}

// The status of the call before; this call's own status is the same again.
Status last_status(Request& request) { return static_cast<Status>(request.bios.drives().status(request.regs().dl())); }

// INT 13h/08h. BIOSes keep the last cylinder of a hard disk back, for diagnostics, so the highest cylinder is
// two below the count (RBIL 13-08; SeaBIOS src/disk.c).
Status drive_parameters(Request& request) {
  const Drive& drive = *request.drive;
  emu::Registers& regs = request.regs();
  if (drive.drive_class == DriveClass::kCd) return kInvalid;
  const devices::media::Geometry& g = drive.logical;
  if (g.total() == 0) return kNotReady;
  const bool floppy = drive.drive_class == DriveClass::kFloppy;
  const std::uint32_t kept = floppy ? 1 : 2;
  const std::uint32_t cylinder = g.cylinders > kept ? g.cylinders - kept : 0;
  const int drives = request.call.vector() == 0x40 ? request.bios.drives().count(DriveClass::kFloppy)
                                                   : request.bios.drives().count(drive.drive_class);
  if (floppy) {
    regs.set_bx(drive.floppy_type);
    regs.set_real_segment(emu::Seg::kEs, rom::kSegment);
    regs.set_di(kRomDisketteTable);
  } else {
    request.unused_outputs = kBx | kEsDi;
  }
  regs.set_al(0);
  regs.set_ch(static_cast<std::uint8_t>(cylinder));
  regs.set_cl(static_cast<std::uint8_t>((cylinder >> 2 & 0xC0) | (g.sectors & 0x3F)));
  regs.set_dh(static_cast<std::uint8_t>(g.heads - 1));
  regs.set_dl(static_cast<std::uint8_t>(drives));
  return kOk;
}

// INT 13h/15h succeeds for a drive that does not exist: type 0.
Status drive_type(Request& request) {
  emu::Registers& regs = request.regs();
  const Drive* drive = request.drive;
  request.unused_outputs = kCx | kDx;
  if (!drive) {
    request.ah = kTypeNone;
  } else if (drive->drive_class != DriveClass::kHardDisk) {
    request.ah = drive->on_floppy_controller() ? kTypeFloppyChangeLine : kTypeFloppy;
  } else {
    const devices::media::Geometry& g = drive->logical;
    const std::uint32_t sectors = g.cylinders > 1 ? (g.cylinders - 1) * g.heads * g.sectors : 0;
    regs.set_cx(static_cast<std::uint16_t>(sectors >> 16));
    regs.set_dx(static_cast<std::uint16_t>(sectors));
    request.ah = kTypeDisk;
    request.unused_outputs = 0;
  }
  return kOk;
}

Status format_track(Request& request) {
  const Drive& drive = *request.drive;
  if (drive.drive_class == DriveClass::kCd) return kInvalid;
  if (drive.on_floppy_controller()) return format_floppy_track(request);
  if (drive.drive_class == DriveClass::kFloppy) return kWriteProtected;
  // ATA disks are low-level formatted by their makers; the command has done nothing since.
  const Chs chs = chs_in(request.regs());
  return lba_of(drive.logical, {chs.cylinder, chs.head, 1}) ? kOk : kInvalid;
}

// A CD has no cylinders, and is always where it should be.
Status seek_chs(Request& request) {
  Drive& drive = *request.drive;
  if (drive.drive_class == DriveClass::kFloppy) return kInvalid;
  if (drive.drive_class == DriveClass::kCd) return kOk;
  const Chs chs = chs_in(request.regs());
  const auto lba = lba_of(drive.logical, {chs.cylinder, chs.head, 1});
  if (!lba) return kSeekFailed;
  request.call.take_time(request.bios.drives().seek_time(drive, *lba, request.bios.clock().now()));
  return kOk;
}

Status disk_only(Request& request) { return request.drive->drive_class == DriveClass::kFloppy ? kInvalid : kOk; }

Status test_ready(Request& request) {
  if (request.drive->drive_class == DriveClass::kFloppy) return kInvalid;
  return medium_status(*request.drive);
}

}  // namespace bios::int13
