// From a file's bytes to the disk's: extents, indirect blocks, data kept in the inode.
#include "lib32/fs/ext.h"

namespace lib32 {

namespace {

// An extent tree's node: a header and entries of 12 bytes each (ext4_extents.h).
constexpr u32 kEntrySize = 12;
constexpr u16 kExtentMagic = 0xF30A;
constexpr u32 kMaxDepth = 5;
constexpr u32 kMaxInitialised = 32768;  // a longer extent is allocated but reads as zeros

constexpr u32 kDirect = 12;  // pointers in i_block to data; three more to blocks of pointers

// Extended attributes in the inode's body (xattr.h)
constexpr u32 kAttributeMagic = 0xEA020000;
constexpr u32 kAttributeEntry = 16;
constexpr u8 kSystemIndex = 7;  // the prefix "system."

}  // namespace

Status Ext::map(const Node& node, u64 offset, u64 length, Cursor& cursor) {
  Extent& run = cursor.run;
  run = {};
  if (node.size == 0) return {};
  Status status;
  const u64 block = offset >> layout_.block_shift;
  if ((node.flags & kExtInlineData) != 0) {
    status = map_inline(node, offset, run);
  } else if (block >> 32 != 0) {
    set_hole(block, node.size, run);  // no map reaches so far
  } else if ((node.flags & kExtExtents) != 0) {
    status = map_extents(node, static_cast<u32>(block), run);
  } else {
    const u64 count = ((offset + length - 1) >> layout_.block_shift) - block + 1;
    status = map_indirect(node, static_cast<u32>(block), count, run);
  }
  if (run.length > node.size - run.file_offset) run.length = node.size - run.file_offset;
  return status;
}

Status Ext::set_run(u64 first, u64 physical, u64 count, Extent& run) const {
  if (physical == 0 || physical >= layout_.blocks || count > layout_.blocks - physical)
    return {Error::kDamaged, "a block of the file is not on the volume"};
  run = {first << layout_.block_shift, physical << layout_.block_shift, count << layout_.block_shift, false};
  return {};
}

/// Zeros from block `first` to the byte `end`.
void Ext::set_hole(u64 first, u64 end, Extent& run) const {
  const u64 begin = first << layout_.block_shift;
  run = {begin, 0, end - begin, true};
}

/// The tree is descended from its root in the inode. Each node is searched for the last entry that begins at
/// or before `block`; `limit` is where the next one begins.
Status Ext::map_extents(const Node& node, u32 block, Extent& run) {
  const Status damaged(Error::kDamaged, "a malformed extent tree");
  u64 base = 0;  // of the node's block; the root is in `node`
  u64 limit = u64{1} << 32;
  u32 depth = kMaxDepth + 1;
  const auto read = [&](u32 index, u8* to) {
    if (base != 0) return metadata_.read(base + index * kEntrySize, to, kEntrySize);
    memcpy(to, node.map + index * kEntrySize, kEntrySize);
    return Status();
  };
  for (;;) {
    u8 entry[kEntrySize];
    if (const Status status = read(0, entry); !status.ok()) return status;
    const u32 count = le16(entry + 2), here = le16(entry + 6);
    const u32 room = base == 0 ? kExtInlineMap : block_size_;
    if (le16(entry) != kExtentMagic || (count + 1) * kEntrySize > room) return damaged;
    if (base == 0 ? here > kMaxDepth : here != depth - 1) return damaged;
    depth = here;
    u32 low = 0,
        high = count + 1;  // entry `low` begins at or before the block (0: none does), entry `high` behind it
    while (high - low > 1) {
      const u32 middle = (low + high) / 2;
      if (const Status status = read(middle, entry); !status.ok()) return status;
      if (le32(entry) <= block) {
        low = middle;
      } else {
        high = middle;
        limit = le32(entry);
      }
    }
    if (low == 0) break;
    if (const Status status = read(low, entry); !status.ok()) return status;
    if (depth != 0) {
      const u64 child = le32(entry + 4) | u64{le16(entry + 8)} << 32;
      if (child == 0 || child >= layout_.blocks) return damaged;
      base = child << layout_.block_shift;
      continue;
    }
    const u32 first = le32(entry);
    u32 length = le16(entry + 4);
    const bool zeros = length > kMaxInitialised;
    if (zeros) length -= kMaxInitialised;
    if (block - first >= length) break;
    if (!zeros) return set_run(first, le32(entry + 8) | u64{le16(entry + 6)} << 32, length, run);
    limit = u64{first} + length;
    break;
  }
  set_hole(block, limit == u64{1} << 32 ? node.size : min(node.size, limit << layout_.block_shift), run);
  return {};
}

/// Follows the pointers to `block`, and then as many neighbours in the same array of pointers as lie together
/// on the disk, up to `count`.
Status Ext::map_indirect(const Node& node, u32 block, u64 count, Extent& run) {
  const u32 shift = layout_.block_shift - 2;  // log2 of the pointers in a block
  u32 levels = 0;
  u64 within = block;  // index among the data blocks below the pointer at hand
  u32 slot = block;
  if (block >= kDirect) {
    within -= kDirect;
    for (levels = 1; levels <= 3 && within >> (shift * levels) != 0; ++levels) within -= u64{1} << (shift * levels);
    if (levels > 3) return {Error::kDamaged, "a file that is larger than its map of blocks"};
    slot = kDirect + levels - 1;
  }
  u32 pointer = le32(node.map + slot * 4);
  u64 array = 0;  // where the pointer at hand lies; 0: in the inode
  u64 left = kDirect - slot;
  for (; levels > 0 && pointer != 0; --levels) {
    if (pointer >= layout_.blocks) return {Error::kDamaged, "a block of pointers is not on the volume"};
    const u64 index = within >> (shift * (levels - 1));
    within -= index << (shift * (levels - 1));
    array = (u64{pointer} << layout_.block_shift) + index * 4;
    left = (u64{1} << shift) - index;
    u8 raw[4];
    if (const Status status = metadata_.read(array, raw, sizeof(raw)); !status.ok()) return status;
    pointer = le32(raw);
  }
  if (levels > 0) {  // a hole as large as what the missing block of pointers would have led to
    const u64 end = block + ((u64{1} << (shift * levels)) - within);
    set_hole(block, min(node.size, end << layout_.block_shift), run);
    return {};
  }
  u64 length = 1;
  for (; length < min(left, count); ++length) {
    u8 raw[4];
    if (array == 0) {
      memcpy(raw, node.map + (slot + length) * 4, 4);
    } else if (const Status status = metadata_.read(array + length * 4, raw, sizeof(raw)); !status.ok()) {
      return status;
    }
    if (le32(raw) != (pointer == 0 ? 0 : pointer + length)) break;
  }
  if (pointer != 0) return set_run(block, pointer, length, run);
  set_hole(block, min(node.size, (block + length) << layout_.block_shift), run);
  return {};
}

/// Small files lie in i_block, and what does not fit there in the attribute system.data.
Status Ext::map_inline(const Node& node, u64 offset, Extent& run) {
  u64 at = 0;
  if (const Status status = find_inode(node.place, at); !status.ok()) return status;
  if (offset < kExtInlineMap) {
    run = {0, at + kExtInlineMapAt, kExtInlineMap, false};
    return {};
  }
  u32 length = 0;
  if (const Status status = find_inline_rest(at, at, length); !status.ok()) return status;
  // What is not there reads as zeros, as in Linux: mke2fs makes such files.
  const u64 end = u64{kExtInlineMap} + length;
  run = offset < end ? Extent{kExtInlineMap, at, length, false} : Extent{end, 0, node.size - end, true};
  return {};
}

Status Ext::find_inline_rest(u64 inode, u64& offset, u32& length) {
  u8 raw[kAttributeEntry + 4];
  const u32 size = layout_.inode_size;
  length = 0;
  if (size <= 128 + 4) return {};
  if (const Status status = metadata_.read(inode + 128, raw, 4); !status.ok()) return status;
  u32 at = 128u + le16(raw);  // i_extra_isize
  if (at + 4 > size) return {};
  if (const Status status = metadata_.read(inode + at, raw, 4); !status.ok()) return status;
  if (le32(raw) != kAttributeMagic) return {};
  at += 4;
  const u32 values = at;
  while (at + kAttributeEntry + 4 <= size) {
    if (const Status status = metadata_.read(inode + at, raw, sizeof(raw)); !status.ok()) return status;
    const u32 name_length = raw[0];
    if (le32(raw) == 0) return {};
    if (raw[1] == kSystemIndex && name_length == 4 && memcmp(raw + kAttributeEntry, "data", 4) == 0) {
      if (le32(raw + 4) != 0) return {Error::kUnsupported, "the file's end is in another inode"};  // e_value_inum
      const u32 value = le16(raw + 2), value_size = le32(raw + 8);
      if (value > size - values || value_size > size - values - value) return {};
      offset = inode + values + value;
      length = value_size;
      return {};
    }
    at += (kAttributeEntry + name_length + 3) & ~3u;
  }
  return {};
}

}  // namespace lib32
