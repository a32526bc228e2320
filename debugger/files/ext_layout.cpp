#include "debugger/files/ext_layout.h"

#include <fmt/core.h>

#include <algorithm>

#include "debugger/files/walk.h"

namespace debugger::files {

namespace {

constexpr std::uint16_t kMagic = 0xEF53;

bool power_of(std::uint32_t n, std::uint32_t base) {
  while (n > 1 && n % base == 0) n /= base;
  return n == 1;
}

bool consistent(const ExtSuper& sb) {
  return sb.blocks_per_group != 0 && sb.inodes_per_group != 0 && power_of_two(sb.inode_size) && sb.inode_size >= 128 &&
         sb.inode_size <= sb.block_size && power_of_two(sb.descriptor_size) && sb.descriptor_size >= 32 &&
         sb.descriptor_size <= sb.block_size && sb.first_data_block < sb.blocks && sb.blocks < std::uint64_t{1} << 46 &&
         sb.inodes != 0;
}

}  // namespace

bool ExtSuper::group_has_super(std::uint32_t group) const {
  if (group == 0) return true;
  if ((compat & kCompatSparseSuper2) != 0) return group == backup_groups[0] || group == backup_groups[1];
  if ((ro_compat & kRoCompatSparseSuper) == 0) return true;
  return group == 1 || power_of(group, 3) || power_of(group, 5) || power_of(group, 7);
}

std::uint32_t ExtSuper::descriptor_blocks() const {
  const std::uint32_t all = groups / descriptors_per_block() + (groups % descriptors_per_block() != 0 ? 1 : 0);
  return (incompat & kIncompatMetaBg) != 0 ? std::min(all, first_meta_bg) : all;
}

std::uint64_t ExtSuper::descriptor_offset(std::uint32_t group) const {
  const std::uint32_t per_block = descriptors_per_block();
  const std::uint32_t index = group / per_block;
  // Behind the superblock's block: number 1 when blocks have 1 KB, even where bigalloc counts from block 0.
  const std::uint32_t super_block = block_size == 1024 ? 1 : 0;
  std::uint64_t block = std::uint64_t{super_block} + 1 + index;
  if ((incompat & kIncompatMetaBg) != 0 && index >= first_meta_bg) {
    // A meta block group keeps its descriptors in its own first group.
    const std::uint32_t first = index * per_block;
    block = group_first_block(first) + (group_has_super(first) ? 1 : 0);
  }
  return block * block_size + std::uint64_t{group % per_block} * descriptor_size;
}

std::string ExtSuper::type() const {
  if ((incompat & (kIncompatExtents | kIncompat64Bit | kIncompatFlexBg)) != 0 || (ro_compat & kRoCompatExt4) != 0)
    return "ext4";
  return (compat & kCompatHasJournal) != 0 ? "ext3" : "ext2";
}

std::optional<ExtSuper> parse_ext_super(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kExtSuperSize) return std::nullopt;
  const std::uint8_t* s = bytes.data();
  if (le16(s + 56) != kMagic || le32(s + 24) > 6) return std::nullopt;  // s_log_block_size: at most 64 KB
  ExtSuper sb;
  sb.inodes = le32(s);
  sb.blocks = le32(s + 4);
  sb.first_data_block = le32(s + 20);
  sb.block_size = 1024u << le32(s + 24);
  sb.blocks_per_group = le32(s + 32);
  sb.inodes_per_group = le32(s + 40);
  if (le32(s + 76) != 0) {  // s_rev_level: 0 knows none of the following
    sb.inode_size = le16(s + 88);
    sb.compat = le32(s + 92);
    sb.incompat = le32(s + 96);
    sb.ro_compat = le32(s + 100);
    sb.uuid = uuid_text(s + 104);
    sb.label = text_field(s + 120, 16);
    sb.reserved_gdt_blocks = le16(s + 206);
    sb.journal_inode = le32(s + 224);
    sb.first_meta_bg = le32(s + 260);
    sb.backup_groups[0] = le32(s + 588);
    sb.backup_groups[1] = le32(s + 592);
  }
  if ((sb.incompat & ExtSuper::kIncompat64Bit) != 0) {
    sb.blocks |= std::uint64_t{le32(s + 336)} << 32;
    sb.descriptor_size = le16(s + 254);
  }
  if (!consistent(sb)) return std::nullopt;
  const std::uint64_t groups = (sb.blocks - sb.first_data_block + sb.blocks_per_group - 1) / sb.blocks_per_group;
  if (groups > 0xFFFFFFFF) return std::nullopt;
  sb.groups = static_cast<std::uint32_t>(groups);
  return sb;
}

}  // namespace debugger::files
