#include "stage2/disk/disk.h"

#include "lib32/memory.h"
#include "stage2/disk/device_name.h"
#include "stage2/memory/heap.h"

namespace stage2 {
namespace {

using lib32::Error;
using lib32::Status;

// One cache line: a floppy's track is 9 KiB, and a directory or a piece of a FAT seldom stands alone.
constexpr u32 kLineBytes = 8192;
constexpr u32 kMostLines = 64;

struct Line {
  u8 drive = 0;
  u32 length = 0;  ///< 0: empty
  u32 used = 0;    ///< when it was last asked for
  u64 block = 0;
  u8* bytes = nullptr;
};

constinit Line lines[kMostLines];
constinit u32 line_count = 0;
constinit u32 clock = 0;

Line* find_line(u8 drive, u64 block) {
  for (u32 i = 0; i < line_count; ++i)
    if (lines[i].length != 0 && lines[i].drive == drive && lines[i].block == block) return &lines[i];
  return nullptr;
}

// New lines while the heap is at least half free of them, then the one that was not used for the longest time.
Line& line_to_fill() {
  if (line_count < kMostLines && (line_count == 0 || heap_free_bytes() > kLineBytes * 2 * (line_count + 8))) {
    lines[line_count].bytes = new u8[kLineBytes];
    return lines[line_count++];
  }
  Line* oldest = &lines[0];
  for (u32 i = 1; i < line_count; ++i)
    if (lines[i].used < oldest->used) oldest = &lines[i];
  return *oldest;
}

// The words of a read error live until the next one.
String& error_words() {
  static constinit String* words = nullptr;
  if (words == nullptr) words = new String;
  return *words;
}

}  // namespace

Status Disk::failure(const char* doing, u64 lba, u8 status) {
  error_words() = format("{} sector {} of {}: {}, BIOS status {:02x}h", doing, lba,
                         device_name({info_.number, kWholeDrive}), status_words(status), status);
  return {Error::kRead, error_words().c_str()};
}

u64 Disk::size() const { return info_.sectors == 0 ? kUnknownSize : info_.sectors << sector_shift(); }

Status Disk::read_direct(u64 lba, u8* to, u32 count) {
  const u32 most = kDiskBufferBytes >> sector_shift();
  while (count != 0) {
    const u32 part = lib32::min(count, most);
    u64 at = lba;
    u8 status;
    if (!read_sectors(info_, at, part, status)) return failure("reading", at, status);
    memcpy(to, disk_buffer(), part << sector_shift());
    lba += part;
    to += part << sector_shift();
    count -= part;
  }
  return {};
}

// A line may be short at the end of the medium.
Status Disk::cached_block(u64 block, const u8*& bytes, u32& length) {
  Line* line = find_line(info_.number, block);
  if (line == nullptr) {
    const u64 lba = block * (kLineBytes >> sector_shift());
    u32 count = kLineBytes >> sector_shift();
    if (info_.sectors > lba && info_.sectors - lba < count) count = u32(info_.sectors - lba);
    line = &line_to_fill();
    line->length = 0;
    if (const Status status = read_direct(lba, line->bytes, count); !status.ok()) return status;
    line->drive = info_.number;
    line->block = block;
    line->length = count << sector_shift();
  }
  line->used = ++clock;
  bytes = line->bytes;
  length = line->length;
  return {};
}

Status Disk::read(u64 offset, void* to, size_t length) {
  u8* out = static_cast<u8*>(to);
  if (length > size() || offset > size() - length) {
    error_words() =
        format("sector {} of {} lies beyond its end, which is at {}", (offset + length - 1) >> sector_shift(),
               device_name({info_.number, kWholeDrive}), info_.sectors);
    return {Error::kRead, error_words().c_str()};
  }
  while (length != 0) {
    const u32 in_line = u32(offset & (kLineBytes - 1));
    size_t part;
    if (in_line == 0 && length >= 2 * kLineBytes) {
      part = length & ~size_t{info_.sector_size - 1};
      if (const Status status = read_direct(offset >> sector_shift(), out, u32(part >> sector_shift())); !status.ok())
        return status;
    } else {
      const u8* bytes;
      u32 available;
      part = lib32::min<size_t>(length, kLineBytes - in_line);
      const Status status = cached_block(offset >> lib32::log2(kLineBytes), bytes, available);
      if (status.ok() && in_line + part <= available) {
        memcpy(out, bytes + in_line, part);
      } else if (const Status exact = read_exactly(offset, out, part); !exact.ok()) {
        return exact;
      }
    }
    offset += part;
    out += part;
    length -= part;
  }
  return {};
}

// A neighbour of what is wanted may be unreadable, or beyond a medium's unknown end: only what is asked for counts.
Status Disk::read_exactly(u64 offset, u8* out, size_t length) {
  while (length != 0) {
    const u32 in_sector = u32(offset & (info_.sector_size - 1));
    const size_t part = lib32::min<size_t>(length, info_.sector_size - in_sector);
    u64 lba = offset >> sector_shift();
    u8 status;
    if (!read_sectors(info_, lba, 1, status)) return failure("reading", lba, status);
    memcpy(out, disk_buffer() + in_sector, part);
    offset += part;
    out += part;
    length -= part;
  }
  return {};
}

Status Disk::write(u64 lba, const void* from, u32 count) {
  const u8* in = static_cast<const u8*>(from);
  for (u32 i = 0; i < line_count; ++i)
    if (lines[i].drive == info_.number) lines[i].length = 0;
  for (; count != 0; --count, ++lba, in += info_.sector_size) {
    memcpy(disk_buffer(), in, info_.sector_size);
    u64 at = lba;
    u8 status;
    if (!write_sectors(info_, at, 1, status)) return failure("writing", at, status);
  }
  return {};
}

Status Disk::partitions(TableKind& kind, const Vector<Partition>*& list) {
  if (!has_partitions_) {
    if (const Status status = read_partitions(*this, info_.sector_size, table_, partitions_); !status.ok())
      return status;
    has_partitions_ = true;
  }
  kind = table_;
  list = &partitions_;
  return {};
}

void Disk::forget() {
  has_partitions_ = false;
  for (u32 i = 0; i < line_count; ++i)
    if (lines[i].drive == info_.number) lines[i].length = 0;
}

Status Slice::read(u64 offset, void* to, size_t length) {
  if (length > size_ || offset > size_ - length) return {Error::kRead, "it ends before what was to be read"};
  return of_->read(offset_ + offset, to, length);
}

}  // namespace stage2
