#pragma once

#include "lib32/source.h"
#include "stage2/disk/bios_disk.h"
#include "stage2/disk/partitions.h"

namespace stage2 {

/// A drive as bytes. Small reads go through a cache that all drives share; large ones go to the drive as they are.
class Disk final : public lib32::Source {
 public:
  explicit Disk(const DriveInfo& info) : info_(info) {}

  lib32::Status read(u64 offset, void* to, size_t length) override;
  u64 size() const override;
  /// Whole sectors. What is cached of the drive is forgotten.
  lib32::Status write(u64 lba, const void* from, u32 count);

  const DriveInfo& info() const { return info_; }
  u8 number() const { return info_.number; }
  u32 sector_shift() const { return lib32::log2(info_.sector_size); }
  /// The drive's partitions; read at the first call.
  lib32::Status partitions(TableKind& kind, const Vector<Partition>*& list);
  /// Another medium, or another table: everything about the drive is asked again.
  void forget();

 private:
  lib32::Status read_direct(u64 lba, u8* to, u32 count);
  lib32::Status read_exactly(u64 offset, u8* out, size_t length);
  lib32::Status cached_block(u64 block, const u8*& bytes, u32& length);
  lib32::Status failure(const char* doing, u64 lba, u8 status);

  DriveInfo info_;
  bool has_partitions_ = false;
  TableKind table_ = TableKind::kNone;
  Vector<Partition> partitions_;
};

/// A part of a Source; reading past its end fails.
class Slice final : public lib32::Source {
 public:
  Slice() = default;
  Slice(lib32::Source* of, u64 offset, u64 size) : of_(of), offset_(offset), size_(size) {}
  lib32::Status read(u64 offset, void* to, size_t length) override;
  u64 size() const override { return size_; }
  u64 offset() const { return offset_; }

 private:
  lib32::Source* of_ = nullptr;
  u64 offset_ = 0;
  u64 size_ = 0;
};

}  // namespace stage2
