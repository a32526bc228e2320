#include "lib32/fs/fat.h"

namespace lib32 {

namespace {

/// What the table says behind the last cluster of a chain; above it too (§4).
constexpr u32 end_mark(u32 bits) { return bits == 12 ? 0xFF8 : bits == 16 ? 0xFFF8 : 0x0FFFFFF8; }

constexpr u32 kChainEnd = 0;  // our own: no chain leads to cluster 0

}  // namespace

Status open_fat(Source& volume, Arena& arena, FileSystem*& out) {
  u8 sector[512];
  if (volume.size() < sizeof(sector)) return {Error::kNotFound, "too small for a FAT file system"};
  if (const Status status = volume.read(0, sector, sizeof(sector)); !status.ok()) return status;
  FatLayout layout;
  if (!layout.parse(sector)) return {Error::kNotFound, "no FAT file system"};
  Fat* const fat = new (arena) Fat(volume, arena, layout);
  if (fat == nullptr || !fat->ready()) return {Error::kNoMemory, "no memory for a file system"};
  out = fat;
  // A root directory that cannot be read has no label; find() will say why.
  static_cast<void>(fat->read_label());
  return {};
}

Fat::Fat(Source& volume, Arena& arena, const FatLayout& layout) : FileSystem(volume, arena), layout_(layout) {
  type_ = layout.bits == 12 ? "FAT12" : layout.bits == 16 ? "FAT16" : "FAT32";
  size_ = layout.size;
  block_size_ = 1u << layout.cluster_shift;
  if (layout.serial != 0) {
    NameWriter uuid(uuid_bytes_, sizeof(uuid_bytes_));
    for (int i = 3; i >= 0; --i) {
      uuid.add_hex(static_cast<u8>(layout.serial >> (8 * i)), true);
      if (i == 2) uuid.add('-');
    }
    uuid_ = uuid.text();
  }
}

Status Fat::load_node(const Entry& entry, Node& node) {
  node = entry.node;
  return {};
}

Status Fat::read_link(const Node&, NameWriter&) { return {Error::kUnsupported, "FAT has no symbolic links"}; }

/// The cluster after `cluster`, or kChainEnd. Every cluster of a chain passes here: a mark that moves on at
/// powers of two is met again soon after the chain has begun to repeat itself (Brent).
Status Fat::follow(u32 cluster, Cursor& cursor, u32& next) {
  u8 raw[4] = {};
  const u64 bit = u64{cluster} * layout_.bits;
  const Status status = metadata_.read(layout_.fat_offset + (bit >> 3), raw, layout_.bits == 32 ? 4 : 2);
  if (!status.ok()) return status;
  next = le32(raw);
  if (layout_.bits == 12) next = (cluster % 2 != 0 ? next >> 4 : next) & 0xFFF;
  if (layout_.bits == 32) next &= 0x0FFFFFFF;
  if (next >= end_mark(layout_.bits)) {
    next = kChainEnd;
    return {};
  }
  if (!is_cluster(next)) return {Error::kDamaged, "a cluster chain that leads out of the volume"};
  if (next == cursor.marked || next == cluster) return {Error::kDamaged, "a cluster chain that runs in a circle"};
  if (power_of_two(++cursor.steps)) cursor.marked = next;
  return {};
}

/// The run that follows `cursor.run` (the first one when its length is 0) and goes on to `end`, if it can.
Status Fat::next_run(const Node& node, u64 end, Cursor& cursor) {
  const u64 size = u64{1} << layout_.cluster_shift;
  u32 cluster = 0;
  if (cursor.run.length == 0) {
    if (node.place >> 32 != 0 || !is_cluster(static_cast<u32>(node.place)))
      return {Error::kDamaged, "a file whose first cluster is not on the volume"};
    cluster = cursor.marked = static_cast<u32>(node.place);
    cursor.steps = 0;
  } else if (const Status status = follow(cursor.cluster, cursor, cluster); !status.ok()) {
    return status;
  }
  cursor.run = {cursor.run.file_offset + cursor.run.length, 0, 0, false};
  if (cluster == kChainEnd) return {};
  cursor.run.volume_offset = cluster_offset(cluster);
  cursor.run.length = size;
  cursor.cluster = cluster;
  while (cursor.run.file_offset + cursor.run.length < end) {
    // Looking ahead leaves the cursor as it is when the next cluster begins another run.
    Cursor ahead = cursor;
    if (const Status status = follow(cursor.cluster, ahead, cluster); !status.ok()) return status;
    if (cluster != cursor.cluster + 1) break;
    ahead.cluster = cluster;
    ahead.run.length += size;
    cursor = ahead;
  }
  return {};
}

/// A chain may be longer than its file; but it must end, or the file has been reading itself again.
Status Fat::check_end(const Cursor& cursor) {
  Cursor ahead = cursor;
  for (u32 cluster = cursor.cluster; cluster != kChainEnd;)
    if (const Status status = follow(cluster, ahead, cluster); !status.ok()) return status;
  return {};
}

Status Fat::map(const Node& node, u64 offset, u64 length, Cursor& cursor) {
  if (node.kind == Kind::kDirectory && node.place == 0) {
    cursor.run = {0, layout_.root_offset, layout_.root_size, false};
    return {};
  }
  const bool file = node.kind == Kind::kFile;
  if (file && node.size > u64{layout_.clusters} << layout_.cluster_shift)
    return {Error::kDamaged, "a file that is larger than its volume"};
  if (offset < cursor.run.file_offset) cursor = {};
  do {
    if (const Status status = next_run(node, min(node.size, offset + length), cursor); !status.ok()) return status;
    if (cursor.run.length == 0) {
      if (file) return {Error::kDamaged, "a cluster chain that is shorter than its file"};
      return {};
    }
  } while (offset >= cursor.run.file_offset + cursor.run.length);
  const u64 end = cursor.run.file_offset + cursor.run.length;
  if (file && end >= node.size) {
    if (const Status status = check_end(cursor); !status.ok()) return status;
    cursor.run.length -= end - node.size;
  }
  return {};
}

}  // namespace lib32
