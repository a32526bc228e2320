// INT 13h/41h-49h and 4Eh: the Enhanced Disk Drive functions (Phoenix EDD 3.0, T13 EDD-3 and EDD-4).
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "bios/int13.h"

namespace bios::int13 {

namespace {

constexpr std::uint8_t kVersion30 = 0x30;
constexpr std::uint16_t kCheckOut = 0xAA55;
// CX of INT 13h/41h.
constexpr std::uint16_t kSubsetAccess = 0x01, kSubsetRemovable = 0x02, kSubsetEdd = 0x04;

constexpr std::uint64_t kMaxBytes = 64 * 1024;     // of one transfer, as SeaBIOS and most BIOSes
constexpr std::uint64_t kMaxFlatSectors = 0xFFFF;  // of one with a 32-bit count

// The disk address packet.
struct Packet {
  static constexpr std::uint8_t kSize = 0x10;       // with seg:off buffer
  static constexpr std::uint8_t kSizeFlat = 0x18;   // with 64-bit buffer address
  static constexpr std::uint8_t kSizeCount = 0x1C;  // with 32-bit count (EDD-4)
  std::uint8_t size = 0;
  std::uint64_t lba = 0;
  std::uint64_t count = 0;
  bool wide_count = false;
  Buffer buffer;
};

Packet read_packet(const emu::Memory& memory, emu::FarPtr at) {
  Packet p;
  p.size = memory.read<std::uint8_t>(at);
  p.count = memory.read<std::uint16_t>(at.plus(2));
  const emu::FarPtr buffer{memory.read<std::uint16_t>(at.plus(6)), memory.read<std::uint16_t>(at.plus(4))};
  p.buffer = {buffer.linear()};
  p.lba = memory.read<std::uint64_t>(at.plus(8));
  if (p.size >= Packet::kSizeFlat && buffer == emu::FarPtr{0xFFFF, 0xFFFF}) {
    // What begins behind the end of the address space must not come round to its start.
    p.buffer = {std::min(memory.read<std::uint64_t>(at.plus(0x10)), emu::Memory::kAddressSpace), false};
  }
  if (p.size >= Packet::kSizeCount && (p.count & 0xFF) == 0xFF && !p.buffer.real_mode) {
    p.count = memory.read<std::uint32_t>(at.plus(0x18));
    p.wide_count = true;
  }
  return p;
}

void write_count(Request& request, const Packet& packet, std::uint64_t done) {
  const emu::FarPtr at = request.regs().ds_si();
  if (packet.wide_count) {
    request.memory().write(at.plus(0x18), static_cast<std::uint32_t>(done));
  } else {
    request.memory().write(at.plus(2), static_cast<std::uint16_t>(done));
  }
}

Status access(Request& request, Operation operation) {
  Drive& drive = *request.drive;
  const Packet packet = read_packet(request.memory(), request.regs().ds_si());
  if (packet.size < Packet::kSize) return kInvalid;
  if (!drive.ready()) return medium_status(drive);
  if (packet.count == 0) return kOk;
  // A disk's BIOS knows its size; a CD's asks the drive, which refuses (SeaBIOS: 0Ch).
  Transferred done{drive.drive_class == DriveClass::kCd ? kBadTrack : kInvalid, 0};
  if (packet.lba < drive.sectors) {
    const bool too_many =
        packet.wide_count ? packet.count > kMaxFlatSectors : packet.count * drive.sector_size > kMaxBytes;
    done =
        too_many ? Transferred{kDmaBoundary, 0} : transfer(request, operation, packet.lba, packet.count, packet.buffer);
  }
  if (done.sectors != packet.count) write_count(request, packet, done.sectors);
  if (refused_by_drive(done)) request.call.take_time(request.bios.drives().refusal_time(drive));
  return done.status;
}

// --- INT 13h/48h
// -----------------------------------------------------------------------------------------------------

constexpr std::uint16_t kSizeEdd1 = 0x1A, kSizeEdd2 = 0x1E, kSizeEdd3 = 0x42, kSizeEdd4 = 0x4A;
constexpr std::uint16_t kPathKey = 0xBEDD;

// Information flags.
constexpr std::uint16_t kInfoChsValid = 0x02, kInfoRemovable = 0x04, kInfoChangeLine = 0x10, kInfoLockable = 0x20,
                        kInfoNoMedium = 0x40;

// The result buffer. The device path starts at 1Eh.
class ResultBuffer {
 public:
  template <class T>
  void put(int at, T value) {
    std::memcpy(bytes_.data() + at, &value, sizeof(T));
  }
  void text(int at, std::string_view words) { std::copy(words.begin(), words.end(), bytes_.begin() + at); }
  // The byte that makes [first, at] sum to 0.
  void checksum(int first, int at) {
    std::uint8_t sum = 0;
    for (int i = first; i < at; ++i) sum = static_cast<std::uint8_t>(sum + bytes_[i]);
    bytes_[at] = static_cast<std::uint8_t>(-sum);
  }
  std::span<const std::uint8_t> first(std::size_t n) const { return std::span(bytes_).first(n); }

