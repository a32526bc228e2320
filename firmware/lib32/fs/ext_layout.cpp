#include "lib32/fs/ext.h"

namespace lib32 {

namespace {

constexpr u16 kMagic = 0xEF53;
constexpr u32 kMaxBlockShift = 16;

bool power_of(u32 n, u32 base) {
  while (n > 1 && n % base == 0) n /= base;
  return n == 1;
}

}  // namespace

bool ExtLayout::parse(const u8* s) {
  if (le16(s + 56) != kMagic || le32(s + 24) > kMaxBlockShift - 10) return false;
  inodes = le32(s);
  blocks = le32(s + 4);
  first_data_block = le32(s + 20);
  block_shift = 10 + le32(s + 24);
  blocks_per_group = le32(s + 32);
  inodes_per_group = le32(s + 40);
  u32 descriptor_size = 32;
  if (le32(s + 76) != 0) {  // s_rev_level: 0 knows none of the following
    inode_size = le16(s + 88);
    compat = le32(s + 92);
    incompat = le32(s + 96);
    ro_compat = le32(s + 100);
    first_meta_bg = le32(s + 260);
    backup_groups[0] = le32(s + 588);
    backup_groups[1] = le32(s + 592);
  }
  if ((incompat & kIncompat64Bit) != 0) {
    blocks |= u64{le32(s + 336)} << 32;
    descriptor_size = le16(s + 254);
  }
  if (blocks_per_group == 0 || inodes_per_group == 0 || inodes == 0 || !power_of_two(inode_size) || inode_size < 128 ||
      inode_size > block_size() || !power_of_two(descriptor_size) || descriptor_size < 32 ||
      descriptor_size > block_size() || first_data_block >= blocks || blocks >= u64{1} << 46)
    return false;
  descriptor_shift = log2(descriptor_size);
  return true;
}

bool ExtLayout::group_has_super(u32 group) const {
  if (group == 0) return true;
  if ((compat & kCompatSparseSuper2) != 0) return group == backup_groups[0] || group == backup_groups[1];
  if ((ro_compat & kRoCompatSparseSuper) == 0) return true;
  return group == 1 || power_of(group, 3) || power_of(group, 5) || power_of(group, 7);
}

u64 ExtLayout::descriptor_offset(u32 group) const {
  const u32 per_block_shift = block_shift - descriptor_shift;
  const u32 index = group >> per_block_shift;
  const u32 super_block = block_shift == 10 ? 1 : 0;
  u64 block = u64{super_block} + 1 + index;
  if ((incompat & kIncompatMetaBg) != 0 && index >= first_meta_bg) {
    // A meta block group keeps its descriptors in its own first group, behind a copy of the superblock if it
    // has one.
    const u32 first = index << per_block_shift;
    block = first_data_block + u64{first} * blocks_per_group + (group_has_super(first) ? 1 : 0);
    if (first == 0 && first_data_block < super_block) ++block;  // bigalloc counts the boot block in
  }
  const u32 within = group & ((1u << per_block_shift) - 1);
  return (block << block_shift) + (u64{within} << descriptor_shift);
}

}  // namespace lib32
