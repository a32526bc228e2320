#pragma once

#include "lib32/fs/file_system.h"
#include "stage2/base/format.h"
#include "stage2/disk/device_name.h"
#include "stage2/disk/disk.h"

/// Drives and file systems by name, opened when they are first asked for.
namespace stage2 {

/// A file, or a list of blocks such as (hd0,0)+1. Also a Source.
class OpenFile final : public lib32::Source {
 public:
  lib32::Status read(u64 offset, void* to, size_t length) override { return source_->read(offset, to, length); }
  u64 size() const override { return source_->size(); }
  /// Reads as read() does, and names the file when that fails.
  Result load(u64 offset, void* to, size_t length);

  Text path() const { return path_; }  ///< as it was asked for, with its device: "(hd0,0)/boot/x"
  const Device& device() const { return device_; }
  Disk& disk() const { return *disk_; }
  /// Where the volume begins on its drive, in bytes.
  u64 volume_offset() const { return volume_offset_; }
  /// Where a list of blocks begins on its drive, in bytes.
  u64 blocks_offset() const { return blocks_.offset(); }
  /// Null for a list of blocks.
  lib32::File* file() { return is_file_ ? &file_ : nullptr; }

 private:
  friend class Volumes;
  String path_;
  Device device_;
  Disk* disk_ = nullptr;
  u64 volume_offset_ = 0;
  bool is_file_ = false;
  lib32::File file_;
  Slice blocks_;
  lib32::Source* source_ = nullptr;
};

class Volumes {
 public:
  /// `boot_is_cd`: the drive that stage2 came from is a CD, whatever INT 13h says about it.
  Volumes(u8 boot_drive, bool boot_is_cd) : boot_drive_(boot_drive), boot_is_cd_(boot_is_cd) {}

  /// What (cd) means: the drive that stage2 came from when it is one, else the first CD drive; 0: there is none.
  u8 cd_drive();
  /// Every device that could hold a file system: drives without a table, and all partitions. The boot drive first.
  Vector<Device> candidates();
  /// Those of one drive.
  Vector<Device> candidates_on(u8 number);

  Result drive(u8 number, Disk*& disk);
  /// The bytes of a drive or a partition.
  Result source(const Device& device, Slice& slice);
  /// The file system of a device. Only kKept of them stay open: the pointer is good until others are asked for.
  Result file_system(const Device& device, lib32::FileSystem*& fs);

  /// `path` begins with a device, or is meant on `root`. "+N" and "FIRST+N" are blocks of 512 bytes (grub4dos:
  /// sectors).
  Result open(const Device& root, Text path, OpenFile& file);
  Result open_directory(const Device& root, Text path, lib32::Directory& directory);
  /// All of a text file, at most `limit` bytes.
  Result read_text(const Device& root, Text path, size_t limit, String& text);

  /// After a drive was mapped, exchanged or written to: everything is looked at again.
  void forget_all();

 private:
  static constexpr size_t kKept = 4;
  static constexpr size_t kArenaBytes = 80 * 1024;
  struct Mounted {
    Device device;
    Slice source;
    lib32::FileSystem* fs = nullptr;
    u8* memory = nullptr;
    u32 used = 0;
  };

  Result resolve(const Device& root, Text whole, Device& device, Text& path);
  Result open_blocks(const Device& device, Text blocks, OpenFile& file);

  u8 boot_drive_;
  bool boot_is_cd_;
  u8 cd_drive_ = 0;
  Vector<Disk*> drives_;
  Mounted mounted_[kKept];
  u32 clock_ = 0;
};

}  // namespace stage2
