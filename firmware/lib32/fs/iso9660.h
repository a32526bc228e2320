// ISO 9660 (ECMA-119) with Rock Ridge (SUSP 1.12, RRIP 1.12), Joliet, or plain names.
#pragma once

#include "lib32/fs/file_system.h"

namespace lib32 {

/// Error::kNotFound when `volume` holds no ISO 9660 file system.
Status open_iso9660(Source& volume, Arena& arena, FileSystem*& out);

/// A directory record (ECMA-119 §9.1), as it lies on the disk.
struct IsoRecord {
  u8 raw[256];
  u64 offset = 0;  ///< in the volume

  // §9.1.6 File Flags
  static constexpr u8 kDirectory = 0x02;
  static constexpr u8 kAssociated = 0x04;
  static constexpr u8 kMultiExtent = 0x80;

  static constexpr u32 kNameAt = 33;

  u32 length() const { return raw[0]; }
  u8 flags() const { return raw[25]; }
  u32 block() const { return le32(raw + 2) + raw[1]; }  // behind the extended attribute record
  u32 size() const { return le32(raw + 10); }
  bool interleaved() const { return raw[26] != 0 || raw[27] != 0; }
  u32 name_length() const { return raw[32]; }
  const u8* name() const { return raw + kNameAt; }
  /// "." and ".." are recorded as the single bytes 00 and 01 (§7.6.2).
  bool is_dot() const { return name_length() == 1 && raw[kNameAt] <= 1; }
  /// Where the system use field begins, in `raw`: behind the name, padded to an even offset.
  u32 system_use() const { return (kNameAt + name_length() + 1) & ~1u; }
};

/// What Rock Ridge says about one record.
struct RockRidge {
  bool present = false;  ///< any field of RRIP at all
  bool link = false;
  bool special = false;     ///< a device, pipe or socket
  bool relocated = false;   ///< RE: its true place is elsewhere in the tree
  bool compressed = false;  ///< ZF
  u32 child = 0;            ///< CL: block of a directory that was moved away from here; 0: none
};

class Iso9660 final : public FileSystem {
 public:
  Iso9660(Source& volume, Arena& arena);
  bool ready() const { return metadata_.ready(); }
  Status read_descriptors();

 private:
  Node root() const override { return root_; }
  Status load_node(const Entry& entry, Node& node) override;
  Status map(const Node& node, u64 offset, u64 length, Cursor& cursor) override;
  Status read_entry(const Node& directory, Cursor& cursor, u64& offset, Entry& entry, bool& done) override;
  Status read_link(const Node& node, NameWriter& target) override;
  bool ignores_case(const Node&) const override { return true; }
  Status check_readable(const Node& node) const override;

  bool take_primary(const u8* descriptor);
  void take_joliet(const u8* descriptor);
  void take_uuid(const u8* date);
  bool take_root(const u8* record, u64 offset);
  void look_for_rock_ridge();

  Status read_record(u64 offset, IsoRecord& record, bool& none);
  Status read_sections(IsoRecord& record, const Node& directory, Cursor& cursor, u64& offset, Node& node);
  void write_name(const IsoRecord& record, NameWriter& name, NameWriter& alias) const;

  template <class Visitor>
  Status visit_system_use(const IsoRecord& record, Visitor&& visitor);
  Status read_rock_ridge(const IsoRecord& record, RockRidge& rock_ridge, NameWriter& name);

  Node root_;
  u32 block_shift_ = 11;
  bool joliet_ = false;
  bool rock_ridge_ = false;
  u32 skip_ = 0;  ///< SP: bytes before the fields of each system use area
  char label_bytes_[64];
  char uuid_bytes_[22];
};

}  // namespace lib32
