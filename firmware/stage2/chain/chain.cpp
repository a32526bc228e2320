#include "stage2/chain/chain.h"

#include "lib32/memory.h"
#include "stage2/bios.h"
#include "stage2/chain/boot_sector.h"
#include "stage2/chain/el_torito.h"
#include "stage2/console/console.h"
#include "stage2/map/emulation.h"
#include "stage2/memory/heap.h"
#include "stage2/relocator/hand_off.h"

namespace stage2 {
namespace {

constexpr u32 kBootAddress = 0x7c00;
constexpr u32 kPartitionEntry = 0x7be;  // in an MBR that has moved itself to 0600h, as the usual ones do
constexpr u32 kBdaMemorySize = 0x413;   // KiB below the extended BIOS data area
constexpr u32 kCdSector = 2048;
constexpr u8 kNoPartition = 0xff;
// What a GPT partition's boot sector is given (Syslinux, doc/gpt.txt): an MBR's entry of this type, a dword with the
// size of the GPT's entry, that entry; and EAX.
constexpr u8 kGptEntryType = 0xed;
constexpr u32 kMbrEntryBytes = 16, kGptEntryBytes = 128;
constexpr u32 kGptHandOver = 0x54504721;  // '!GPT'

u32 low_memory_end() { return u32{*physical<const volatile u16>(kBdaMemorySize)} << 10; }

// Loads one chain; the parts share what they load from and into.
class Loader {
 public:
  Loader(Session& session, const ChainOptions& options, Chain& chain)
      : session_(session), options_(options), chain_(chain) {}

  Result run(Text what);

 private:
  Result device(const Device& device);
  Result whole_disk(const Device& device, Disk& disk);
  Result partition(const Device& device, Disk& disk);
  Result cd(const Device& device, Disk& disk);
  Result file(Text path);
  Result boot_file(OpenFile& file, u8* bytes);
  Result isolinux(OpenFile& file, u8* bytes);
  Result loader_file(OpenFile& file, const Convention& convention, u8* bytes);
  Result boot_sector_of(const Device& device, u32 to);
  Result check_signature(Text name, const u8* sector);
  Result read(Text name, lib32::Source& source, u64 offset, u32 to, u32 length, u8*& bytes);
  Result find(const Device& device, Disk& disk, Partition& found);
  Result hand_over_entry(Text name, Disk& disk, const Partition& partition);
  void fix(Text name, u8* sector, u64 start, u8 number);
  void start_at(u32 address, u8 number);

