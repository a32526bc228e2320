// ext2/3/4: the superblock and where the block groups' tables lie.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace debugger::files {

/// The superblock's fields that a reader needs, checked. Names follow the kernel's fs/ext4/ext4.h (s_…).
struct ExtSuper {
  std::uint64_t blocks = 0;
  std::uint32_t inodes = 0;
  std::uint32_t block_size = 0;
  std::uint32_t first_data_block = 0;
  std::uint32_t blocks_per_group = 0;
  std::uint32_t inodes_per_group = 0;
  std::uint32_t inode_size = 128;
  std::uint32_t descriptor_size = 32;
  std::uint32_t first_meta_bg = 0;
  std::uint32_t journal_inode = 0;
  std::uint32_t reserved_gdt_blocks = 0;
  std::uint32_t compat = 0;
  std::uint32_t incompat = 0;
  std::uint32_t ro_compat = 0;
  std::uint32_t backup_groups[2] = {0, 0};
  std::uint32_t groups = 0;
  std::string label;
  std::string uuid;

  static constexpr std::uint32_t kCompatHasJournal = 0x4;
  static constexpr std::uint32_t kCompatSparseSuper2 = 0x200;
  static constexpr std::uint32_t kIncompatJournalDevice = 0x8;
  static constexpr std::uint32_t kIncompatMetaBg = 0x10;
  static constexpr std::uint32_t kIncompatExtents = 0x40;
  static constexpr std::uint32_t kIncompat64Bit = 0x80;
  static constexpr std::uint32_t kIncompatFlexBg = 0x200;
  static constexpr std::uint32_t kRoCompatSparseSuper = 0x1;
  /// Huge files, directories of more than 65,000 links, extra inode fields, checksums: ext4's.
  static constexpr std::uint32_t kRoCompatExt4 = 0x8 | 0x10 | 0x20 | 0x40 | 0x200 | 0x400;

  std::uint64_t size() const { return blocks * block_size; }
  std::uint64_t group_first_block(std::uint32_t group) const {
    return first_data_block + std::uint64_t{group} * blocks_per_group;
  }
  bool group_has_super(std::uint32_t group) const;
  std::uint32_t descriptors_per_block() const { return block_size / descriptor_size; }
  /// Blocks of descriptors after each copy of the superblock (those of meta block groups not counted).
  std::uint32_t descriptor_blocks() const;
  /// Byte offset of a group's descriptor in the volume.
  std::uint64_t descriptor_offset(std::uint32_t group) const;
  std::string type() const;  ///< "ext2", "ext3", "ext4"
};

inline constexpr std::uint64_t kExtSuperOffset = 1024;
inline constexpr std::size_t kExtSuperSize = 1024;

/// Nothing when `bytes` (kExtSuperSize of them) are no superblock or contradict themselves.
std::optional<ExtSuper> parse_ext_super(std::span<const std::uint8_t> bytes);

}  // namespace debugger::files
