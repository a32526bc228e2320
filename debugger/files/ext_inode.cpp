#include "debugger/files/ext_inode.h"

#include <algorithm>
#include <vector>

namespace debugger::files {

namespace {

class Mapper {
 public:
  Mapper(Walk& walk, const ExtSuper& sb, std::uint64_t size, Entry& data, Entry& map)
      : walk_(walk), block_size_(sb.block_size), volume_blocks_(sb.blocks), size_(size), data_(data), map_(map) {}

  void extents(const std::uint8_t* node, std::size_t bytes, unsigned max_depth);
  void indirect(const std::array<std::uint8_t, 60>& block);

 private:
  void leaf(const std::uint8_t* extent);
  void child(const std::uint8_t* index, unsigned depth);
  void level(std::uint32_t block, unsigned depth);
  void add_block(std::uint32_t block);
  bool load(std::uint64_t block, std::vector<std::uint8_t>& out);
  void add(std::uint64_t logical, std::uint64_t physical, std::uint64_t count);
  bool done() const { return walk_.stopped() || next_ * block_size_ >= size_; }

  Walk& walk_;
  std::uint64_t block_size_;
  std::uint64_t volume_blocks_;
  std::uint64_t size_;
  Entry& data_;
  Entry& map_;
  std::uint64_t next_ = 0;  ///< the first logical block not yet mapped
};

void Mapper::add(std::uint64_t logical, std::uint64_t physical, std::uint64_t count) {
  if (physical == 0 || physical >= volume_blocks_ || count > volume_blocks_ - physical) return walk_.incomplete();
  const std::uint64_t at = logical * block_size_;
  if (at >= size_) return;
  walk_.add_extent(data_, physical * block_size_, std::min(count * block_size_, size_ - at), at);
}

bool Mapper::load(std::uint64_t block, std::vector<std::uint8_t>& out) {
  out.resize(static_cast<std::size_t>(block_size_));
  if (block == 0 || block >= volume_blocks_ || !walk_.read(block * block_size_, out)) {
    walk_.incomplete();
    return false;
  }
  walk_.add_extent(map_, block * block_size_, block_size_, map_.size);
  map_.size += block_size_;
  return true;
}

/// A node of the extent tree: a header of 12 bytes and entries of 12 bytes (fs/ext4/ext4_extents.h).
void Mapper::extents(const std::uint8_t* node, std::size_t bytes, unsigned max_depth) {
  constexpr std::uint16_t kMagic = 0xF30A;
  constexpr std::size_t kEntry = 12;
  const std::size_t entries = le16(node + 2);
  const unsigned depth = le16(node + 6);
  if (le16(node) != kMagic || depth > max_depth || (entries + 1) * kEntry > bytes) return walk_.incomplete();
  for (std::size_t i = 1; i <= entries && walk_.work(); ++i) {
    const std::uint8_t* entry = node + i * kEntry;
    // The tree is sorted. One that goes back is damaged, and could make us walk the same node for ever.
    if (le32(entry) < next_) return walk_.incomplete();
    if (depth == 0) {
      leaf(entry);
    } else {
      child(entry, depth);
    }
  }
}

void Mapper::leaf(const std::uint8_t* extent) {
  constexpr std::uint32_t kMaxInitialised = 32768;  // a longer one is allocated, but reads as zero
  const std::uint64_t logical = le32(extent);
  std::uint32_t count = le16(extent + 4);
  if (count > kMaxInitialised) count -= kMaxInitialised;
  if (count == 0) return walk_.incomplete();
  add(logical, le32(extent + 8) | std::uint64_t{le16(extent + 6)} << 32, count);
  next_ = logical + count;
}

void Mapper::child(const std::uint8_t* index, unsigned depth) {
  std::vector<std::uint8_t> node;
  if (!load(le32(index + 4) | std::uint64_t{le16(index + 8)} << 32, node)) return;
  extents(node.data(), node.size(), depth - 1);
}

void Mapper::add_block(std::uint32_t block) {
  if (block != 0) add(next_, block, 1);
  ++next_;
}

/// An indirect block of `depth` levels: 1 holds the numbers of data blocks. Zero is a hole.
void Mapper::level(std::uint32_t block, unsigned depth) {
  const std::uint64_t per_block = block_size_ / 4;
  if (depth == 0) return add_block(block);
  std::vector<std::uint8_t> table;
  if (block == 0 || !load(block, table)) {
    std::uint64_t covered = 1;
    for (unsigned i = 0; i < depth; ++i) covered *= per_block;
    next_ += covered;
    return;
  }
  for (std::uint64_t i = 0; i < per_block && !done() && walk_.work(); ++i) level(le32(&table[i * 4]), depth - 1);
}

void Mapper::indirect(const std::array<std::uint8_t, 60>& block) {
  constexpr std::size_t kDirect = 12;
  for (std::size_t i = 0; i < 15 && !done(); ++i)
    level(le32(&block[i * 4]), i < kDirect ? 0 : static_cast<unsigned>(i - kDirect + 1));
}

}  // namespace

std::optional<ExtInode> read_ext_inode(Walk& walk, const ExtSuper& sb, std::uint32_t number) {
  if (number == 0 || number > sb.inodes) return std::nullopt;
  const std::uint32_t group = (number - 1) / sb.inodes_per_group;
  const std::uint32_t index = (number - 1) % sb.inodes_per_group;
  if (group >= sb.groups) return std::nullopt;
  std::array<std::uint8_t, 64> descriptor{};
  const bool wide = sb.descriptor_size >= 64;
  if (!walk.read(sb.descriptor_offset(group), std::span(descriptor).first(wide ? 64 : 32))) return std::nullopt;
  // bg_inode_table_lo at 8, _hi at 40.
  const std::uint64_t table = le32(&descriptor[8]) | std::uint64_t{wide ? le32(&descriptor[40]) : 0} << 32;
  if (table == 0 || table >= sb.blocks) return std::nullopt;
  std::array<std::uint8_t, 128> raw{};
  if (!walk.read(table * sb.block_size + std::uint64_t{index} * sb.inode_size, raw)) return std::nullopt;
  ExtInode inode;
  inode.mode = le16(&raw[0]);
  inode.size = le32(&raw[4]);
  // i_size_high is a directory's ACL block on ext2 and ext3.
  if (inode.regular()) inode.size |= std::uint64_t{le32(&raw[108])} << 32;
  inode.flags = le32(&raw[32]);
  std::copy_n(raw.begin() + 40, inode.block.size(), inode.block.begin());
  return inode;
}

void map_ext_inode(Walk& walk, const ExtSuper& sb, const ExtInode& inode, Entry& data, Entry& map) {
  constexpr unsigned kMaxExtentDepth = 5;     // EXT4_MAX_EXTENT_DEPTH
  constexpr std::uint64_t kFastSymlink = 60;  // shorter targets lie in the inode itself
  if (inode.inline_data() || (inode.symlink() && inode.size < kFastSymlink)) return;
  if (!inode.directory() && !inode.regular() && !inode.symlink()) return;
  Mapper mapper(walk, sb, std::min(inode.size, std::uint64_t{1} << 62), data, map);
  if ((inode.flags & ExtInode::kExtentsFlag) != 0) {
    mapper.extents(inode.block.data(), inode.block.size(), kMaxExtentDepth);
  } else {
    mapper.indirect(inode.block);
  }
}

}  // namespace debugger::files