  Session& session_;
  const ChainOptions& options_;
  Chain& chain_;
};

// A device alone, or its first block.
bool is_device_alone(Text path) { return path.empty() || path == Text("+1"); }

Result Loader::run(Text what) {
  Device named = session_.root();
  bool has_device;
  Text path;
  const u8 cd_number = starts_with(what, "(cd") ? session_.volumes.cd_drive() : u8(0);
  if (Result result = split_path(what, cd_number, named, has_device, path); !result.ok()) return result;
  if (is_device_alone(path) && (has_device || path == Text("+1"))) return device(named);
  return file(what);
}

Result Loader::read(Text name, lib32::Source& source, u64 offset, u32 to, u32 length, u8*& bytes) {
  const u32 end = low_memory_end();
  if (to + length > end)
    return fail("{}: {} bytes at {:x}h reach beyond {:x}h, where the BIOS keeps its data", name, length, to, end);
  bytes = chain_.add(to, length);
  if (bytes == nullptr) return fail("{}: not enough memory for {} bytes", name, length);
  if (const lib32::Status status = source.read(offset, bytes, length); !status.ok())
    return fail("{}: {}", name, status.words());
  return {};
}

Result Loader::check_signature(Text name, const u8* sector) {
  if (options_.force || has_boot_signature(sector)) return {};
  return fail("{} is not bootable: 55 AA is missing at 1FEh; --force starts it all the same", name);
}

void Loader::start_at(u32 address, u8 number) {
  Handoff& handoff = chain_.handoff;
  handoff.ip = address;  // in segment 0
  handoff.esp = kBootAddress;
  handoff.edx = options_.has_drive ? options_.drive : number;
}

// --- devices

Result Loader::device(const Device& device) {
  Disk* disk;
  if (Result result = session_.volumes.drive(device.drive, disk); !result.ok()) return result;
  if (disk->info().is_cd) return cd(device, *disk);
  return device.partition == kWholeDrive ? whole_disk(device, *disk) : partition(device, *disk);
}

Result Loader::whole_disk(const Device& device, Disk& disk) {
  const String name = device_name(device);
  u8* sector;
  if (Result result = read(name, disk, 0, kBootAddress, disk.info().sector_size, sector); !result.ok()) return result;
  if (Result result = check_signature(name, sector); !result.ok()) return result;
  start_at(kBootAddress, device.drive);
  return {};
}

Result Loader::find(const Device& device, Disk& disk, Partition& found) {
  TableKind kind;
  const Vector<Partition>* list;
  if (const lib32::Status status = disk.partitions(kind, list); !status.ok()) return fail("{}", status.words());
  for (const Partition& partition : *list)
    if (partition.index == device.partition) {
      found = partition;
      if (kind == TableKind::kGpt) found.type = kGptEntryType;
      return {};
    }
  return fail("there is no partition {}", device_name(device));
}

void Loader::fix(Text name, u8* sector, u64 start, u8 number) {
  const BpbChange change = fix_bpb(sector, start, options_.has_drive ? options_.drive : number);
  if (change.hidden_sectors)
    print("{}: its boot sector says that it begins at sector {}; corrected in memory to {}\n", name,
          change.old_hidden_sectors, start);
}

// As an MBR starts it: DL, and DS:SI and DS:BP on the partition's entry.
Result Loader::partition(const Device& device, Disk& disk) {
  const String name = device_name(device);
  Partition found;
  if (Result result = find(device, disk, found); !result.ok()) return result;
  const u32 size = disk.info().sector_size;
  u8* sector;
  if (Result result = read(name, disk, found.start << disk.sector_shift(), kBootAddress, size, sector); !result.ok())
    return result;
  if (Result result = check_signature(name, sector); !result.ok()) return result;
  fix(name, sector, found.start, device.drive);
  start_at(kBootAddress, device.drive);
  return hand_over_entry(name, disk, found);
}

// DS:SI and DS:BP.
Result Loader::hand_over_entry(Text name, Disk& disk, const Partition& partition) {
  const bool gpt = partition.gpt_entry != 0;
  u8* entry = chain_.add(kPartitionEntry, gpt ? kMbrEntryBytes + 4 + kGptEntryBytes : kMbrEntryBytes);
  make_partition_entry(partition.type, partition.start, partition.count, entry);
  chain_.handoff.esi = chain_.handoff.ebp = kPartitionEntry;
  if (!gpt) return {};
  entry[kMbrEntryBytes] = u8(kGptEntryBytes);
  if (const lib32::Status status = disk.read(partition.gpt_entry, entry + kMbrEntryBytes + 4, kGptEntryBytes);
      !status.ok())
    return fail("{}: {}", name, status.words());
  chain_.handoff.eax = kGptHandOver;
  return {};
}

Result Loader::cd(const Device& device, Disk& disk) {
  const String name = device_name({device.drive, kWholeDrive});
  BootEntry entry;
  if (Result result = read_boot_entry(name, disk, entry); !result.ok()) return result;
  if (entry.media != 0) {
    u8 emulated;
    if (Result result = emulate_boot_image(session_, device.drive, entry, emulated); !result.ok()) return result;
    Disk* image;  // the hook has changed what drives there are
    if (Result result = session_.volumes.drive(emulated, image); !result.ok()) return result;
    return whole_disk({emulated, kWholeDrive}, *image);
  }
  u8* bytes;
  if (Result result = read(name, disk, entry.offset, u32{entry.segment} << 4, entry.bytes, bytes); !result.ok())
    return result;
  start_at(kBootAddress, device.drive);
  if (u32{entry.segment} << 4 == kBootAddress) return {};  // BIOSes enter the usual place as 0000:7C00
  chain_.handoff.cs = entry.segment;
  chain_.handoff.ip = 0;
  return {};
}

// --- files

Result Loader::boot_sector_of(const Device& device, u32 to) {
  const String name = device_name(device);
  Slice volume;
  Disk* disk;
  if (Result result = session_.volumes.source(device, volume); !result.ok()) return result;
  if (Result result = session_.volumes.drive(device.drive, disk); !result.ok()) return result;
  u8* sector;
  if (Result result = read(name, volume, 0, to, kBootSectorBytes, sector); !result.ok()) return result;
  fix(name, sector, volume.offset() >> disk->sector_shift(), device.drive);
  return {};
}

Result Loader::loader_file(OpenFile& file, const Convention& convention, u8* bytes) {
  if (convention.boot_sector != 0)
    if (Result result = boot_sector_of(file.device(), convention.boot_sector); !result.ok()) return result;
  Handoff& handoff = chain_.handoff;
  start_at(convention.ip, file.device().drive);
  handoff.cs = convention.cs;
  handoff.ds = convention.data_segment;
  handoff.ss = convention.stack_segment;
  handoff.esp = convention.stack;
  handoff.ebp = convention.base_pointer;
  if (convention.drive_in_bl) handoff.ebx = handoff.edx;
  const u8 partition = file.device().partition == kWholeDrive ? kNoPartition : u8(file.device().partition);
  if (convention.partition_in_dh) handoff.edx |= u32{partition} << 8;
  if (convention.partition_at != 0 && convention.partition_at < file.size()) bytes[convention.partition_at] = partition;
  print("{}: {}, {} bytes\n", file.path(), convention.name, file.size());
  return {};
}

// ISOLINUX reads the rest of itself and its files by the table.
Result Loader::isolinux(OpenFile& file, u8* bytes) {
  if (!file.disk().info().is_cd)
    return fail("{} starts from a CD drive alone: boot the CD, or map its image", file.path());
  lib32::Extent extent;
  bool done = false;
  if (file.file() == nullptr) return fail("{} is no file", file.path());
  if (const lib32::Status status = file.file()->next_extent(extent, done); !status.ok())
    return fail("{}: {}", file.path(), status.words());
  const u32 lba = u32((file.volume_offset() + extent.volume_offset) / kCdSector);
  put_boot_info_table(bytes, u32(file.size()), lba);
  start_at(kBootAddress, file.device().drive);
  print("{}: boot file of a CD, at its sector {}\n", file.path(), lba);
  return {};
}

// A boot sector, perhaps with more behind it.
Result Loader::boot_file(OpenFile& file, u8* bytes) {
  if (file.size() < kBootSectorBytes && !options_.force)
    return fail("{} is no boot sector: it has {} bytes", file.path(), file.size());
  if (file.size() >= kBootSectorBytes)
    if (Result result = check_signature(file.path(), bytes); !result.ok()) return result;
  start_at(kBootAddress, file.device().drive);
  Disk* disk;
  Partition found;
  if (file.device().partition == kWholeDrive) return {};
  if (Result result = session_.volumes.drive(file.device().drive, disk); !result.ok()) return result;
  if (Result result = find(file.device(), *disk, found); !result.ok()) return result;
  u8* entry = chain_.add(kPartitionEntry, 16);
  make_partition_entry(found.type, found.start, found.count, entry);
  chain_.handoff.esi = chain_.handoff.ebp = kPartitionEntry;
  return {};
}

Result Loader::file(Text path) {
  OpenFile file;
  if (Result result = session_.volumes.open(session_.root(), path, file); !result.ok()) return result;
  u8 head[kBootSectorBytes + 8];
  const u32 length = u32(lib32::min<u64>(sizeof head, file.size()));
  if (length == 0) return fail("{} is empty", file.path());
  if (file.size() > low_memory_end())
    return fail("{} has {} bytes: too much for a boot loader", file.path(), file.size());
  if (Result result = file.load(0, head, length); !result.ok()) return result;

  const bool for_cd = is_isolinux(path) || (file.disk().info().is_cd && has_boot_info_table(head, u32(file.size())));
  const Convention* convention = options_.convention;
  if (convention == nullptr && !for_cd && !options_.has_segment) convention = find_convention(path, head, length);
  u32 to = convention != nullptr ? u32{convention->segment} << 4 : kBootAddress;
  if (options_.has_segment) to = (u32{options_.segment} << 4) + options_.offset;
  u8* bytes;
  if (Result result = read(file.path(), file, 0, to, u32(file.size()), bytes); !result.ok()) return result;
  if (options_.has_segment) {
    start_at(options_.offset, file.device().drive);
    chain_.handoff.cs = options_.segment;
    return {};
  }
  if (convention != nullptr) return loader_file(file, *convention, bytes);
  return for_cd ? isolinux(file, bytes) : boot_file(file, bytes);
}

}  // namespace

Chain::~Chain() {
  for (Piece& piece : pieces_) delete[] piece.bytes;
}

u8* Chain::add(u32 to, u32 length) {
  if (length > 4096 && !heap_has_room(length + 64 * 1024)) return nullptr;
  pieces_.push_back({new u8[length + 4], length, to});  // a whole last dword, for the boot information table
  memset(pieces_.back().bytes, 0, length + 4);
  return pieces_.back().bytes;
}

Result Chain::boot(Session& session) {
  Relocator relocator;
  for (const Piece& piece : pieces_) relocator.move(reinterpret_cast<u32>(piece.bytes), piece.to, piece.length);
  return hand_off(session, relocator, handoff);
}

Result chain_load(Session& session, Text what, const ChainOptions& options, Chain*& chain) {
  chain = new Chain;
  Result result = Loader(session, options, *chain).run(what);
  if (!result.ok()) {
    delete chain;
    chain = nullptr;
  }
  return result;
}

}  // namespace stage2
