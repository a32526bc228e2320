#include "stage2/disk/partitions.h"

#include "lib32/memory.h"

namespace stage2 {
namespace {

using lib32::le16;
using lib32::le32;
using lib32::le64;
using lib32::Status;

constexpr u32 kTableAt = 446, kEntrySize = 16, kSignatureAt = 510;
constexpr u16 kSignature = 0xaa55;
constexpr u8 kActive = 0x80;
constexpr u8 kExtended = 0x05, kExtendedLba = 0x0f, kExtendedLinux = 0x85, kProtective = 0xee;
constexpr int kMostPartitions = 128;

// UEFI 2.9 §5.3.2, table 5-5: offsets in the header; §5.3.3, table 5-6: offsets in an entry
constexpr u32 kGptEntriesLba = 72, kGptEntryCount = 80, kGptEntrySize = 84;
constexpr u32 kGptFirst = 32, kGptLast = 40, kGptAttributes = 48;
constexpr u64 kLegacyBiosBootable = 4;
constexpr u32 kMostGptEntries = 1024;

struct Entry {
  u8 flags, type;
  u32 start, count;
};

Entry entry_at(const u8* sector, u32 index) {
  const u8* p = sector + kTableAt + index * kEntrySize;
  return {p[0], p[4], le32(p + 8), le32(p + 12)};
}

bool is_extended(u8 type) { return type == kExtended || type == kExtendedLba || type == kExtendedLinux; }

// A boot sector's code and text seldom look like four entries whose flags are 00h or 80h.
bool is_table(const u8* sector) {
  if (le16(sector + kSignatureAt) != kSignature) return false;
  u32 used = 0;
  for (u32 i = 0; i < 4; ++i) {
    const Entry entry = entry_at(sector, i);
    if (entry.flags & ~kActive) return false;
    if (entry.type != 0 && entry.count != 0) ++used;
  }
  return used != 0;
}

class Reader {
 public:
  Reader(lib32::Source& disk, u32 sector_size, Vector<Partition>& out)
      : disk_(disk), sector_size_(sector_size), out_(out) {}

  Status mbr(const u8* sector) {
    Status result;
    for (u32 i = 0; i < 4; ++i) {
      const Entry entry = entry_at(sector, i);
      if (entry.type == 0 || entry.count == 0) continue;
      add(int(i), entry, 0, i, 0);
      if (is_extended(entry.type) && result.ok()) result = logical(entry.start);
    }
    sort_logical_last();
    return result;
  }

  /// False when there is no table that makes sense.
  bool gpt(u64 header_lba) {
    u8 header[96];
    if (!read(header_lba, 0, header, sizeof header).ok() || memcmp(header, "EFI PART", 8) != 0) return false;
    const u64 entries = le64(header + kGptEntriesLba) * sector_size_;
    const u32 count = le32(header + kGptEntryCount), size = le32(header + kGptEntrySize);
    if (size < 128 || size > 4096 || count > kMostGptEntries) return false;
    for (u32 i = 0; i < count; ++i) {
      u8 entry[56];
      if (!disk_.read(entries + u64{i} * size, entry, sizeof entry).ok()) return false;
      static constexpr u8 kUnused[16] = {};
      const u64 first = le64(entry + kGptFirst), last = le64(entry + kGptLast);
      if (memcmp(entry, kUnused, 16) == 0 || last < first || first == 0) continue;
      Partition partition;
      partition.index = int(i);
      partition.start = first;
      partition.count = last - first + 1;
      partition.type = kProtective;
      partition.active = le64(entry + kGptAttributes) & kLegacyBiosBootable;
      partition.gpt_entry = entries + u64{i} * size;
      out_.push_back(partition);
    }
    return true;
  }

  Status read(u64 lba, u32 offset, void* to, size_t length) {
    return disk_.read(lba * sector_size_ + offset, to, length);
  }

 private:
  void add(int index, const Entry& entry, u64 base, u32 slot, u64 table) {
    Partition partition;
    partition.index = index;
    partition.start = base + entry.start;
    partition.count = entry.count;
    partition.type = entry.type;
    partition.active = entry.flags & kActive;
    partition.entry = slot;
    partition.table = table;
    out_.push_back(partition);
  }

  // Each extended boot record holds one partition, relative to itself, and the next record, relative to the first.
  Status logical(u64 first) {
    u64 at = first;
    for (int index = 4; index < kMostPartitions; ++index) {
      u8 sector[512];
      if (const Status status = read(at, 0, sector, sizeof sector); !status.ok()) return status;
      if (le16(sector + kSignatureAt) != kSignature) return {};
      u64 next = 0;
      for (u32 i = 0; i < 4; ++i) {
        const Entry entry = entry_at(sector, i);
        if (entry.type == 0 || entry.count == 0) continue;
        if (is_extended(entry.type)) {
          next = first + entry.start;
        } else {
          add(index, entry, at, i, at);
        }
      }
      if (next <= at) return {};
      at = next;
    }
    return {};
  }

  void sort_logical_last() {
    for (size_t i = 1; i < out_.size(); ++i)
      for (size_t j = i; j > 0 && out_[j].index < out_[j - 1].index; --j) swap(out_[j], out_[j - 1]);
  }

  lib32::Source& disk_;
  u32 sector_size_;
  Vector<Partition>& out_;
};

}  // namespace

Status read_partitions(lib32::Source& disk, u32 sector_size, TableKind& kind, Vector<Partition>& partitions) {
  kind = TableKind::kNone;
  partitions.clear();
  Reader reader(disk, sector_size, partitions);
  u8 sector[512];
  if (const Status status = reader.read(0, 0, sector, sizeof sector); !status.ok()) return status;
  if (!is_table(sector)) return {};
  for (u32 i = 0; i < 4; ++i) {
    if (entry_at(sector, i).type != kProtective) continue;
    const u64 size = disk.size();
    const bool has_end = size != lib32::Source::kUnknownSize && size >= 2 * sector_size;
    if (reader.gpt(1) || (has_end && reader.gpt((size >> lib32::log2(sector_size)) - 1))) {
      kind = TableKind::kGpt;
      return {};
    }
    partitions.clear();
  }
  kind = TableKind::kMbr;
  return reader.mbr(sector);
}

}  // namespace stage2
