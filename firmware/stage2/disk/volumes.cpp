#include "stage2/disk/volumes.h"

#include "lib32/memory.h"

namespace stage2 {
namespace {

using lib32::Status;

constexpr u32 kBlock = 512;
constexpr u8 kFirstHardDisk = 0x80;

}  // namespace

Result OpenFile::load(u64 offset, void* to, size_t length) {
  if (const Status status = read(offset, to, length); !status.ok()) return fail("{}: {}", path_, status.words());
  return {};
}

u8 Volumes::cd_drive() {
  if (cd_drive_ != 0) return cd_drive_;
  if (boot_is_cd_) return cd_drive_ = boot_drive_;
  for (const u8 number : list_drives(boot_drive_)) {
    Disk* disk;
    if (number >= kFirstHardDisk && drive(number, disk).ok() && disk->info().is_cd) return cd_drive_ = number;
  }
  return 0;
}

Vector<Device> Volumes::candidates() {
  Vector<Device> devices = candidates_on(boot_drive_);
  for (const u8 number : list_drives(boot_drive_))
    if (number != boot_drive_)
      for (const Device& device : candidates_on(number)) devices.push_back(device);
  return devices;
}

Vector<Device> Volumes::candidates_on(u8 number) {
  Vector<Device> devices;
  Disk* disk;
  TableKind kind;
  const Vector<Partition>* list;
  if (!drive(number, disk).ok()) return devices;
  if (!disk->info().is_cd && disk->partitions(kind, list).ok() && kind != TableKind::kNone)
    for (const Partition& partition : *list) devices.push_back({number, partition.index});
  devices.push_back({number, kWholeDrive});
  return devices;
}

Result Volumes::drive(u8 number, Disk*& disk) {
  for (Disk* known : drives_)
    if (known->number() == number) {
      disk = known;
      return {};
    }
  DriveInfo info;
  if (!probe_drive(number, boot_is_cd_ && number == boot_drive_, info))
    return fail("there is no drive {}, or no medium in it", device_name({number, kWholeDrive}));
  disk = new Disk(info);
  drives_.push_back(disk);
  return {};
}

Result Volumes::source(const Device& device, Slice& slice) {
  Disk* disk;
  if (Result result = drive(device.drive, disk); !result.ok()) return result;
  if (device.partition == kWholeDrive) {
    slice = Slice(disk, 0, disk->size());
    return {};
  }
  TableKind kind;
  const Vector<Partition>* list;
  if (const Status status = disk->partitions(kind, list); !status.ok()) return fail("{}", status.words());
  for (const Partition& partition : *list)
    if (partition.index == device.partition) {
      slice = Slice(disk, partition.start << disk->sector_shift(), partition.count << disk->sector_shift());
      return {};
    }
  return fail("{} has {}", device_name({device.drive, kWholeDrive}),
              kind == TableKind::kNone ? String("no partitions") : format("no partition {}", device.partition));
}

Result Volumes::file_system(const Device& device, lib32::FileSystem*& fs) {
  Mounted* slot = &mounted_[0];
  for (Mounted& mounted : mounted_) {
    if (mounted.fs != nullptr && mounted.device == device) {
      mounted.used = ++clock_;
      fs = mounted.fs;
      return {};
    }
    if (mounted.used < slot->used) slot = &mounted;
  }
  slot->fs = nullptr;
  slot->used = 0;
  if (Result result = source(device, slot->source); !result.ok()) return result;
  if (slot->memory == nullptr) slot->memory = new u8[kArenaBytes];
  lib32::Arena arena(slot->memory, kArenaBytes);
  if (const Status status = lib32::FileSystem::open(slot->source, arena, fs); !status.ok())
    return fail("{}: {}", device_name(device), status.words());
  slot->device = device;
  slot->fs = fs;
  slot->used = ++clock_;
  return {};
}

Result Volumes::resolve(const Device& root, Text whole, Device& device, Text& path) {
  device = root;
  bool has_device;
  const bool needs_cd = starts_with(whole, "(cd");
  return split_path(whole, needs_cd ? cd_drive() : u8(0), device, has_device, path);
}

Result Volumes::open_blocks(const Device& device, Text blocks, OpenFile& file) {
  const size_t plus = find(blocks, '+');
  u64 first = 0, count = 0;
  if ((plus != 0 && !parse_number(blocks.first(plus), first)) || !parse_number(blocks.from(plus + 1), count) ||
      count == 0 || (first >> 48) != 0 || (count >> 32) != 0)
    return fail("`{}`: blocks are written +COUNT or FIRST+COUNT", blocks);
  Slice whole;
  if (Result result = source(device, whole); !result.ok()) return result;
  const u32 size = file.disk_->info().is_cd ? file.disk_->info().sector_size : kBlock;
  file.blocks_ = Slice(file.disk_, whole.offset() + first * size, count * size);
  file.source_ = &file.blocks_;
  file.is_file_ = false;
  return {};
}

Result Volumes::open(const Device& root, Text whole, OpenFile& file) {
  Text path;
  if (Result result = resolve(root, whole, file.device_, path); !result.ok()) return result;
  if (Result result = drive(file.device_.drive, file.disk_); !result.ok()) return result;
  const bool blocks = !path.empty() && path[0] != '/' && find(path, '+') < path.size;
  const bool needs_slash = !path.empty() && path[0] != '/' && !blocks;
  file.path_ = format("{}{}{}", device_name(file.device_), needs_slash ? "/" : "", path);
  if (blocks) return open_blocks(file.device_, path, file);
  if (path.empty()) return fail("{}: a file is wanted here", device_name(file.device_));
  lib32::FileSystem* fs;
  if (Result result = file_system(file.device_, fs); !result.ok()) return result;
  Slice whole_volume;
  if (Result result = source(file.device_, whole_volume); !result.ok()) return result;
  file.volume_offset_ = whole_volume.offset();
  if (const Status status = fs->open_file(path, file.file_); !status.ok())
    return fail("{}: {}", file.path_, status.words());
  file.source_ = &file.file_;
  file.is_file_ = true;
  return {};
}

Result Volumes::open_directory(const Device& root, Text whole, lib32::Directory& directory) {
  Device device;
  Text path;
  if (Result result = resolve(root, whole, device, path); !result.ok()) return result;
  lib32::FileSystem* fs;
  if (Result result = file_system(device, fs); !result.ok()) return result;
  if (const Status status = fs->open_directory(path, directory); !status.ok())
    return fail("{}{}: {}", device_name(device), path, status.words());
  return {};
}

Result Volumes::read_text(const Device& root, Text path, size_t limit, String& text) {
  OpenFile file;
  if (Result result = open(root, path, file); !result.ok()) return result;
  if (file.size() > limit) return fail("{} has {} bytes; more than {} are no text", file.path(), file.size(), limit);
  text.clear();
  constexpr size_t kPart = 4096;
  char part[kPart];
  for (u64 at = 0; at < file.size();) {
    const size_t length = size_t(lib32::min<u64>(kPart, file.size() - at));
    if (Result result = file.load(at, part, length); !result.ok()) return result;
    text.append(Text(part, length));
    at += length;
  }
  return {};
}

void Volumes::forget_all() {
  for (Disk* disk : drives_) {
    disk->forget();
    delete disk;
  }
  drives_.clear();
  cd_drive_ = 0;
  for (Mounted& mounted : mounted_) {
    mounted.fs = nullptr;
    mounted.used = 0;
  }
}

}  // namespace stage2
