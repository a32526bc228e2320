#include "stage2/disk/bios_disk.h"

#include "lib32/memory.h"
#include "stage2/bios.h"

extern "C" stage2::u8 disk_buffer_address[] asm("disk_buffer");  // link.ld

namespace stage2 {
namespace {

// INT 13h functions, AH in the upper byte (RBIL 13-00 to 13-4B; EDD 3.0 §4; El Torito 1.0 §4)
constexpr u32 kReset = 0x0000, kReadChs = 0x0200, kWriteChs = 0x0300, kGetParameters = 0x0800,
              kCheckExtensions = 0x4100, kReadLba = 0x4200, kWriteLba = 0x4300, kGetExtended = 0x4800,
              kCdStatus = 0x4b01;
constexpr u16 kExtensionsMagic = 0x55aa, kExtensionsAnswer = 0xaa55;
constexpr u16 kFixedDiskSubset = 1;
constexpr u32 kMostSectorBits = 48;  // ATA-6
constexpr u32 kAttempts = 3;
constexpr u8 kGenericFailure = 0xff, kCorrected = 0x11, kInvalidFunction = 0x01;
constexpr u32 kBdaEquipment = 0x410, kBdaHardDisks = 0x475;
constexpr u8 kFirstCd = 0xe0, kLastCd = 0xef;

struct [[gnu::packed]] AddressPacket {
  u8 size = 16, reserved = 0;
  u16 count;
  u16 offset, segment;
  u64 lba;
};

struct [[gnu::packed]] ExtendedParameters {  // EDD 1.1, table 8: 26 bytes; later versions go on
  u16 size = 26, flags = 0;
  u32 cylinders = 0, heads = 0, sectors_per_track = 0;
  u64 sectors = 0;
  u16 sector_size = 0;
};

struct [[gnu::packed]] CdSpecification {  // El Torito 1.0, figure 7
  u8 size = 0x13, media = 0, drive = 0, controller = 0;
  u32 lba = 0;
  u16 device = 0, buffer = 0, segment = 0, count = 0;
  u8 chs[3] = {};
};

// A copy below 1 MiB is needed of whatever the BIOS reads or writes; the stack is there.
template <class T>
void point_ds_si(Regs& regs, T& at) {
  const u32 address = reinterpret_cast<u32>(&at);
  regs.ds = u16(address >> 4);
  regs.esi = address & 15;
}

// 11h: the data is good, the error was corrected (RBIL table 00234)
u8 status_of(const Regs& regs) {
  if (!regs.carry() || regs.ah() == kCorrected) return 0;
  return regs.ah() != 0 ? regs.ah() : kGenericFailure;
}

void reset(u8 drive) {
  Regs regs;
  regs.eax = kReset;
  regs.edx = drive;
  bios_call(0x13, regs);
}

bool has_extensions(u8 drive) {
  Regs regs;
  regs.eax = kCheckExtensions;
  regs.ebx = kExtensionsMagic;
  regs.edx = drive;
  bios_call(0x13, regs);
  return !regs.carry() && regs.bx() == kExtensionsAnswer && (regs.cx() & kFixedDiskSubset);
}

bool plausible_sector_size(u32 size) { return size >= 512 && size <= 4096 && lib32::power_of_two(size); }

bool extended_parameters(DriveInfo& info) {
  ExtendedParameters parameters;
  Regs regs;
  regs.eax = kGetExtended;
  regs.edx = info.number;
  point_ds_si(regs, parameters);
  bios_call(0x13, regs);
  if (regs.carry()) return false;
  if (plausible_sector_size(parameters.sector_size)) info.sector_size = parameters.sector_size;
  // SeaBIOS says 2^64-1 of a CD
  info.sectors = parameters.sectors >> kMostSectorBits == 0 ? parameters.sectors : 0;
  return true;
}

// A no-emulation CD drive says so itself; an emulated floppy or disk is what it emulates.
bool is_cd_drive(u8 drive) {
  CdSpecification specification;
  Regs regs;
  regs.eax = kCdStatus;
  regs.edx = drive;
  point_ds_si(regs, specification);
  bios_call(0x13, regs);
  return !regs.carry() && specification.drive == drive && (specification.media & 0x0f) == 0;
}

bool drive_parameters(DriveInfo& info) {
  Regs regs;
  regs.eax = kGetParameters;
  regs.edx = info.number;
  bios_call(0x13, regs);
  if (regs.carry()) return false;
  info.sectors_per_track = regs.cx() & 0x3f;
  info.heads = u32(regs.dx() >> 8) + 1;
  info.cylinders = (u32(regs.cx() >> 8) | u32(regs.cx() & 0xc0) << 2) + 1;
  return info.sectors_per_track != 0;
}

// INT 13h/08h of a floppy tells what the drive can do, not what is in it: the BPB knows better.
void geometry_from_bpb(DriveInfo& info) {
  u64 lba = 0;
  u8 status;
  if (!read_sectors(info, lba, 1, status)) return;
  const u8* sector = disk_buffer();
  const u32 bytes = lib32::le16(sector + 11), per_track = lib32::le16(sector + 24), heads = lib32::le16(sector + 26);
  const u32 total = lib32::le16(sector + 19);
  if (bytes != 512 || per_track == 0 || per_track > 63 || heads == 0 || heads > 2 || total == 0) return;
  const u32 cylinders = total / (per_track * heads);
  if (cylinders < 20 || cylinders > 90) return;
  info.sectors_per_track = per_track;
  info.heads = heads;
  info.cylinders = cylinders;
  info.sectors = total;
}

u8 transfer_lba(const DriveInfo& info, u64 lba, u32 count, bool write) {
  AddressPacket packet;
  packet.count = u16(count);
  packet.offset = 0;
  packet.segment = u16(reinterpret_cast<u32>(disk_buffer()) >> 4);
  packet.lba = lba;
  Regs regs;
  regs.eax = write ? kWriteLba : kReadLba;
  regs.edx = info.number;
  point_ds_si(regs, packet);
  bios_call(0x13, regs);
  return status_of(regs);
}

u8 transfer_chs(const DriveInfo& info, u64 lba, u32 count, u32 buffer_offset, bool write) {
  const u32 per_cylinder = info.heads * info.sectors_per_track;
  const auto [cylinder, rest] = lib32::divide(lba, per_cylinder);
  if (cylinder >= 1024) return 0x04;  // beyond what 10 bits reach: as a BIOS says it
  Regs regs;
  regs.eax = (write ? kWriteChs : kReadChs) | count;
  regs.ecx = u32(cylinder & 0xff) << 8 | u32(cylinder >> 8) << 6 | (rest % info.sectors_per_track + 1);
  regs.edx = (rest / info.sectors_per_track) << 8 | info.number;
  const u32 address = reinterpret_cast<u32>(disk_buffer()) + buffer_offset;
  regs.es = u16(address >> 4);
  bios_call(0x13, regs);
  return status_of(regs);
}

// One attempt at all sectors; `done` says how many of them went well.
u8 transfer(const DriveInfo& info, u64 lba, u32 count, bool write, u32& done) {
  done = 0;
  if (info.has_edd || info.is_cd) {
    const u8 status = transfer_lba(info, lba, count, write);
    if (status == 0) done = count;
    return status;
  }
  if (info.sectors_per_track == 0) return kGenericFailure;
  while (done < count) {  // no BIOS is sure to go on with the next track
    const u32 in_track = lib32::divide(lba + done, info.sectors_per_track).remainder;
    const u32 part = lib32::min(count - done, info.sectors_per_track - in_track);
    const u8 status = transfer_chs(info, lba + done, part, done * 512, write);
    if (status != 0) return status;
    done += part;
  }
  return 0;
}

// Every attempt but the first begins with a reset.
u8 transfer_patiently(const DriveInfo& info, u64 lba, u32 count, bool write) {
  u8 status = 0;
  u32 done;
  for (u32 attempt = 0; attempt < kAttempts; ++attempt) {
    if (attempt != 0) reset(info.number);
    status = transfer(info, lba, count, write, done);
    if (status == 0 || status == kInvalidFunction) break;
  }
  return status;
}

bool move_sectors(DriveInfo& info, u64& lba, u32 count, u8& status, bool write) {
  status = transfer_patiently(info, lba, count, write);
  if (status == 0 || count == 1) return status == 0;
  // Some BIOSes want small transfers; and the one bad sector is to be found. Each lands at the start of the buffer.
  u8* const buffer = disk_buffer();
  u8* const whole = new u8[count * info.sector_size];
  memcpy(whole, buffer, count * info.sector_size);
  u32 done = 0;
  for (; done < count; ++done) {
    u8* part = whole + done * info.sector_size;
    if (write) memcpy(buffer, part, info.sector_size);
    status = transfer_patiently(info, lba + done, 1, write);
    if (status != 0) break;
    if (!write) memcpy(part, buffer, info.sector_size);
  }
  if (done < count) {
    lba += done;
  } else {
    memcpy(buffer, whole, count * info.sector_size);
  }
  delete[] whole;
  return done == count;
}

}  // namespace

u8* disk_buffer() { return disk_buffer_address; }

bool read_sectors(DriveInfo& info, u64& lba, u32 count, u8& status) {
  return move_sectors(info, lba, count, status, false);
}

bool write_sectors(DriveInfo& info, u64& lba, u32 count, u8& status) {
  return move_sectors(info, lba, count, status, true);
}

bool probe_drive(u8 number, bool known_as_cd, DriveInfo& info) {
  info = {};
  info.number = number;
  const bool floppy = number < 0x80;
  info.has_edd = has_extensions(number);
  const bool told = info.has_edd && extended_parameters(info);
  // A hybrid ISO on a disk is started as from a CD, so what is known counts only where the BIOS does not object.
  const bool cd =
      info.sector_size == 2048 ? !floppy : (known_as_cd && !told) || (number >= 0x80 && is_cd_drive(number));
  if (cd) {
    info.is_cd = true;
    info.sector_size = 2048;
    return true;
  }
  if (info.has_edd) return true;
  if (!drive_parameters(info)) return false;
  if (!floppy) return true;  // 08h may hide the last cylinder: the size remains unknown
  info.sectors = u64{info.cylinders} * info.heads * info.sectors_per_track;
  geometry_from_bpb(info);
  return true;
}

const char* status_words(u8 status) {
  switch (status) {
    case 0x01: return "invalid function or parameter";
    case 0x02: return "address mark not found";
    case 0x03: return "write-protected";
    case 0x04: return "sector not found";
    case 0x05: return "reset failed";
    case 0x06: return "medium changed";
    case 0x08: return "DMA overrun";
    case 0x09: return "transfer across a 64 KiB boundary";
    case 0x0a: return "bad sector";
    case 0x0c: return "unknown medium";
    case 0x10: return "uncorrectable error";
    case 0x11: return "corrected error";
    case 0x20: return "controller failure";
    case 0x31: return "no medium";
    case 0x40: return "seek failed";
    case 0x80: return "time-out, the drive is not ready";
    case 0xaa: return "drive not ready";
    case 0xbb: return "undefined error";
    case 0xcc: return "write fault";
    case 0xe0: return "status error";
    default: return "failed";
  }
}

Vector<u8> list_drives(u8 boot_drive) {
  Vector<u8> drives;
  const u8 equipment = *physical<const volatile u8>(kBdaEquipment);
  const u8 floppies = (equipment & 1) ? u8((equipment >> 6) + 1) : u8(0);
  for (u8 i = 0; i < floppies; ++i) drives.push_back(i);
  const u8 disks = *physical<const volatile u8>(kBdaHardDisks);
  for (u8 i = 0; i < disks && i < 32; ++i) drives.push_back(u8(0x80 + i));
  for (u32 number = kFirstCd; number <= kLastCd; ++number)
    if (number == boot_drive || has_extensions(u8(number))) drives.push_back(u8(number));
  bool has_boot_drive = false;
  for (const u8 drive : drives) has_boot_drive |= drive == boot_drive;
  if (!has_boot_drive) drives.push_back(boot_drive);
  return drives;
}

}  // namespace stage2