 private:
  std::array<std::uint8_t, kSizeEdd4> bytes_{};
};

void fill_geometry(const Drive& drive, ResultBuffer& out) {
  constexpr std::uint32_t kUnknown = 0xFFFF'FFFF;
  constexpr std::uint64_t kMaxCylinders = 16383;
  std::uint16_t flags = 0;
  devices::media::Geometry g = drive.physical;
  std::uint64_t sectors = drive.sectors;
  if (drive.drive_class != DriveClass::kHardDisk) flags |= kInfoRemovable | kInfoChangeLine;
  if (drive.drive_class == DriveClass::kCd) {
    flags |= kInfoLockable;
    g = {kUnknown, kUnknown, kUnknown};
  } else if (sectors <= kMaxCylinders * g.heads * g.sectors) {
    flags |= kInfoChsValid;
  }
  if (!drive.ready()) {
    flags |= kInfoNoMedium;
    sectors = ~std::uint64_t{0};
  }
  out.put<std::uint16_t>(2, flags);
  out.put<std::uint32_t>(4, g.cylinders);
  out.put<std::uint32_t>(8, g.heads);
  out.put<std::uint32_t>(12, g.sectors);
  out.put<std::uint64_t>(16, sectors);
  out.put<std::uint16_t>(24, static_cast<std::uint16_t>(drive.sector_size));
}

struct AtaChannel {
  std::uint16_t command, control;
  std::uint8_t irq;
};
constexpr AtaChannel kAtaChannels[] = {{0x1F0, 0x3F6, 14}, {0x170, 0x376, 15}};

// Device parameter table extension, in the EBDA; false when the drive is not on an ATA channel.
bool write_device_table(Request& request, emu::FarPtr& table) {
  const Drive& drive = *request.drive;
  const std::uint16_t ebda = request.bios.drives().ebda_segment();
  if (drive.unit >= 4 || ebda == 0) return false;
  // Options: bit 3 CHS translation, 4 LBA, 5 removable, 6 ATAPI, bits 10-9 type of translation (1 = LBA
  // assisted).
  std::uint16_t options = 0x10;
  if (drive.drive_class == DriveClass::kCd) {
    options |= 0x60;
  } else if (drive.logical != drive.physical) {
    options |= 0x08 | 0x200;
  }
  const AtaChannel& channel = kAtaChannels[drive.unit / 2];
  std::array<std::uint8_t, 16> t{};
  std::memcpy(t.data(), &channel.command, 2);
  std::memcpy(t.data() + 2, &channel.control, 2);
  t[4] = static_cast<std::uint8_t>(0xE0 | (drive.unit % 2 ? 0x10 : 0));  // device register: LBA, master or slave
  t[5] = 0xCB;                                                           // what real BIOSes have in this byte
  t[6] = channel.irq;
  t[7] = 1;  // sectors per interrupt
  std::memcpy(t.data() + 10, &options, 2);
  t[14] = 0x11;  // revision 1.1
  std::uint8_t sum = 0;
  for (std::uint8_t byte : t) sum = static_cast<std::uint8_t>(sum + byte);
  t[15] = static_cast<std::uint8_t>(-sum);
  table = {ebda, static_cast<std::uint16_t>(kEbdaDeviceTables + drive.unit * 16)};
  request.memory().write(emu::PhysAddr(table.linear()), t);
  return true;
}

void fill_device_path(const Drive& drive, bool t13, ResultBuffer& out) {
  out.put<std::uint16_t>(0x1E, kPathKey);
  out.put<std::uint8_t>(0x20, t13 ? 0x2C : 0x24);
  out.text(0x24, "ISA ");
  out.text(0x28, drive.drive_class == DriveClass::kCd ? "ATAPI   " : "ATA     ");
  out.put<std::uint16_t>(0x30, kAtaChannels[drive.unit / 2].command);
  out.put<std::uint8_t>(0x38, drive.unit % 2);
  out.checksum(0x1E, t13 ? 0x49 : 0x41);
}

}  // namespace

// A caller that puts something else than 55AAh in BX is answered all the same, as SeaBIOS does: EDD says what
// callers pass, and no error for those who do not.
Status edd_check(Request& request) {
  emu::Registers& regs = request.regs();
  regs.set_bx(kCheckOut);
  regs.set_cx(kSubsetAccess | kSubsetRemovable | kSubsetEdd);
  request.ah = kVersion30;
  request.unused_outputs = kDx;  // RBIL: DH is an extension version in some BIOSes
  return kOk;
}

Status edd_read(Request& request) { return access(request, Operation::kRead); }
Status edd_verify(Request& request) { return access(request, Operation::kVerify); }
Status edd_write(Request& request) {
  // AL: 0 or 1 without, 2 with verification, which these media never fail.
  return request.regs().al() > 2 ? kInvalid : access(request, Operation::kWrite);
}

Status edd_seek(Request& request) {
  Drive& drive = *request.drive;
  const Packet packet = read_packet(request.memory(), request.regs().ds_si());
  if (packet.size < Packet::kSize || packet.lba >= drive.sectors) return kInvalid;
  request.call.take_time(request.bios.drives().seek_time(drive, packet.lba, request.bios.clock().now()));
  return kOk;
}

Status edd_parameters(Request& request) {
  const Drive& drive = *request.drive;
  const emu::FarPtr at = request.regs().ds_si();
  const auto size = request.memory().read<std::uint16_t>(at);
  if (size < kSizeEdd1) return kInvalid;
  ResultBuffer out;
  std::uint16_t filled = kSizeEdd1;
  fill_geometry(drive, out);
  emu::FarPtr table;
  if (size >= kSizeEdd2 && write_device_table(request, table)) {
    filled = kSizeEdd2;
    out.put<std::uint16_t>(26, table.off);
    out.put<std::uint16_t>(28, table.seg);
    if (size >= kSizeEdd3) {
      filled = size >= kSizeEdd4 ? kSizeEdd4 : kSizeEdd3;
      fill_device_path(drive, filled == kSizeEdd4, out);
    }
  }
  out.put<std::uint16_t>(0, filled);
  request.memory().write(at, out.first(filled));
  return kOk;
}

Status edd_lock(Request& request) {
  Drive& drive = *request.drive;
  emu::Registers& regs = request.regs();
  if (!drive.removable()) return kOk;
  Status status = kOk;
  switch (regs.al()) {
    case 0:
      if (drive.locks == 0xFF) {
        status = kTooManyLocks;
      } else {
        ++drive.locks;
      }
      break;
    case 1:
      if (drive.locks == 0) {
        status = kNotLocked;
      } else {
        --drive.locks;
      }
      break;
    case 2: break;
    default: return kInvalid;
  }
  regs.set_al(drive.locks > 0 ? 1 : 0);
  return status;
}

Status edd_eject(Request& request) {
  Drive& drive = *request.drive;
  if (!drive.removable()) return kNotRemovable;
  if (!drive.ready()) return kNoMedia;
  if (drive.locks > 0) return kLocked;
  if (const auto& boot = request.bios.drives().cd_boot();
      boot && request.bios.drives().emulated() && boot->cd_drive == drive.number)
    return kLocked;  // its boot image is in use as a disk
  request.bios.drives().eject(drive);
  return kOk;
}

Status edd_media_change(Request& request) {
  Drive& drive = *request.drive;
  if (!drive.removable()) return kOk;
  if (!drive.changed) return kOk;
  drive.changed = false;
  return kChanged;
}

// INT 13h/4Eh: prefetch and transfer modes, which make no difference here.
Status edd_set_hardware(Request& request) {
  switch (request.regs().al()) {
    case 0x01:
    case 0x03:
    case 0x04:
    case 0x06:
      request.regs().set_al(0);  // no other drive is affected
      return kOk;
    default: return kInvalid;
  }
}

}  // namespace bios::int13
