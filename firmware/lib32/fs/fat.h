// FAT12, FAT16 and FAT32 (Microsoft FAT32 File System Specification 1.03).
#pragma once

#include "lib32/fs/file_system.h"

namespace lib32 {

/// Error::kNotFound when `volume` holds no FAT file system.
Status open_fat(Source& volume, Arena& arena, FileSystem*& out);

/// The BIOS Parameter Block (§3), checked as strictly as Linux does: code of an MBR must not pass for one.
struct FatLayout {
  u32 bits = 0;           ///< 12, 16 or 32, by the count of clusters
  u32 cluster_shift = 0;  ///< log2 of the cluster's bytes
  u32 clusters = 0;       ///< that both the volume and the table have room for
  u64 size = 0;           ///< of the volume, in bytes, as all of these
  u64 fat_offset = 0;     ///< of the table in use
  u64 root_offset = 0;    ///< FAT12, FAT16
  u32 root_size = 0;
  u64 data_offset = 0;   ///< of cluster 2
  u32 root_cluster = 0;  ///< FAT32
  u32 serial = 0;

  /// False when `sector`, the first 512 bytes of a volume, describes no FAT.
  bool parse(const u8* sector);
};

/// Long names (§7), gathered from the entries that precede their short one.
class FatLongName {
 public:
  void feed(const u8* entry);
  /// Whether there is a whole one that belongs to the short entry.
  bool belongs_to(const u8* short_entry) const;
  void write(NameWriter& name) const;
  void clear() { parts_ = expected_ = 0; }

 private:
  static constexpr u32 kMaxParts = 20;  // 255 UTF-16 units
  static constexpr u32 kPartBytes = 26;
  u8 units_[kMaxParts * kPartBytes];
  u32 parts_ = 0;
  u32 expected_ = 0;  ///< the part that must come next; 0: none
  u8 checksum_ = 0;
};

class Fat final : public FileSystem {
 public:
  Fat(Source& volume, Arena& arena, const FatLayout& layout);
  bool ready() const { return metadata_.ready(); }
  Status read_label();

 private:
  Node root() const override;
  Status load_node(const Entry& entry, Node& node) override;
  Status map(const Node& node, u64 offset, u64 length, Cursor& cursor) override;
  Status read_entry(const Node& directory, Cursor& cursor, u64& offset, Entry& entry, bool& done) override;
  Status read_link(const Node& node, NameWriter& target) override;
  bool ignores_case(const Node&) const override { return true; }
  Status check_readable(const Node&) const override { return {}; }

  Status follow(u32 cluster, Cursor& cursor, u32& next);
  Status next_run(const Node& node, u64 end, Cursor& cursor);
  Status check_end(const Cursor& cursor);
  u64 max_directory_size() const;
  bool is_cluster(u32 c) const { return c >= 2 && c - 2 < layout_.clusters; }
  u64 cluster_offset(u32 c) const { return layout_.data_offset + (u64{c - 2} << layout_.cluster_shift); }
  void fill(const u8* raw, const FatLongName& long_name, Entry& entry) const;

  FatLayout layout_;
  char label_bytes_[33];  // 11 characters of a code page
  char uuid_bytes_[9];
};

}  // namespace lib32
