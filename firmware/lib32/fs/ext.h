// ext2, ext3 and ext4, as the kernel's documentation has them (Documentation/filesystems/ext4). Checksums are
// not verified, and a journal is not replayed: as other loaders do.
#pragma once

#include "lib32/fs/file_system.h"

namespace lib32 {

/// Error::kNotFound when `volume` holds no ext file system; Error::kUnsupported when it has features that
/// change what its bytes mean and that we do not know.
Status open_ext(Source& volume, Arena& arena, FileSystem*& out);

/// The superblock's fields that a reader needs, checked.
struct ExtLayout {
  u64 blocks = 0;  ///< less than 2^46, so that byte offsets fit 64 bits
  u32 inodes = 0;
  u32 block_shift = 0;
  u32 first_data_block = 0;
  u32 blocks_per_group = 0;
  u32 inodes_per_group = 0;
  u32 inode_size = 128;
  u32 descriptor_shift = 5;
  u32 first_meta_bg = 0;
  u32 compat = 0;
  u32 incompat = 0;
  u32 ro_compat = 0;
  u32 backup_groups[2] = {0, 0};

  // s_feature_compat, s_feature_incompat, s_feature_ro_compat
  static constexpr u32 kCompatHasJournal = 0x4;
  static constexpr u32 kCompatSparseSuper2 = 0x200;
  static constexpr u32 kIncompatCompression = 0x1;
  static constexpr u32 kIncompatFileType = 0x2;
  static constexpr u32 kIncompatJournalDevice = 0x8;
  static constexpr u32 kIncompatMetaBg = 0x10;
  static constexpr u32 kIncompatExtents = 0x40;
  static constexpr u32 kIncompat64Bit = 0x80;
  static constexpr u32 kIncompatFlexBg = 0x200;
  /// File types, recovery needed, meta_bg, extents, 64 bits, multiple mount protection, flex_bg, large
  /// extended attributes, checksum seed, large directories, inline data, encryption (of files), case folding.
  static constexpr u32 kIncompatKnown =
      0x2 | 0x4 | 0x10 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x2000 | 0x4000 | 0x8000 | 0x10000 | 0x20000;
  static constexpr u32 kRoCompatSparseSuper = 0x1;
  /// Huge files, directories of more than 65,000 links, extra inode fields, checksums: ext4's.
  static constexpr u32 kRoCompatExt4 = 0x8 | 0x10 | 0x20 | 0x40 | 0x200 | 0x400;

  /// False when the 1024 bytes are no superblock or contradict themselves.
  bool parse(const u8* super);
  u32 block_size() const { return 1u << block_shift; }
  bool group_has_super(u32 group) const;
  /// Byte offset of a group's descriptor.
  u64 descriptor_offset(u32 group) const;
};

class Ext final : public FileSystem {
 public:
  Ext(Source& volume, Arena& arena, const ExtLayout& layout, const u8* super);
  bool ready() const { return metadata_.ready(); }
  Status read_root();

 private:
  Node root() const override { return root_; }
  Status load_node(const Entry& entry, Node& node) override;
  Status map(const Node& node, u64 offset, u64 length, Cursor& cursor) override;
  Status read_entry(const Node& directory, Cursor& cursor, u64& offset, Entry& entry, bool& done) override;
  Status read_link(const Node& node, NameWriter& target) override;
  bool ignores_case(const Node& directory) const override;
  Status check_readable(const Node& node) const override;

  Status find_inode(u64 number, u64& offset);
  Status read_inode(u64 number, Node& node);
  Status map_inline(const Node& node, u64 offset, Extent& run);
  Status find_inline_rest(u64 inode, u64& offset, u32& length);
  Status map_extents(const Node& node, u32 block, Extent& run);
  Status map_indirect(const Node& node, u32 block, u64 count, Extent& run);
  Status set_run(u64 first, u64 physical, u64 count, Extent& run) const;
  void set_hole(u64 first, u64 end, Extent& run) const;

  ExtLayout layout_;
  Node root_;
  char label_bytes_[16];
  char uuid_bytes_[36];
};

// i_flags
inline constexpr u32 kExtCompressed = 0x4;
inline constexpr u32 kExtEncrypted = 0x800;
inline constexpr u32 kExtExtents = 0x80000;
inline constexpr u32 kExtInlineData = 0x10000000;
inline constexpr u32 kExtCaseFold = 0x40000000;

inline constexpr u32 kExtInlineMap = 60;    // bytes of i_block
inline constexpr u32 kExtInlineMapAt = 40;  // i_block in the inode

}  // namespace lib32
