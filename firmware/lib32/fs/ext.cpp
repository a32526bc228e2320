#include "lib32/fs/ext.h"

namespace lib32 {

namespace {

constexpr u32 kSuperOffset = 1024;
constexpr u32 kSuperSize = 1024;
constexpr u32 kRootInode = 2;
constexpr u32 kInodeSize = 128;  // of the fields that every revision has

// i_mode
constexpr u16 kTypeMask = 0xF000;
constexpr u16 kTypeDirectory = 0x4000;
constexpr u16 kTypeRegular = 0x8000;
constexpr u16 kTypeLink = 0xA000;

constexpr u32 kDirentHeader = 8;
constexpr u32 kInlineDirectoryHead = 4;  // the parent's number stands where "." and ".." would

Kind kind_of_mode(u16 mode) {
  switch (mode & kTypeMask) {
    case kTypeDirectory: return Kind::kDirectory;
    case kTypeRegular: return Kind::kFile;
    case kTypeLink: return Kind::kLink;
    default: return Kind::kOther;
  }
}

/// The file_type of a directory entry.
Kind kind_of_type(u8 type) {
  return type == 1 ? Kind::kFile : type == 2 ? Kind::kDirectory : type == 7 ? Kind::kLink : Kind::kOther;
}

/// rec_len; the low two bits of blocks of 64 KB stand for bits 16 and 17.
u32 record_length(u16 raw, u32 block_size) {
  if (raw == 0xFFFF || raw == 0) return block_size;
  return (raw & 0xFFFCu) | (raw & 3u) << 16;
}

}  // namespace

Status open_ext(Source& volume, Arena& arena, FileSystem*& out) {
  u8 super[kSuperSize];
  if (volume.size() < kSuperOffset + kSuperSize) return {Error::kNotFound, "too small for ext"};
  if (const Status status = volume.read(kSuperOffset, super, kSuperSize); !status.ok()) return status;
  ExtLayout layout;
  if (!layout.parse(super)) return {Error::kNotFound, "no ext file system"};
  if ((layout.incompat & ExtLayout::kIncompatJournalDevice) != 0)
    return {Error::kUnsupported, "an external journal of an ext file system, without files"};
  if ((layout.incompat & ExtLayout::kIncompatCompression) != 0)
    return {Error::kUnsupported, "a compressed ext file system"};
  if ((layout.incompat & ~ExtLayout::kIncompatKnown) != 0)
    return {Error::kUnsupported, "an ext file system with features that are not known here"};
  Ext* const ext = new (arena) Ext(volume, arena, layout, super);
  if (ext == nullptr || !ext->ready()) return {Error::kNoMemory, "no memory for a file system"};
  out = ext;
  return ext->read_root();
}

Ext::Ext(Source& volume, Arena& arena, const ExtLayout& layout, const u8* super)
    : FileSystem(volume, arena), layout_(layout) {
  constexpr u32 kIncompatExt4 = ExtLayout::kIncompatExtents | ExtLayout::kIncompat64Bit | ExtLayout::kIncompatFlexBg;
  const bool ext4 = (layout.incompat & kIncompatExt4) != 0 || (layout.ro_compat & ExtLayout::kRoCompatExt4) != 0;
  type_ = ext4 ? "ext4" : (layout.compat & ExtLayout::kCompatHasJournal) != 0 ? "ext3" : "ext2";
  size_ = layout.blocks << layout.block_shift;
  block_size_ = layout.block_size();
  if (le32(super + 76) == 0) return;
  NameWriter label(label_bytes_, sizeof(label_bytes_));
  for (u32 i = 120; i < 136 && super[i] != 0; ++i) label.add(static_cast<char>(super[i]));
  label_ = label.text();
  NameWriter uuid(uuid_bytes_, sizeof(uuid_bytes_));
  bool set = false;
  for (u32 i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) uuid.add('-');
    uuid.add_hex(super[104 + i], false);
    set = set || super[104 + i] != 0;
  }
  if (set) uuid_ = uuid.text();
}

Status Ext::read_root() {
  if (const Status status = read_inode(kRootInode, root_); !status.ok()) return status;
  if (root_.kind != Kind::kDirectory) return {Error::kDamaged, "an ext file system without a root directory"};
  return {};
}

/// Byte offset of an inode in the volume.
Status Ext::find_inode(u64 number, u64& offset) {
  if (number == 0 || number > layout_.inodes) return {Error::kDamaged, "an inode number that does not exist"};
  const Quotient place = divide(number - 1, layout_.inodes_per_group);
  const u32 group = static_cast<u32>(place.quotient);
  if (layout_.first_data_block + u64{group} * layout_.blocks_per_group >= layout_.blocks)
    return {Error::kDamaged, "an inode in a block group that does not exist"};
  u8 descriptor[64] = {};
  const u32 size = min(1u << layout_.descriptor_shift, u32{sizeof(descriptor)});
  const Status status = metadata_.read(layout_.descriptor_offset(group), descriptor, size);
  if (!status.ok()) return status;
  const u64 table = le32(descriptor + 8) | u64{le32(descriptor + 40)} << 32;  // bg_inode_table_lo, _hi
  if (table == 0 || table >= layout_.blocks) return {Error::kDamaged, "an inode table that is not on the volume"};
  offset = (table << layout_.block_shift) + u64{place.remainder} * layout_.inode_size;
  return {};
}

Status Ext::read_inode(u64 number, Node& node) {
  u64 at = 0;
  if (const Status status = find_inode(number, at); !status.ok()) return status;
  u8 raw[kInodeSize];
  if (const Status status = metadata_.read(at, raw, sizeof(raw)); !status.ok()) return status;
  node.place = number;
  node.kind = kind_of_mode(le16(raw));
  node.size = le32(raw + 4);
  if (node.kind == Kind::kFile) node.size |= u64{le32(raw + 108)} << 32;  // a directory's is its ACL on ext2 and ext3
  node.flags = le32(raw + 32);
  memcpy(node.map, raw + kExtInlineMapAt, kExtInlineMap);
  if (node.size >= u64{1} << 62) return {Error::kDamaged, "a file of an impossible size"};
  return {};
}

Status Ext::load_node(const Entry& entry, Node& node) { return read_inode(entry.node.place, node); }

bool Ext::ignores_case(const Node& directory) const { return (directory.flags & kExtCaseFold) != 0; }

Status Ext::check_readable(const Node& node) const {
  if ((node.flags & kExtEncrypted) != 0)
    return {Error::kUnsupported,
            node.kind == Kind::kDirectory ? "the directory is encrypted" : "the file is encrypted"};
  if ((node.flags & kExtCompressed) != 0 && node.kind == Kind::kFile)
    return {Error::kUnsupported, "the file is compressed"};
  return {};
}

Status Ext::read_link(const Node& node, NameWriter& target) {
  if (const Status status = check_readable(node); !status.ok()) return status;
  if (node.size >= kMaxPath) return {Error::kDamaged, "a symbolic link that is too long"};
  if (node.size < kExtInlineMap && (node.flags & (kExtInlineData | kExtExtents)) == 0) {
    target.add(Text(reinterpret_cast<const char*>(node.map), static_cast<size_t>(node.size)));
    return {};
  }
  Cursor cursor;
  for (u64 offset = 0; offset < node.size;) {
    char part[64];
    const size_t length = static_cast<size_t>(min<u64>(sizeof(part), node.size - offset));
    bool ended = false;
    const Status status = read_metadata(node, cursor, offset, part, length, ended);
    if (!status.ok()) return status;
    target.add(Text(part, length));
    offset += length;
  }
  return {};
}

Status Ext::read_entry(const Node& directory, Cursor& cursor, u64& offset, Entry& entry, bool& done) {
  const bool in_inode = (directory.flags & kExtInlineData) != 0;
  if (in_inode && offset == 0) offset = kInlineDirectoryHead;
  for (;;) {
    done = offset >= directory.size;
    if (done) return {};
    if (const Status status = locate(directory, offset, 1, cursor); !status.ok()) return status;
    const u64 run_end = cursor.run.file_offset + cursor.run.length;
    if (cursor.run.hole) {
      offset = run_end;
      continue;
    }
    u8 raw[kDirentHeader];
    const u64 end = in_inode ? run_end : min(directory.size, (offset | (block_size_ - 1)) + 1);
    if (end - offset < kDirentHeader) return {Error::kDamaged, "a malformed directory"};
    if (const Status status = read_metadata(directory, cursor, offset, raw, sizeof(raw), done); !status.ok())
      return status;
    const u32 length = record_length(le16(raw + 4), block_size_);
    const u32 name_length = (layout_.incompat & ExtLayout::kIncompatFileType) != 0 ? raw[6] : le16(raw + 6);
    if (length < kDirentHeader || length % 4 != 0 || length > end - offset || kDirentHeader + name_length > length)
      return {Error::kDamaged, "a malformed directory"};
    const u64 name_at = offset + kDirentHeader;
    offset += length;
    if (le32(raw) == 0 || name_length == 0 || name_length > 255) continue;
    const Status status = read_metadata(directory, cursor, name_at, entry.name_bytes, name_length, done);
    if (!status.ok()) return status;
    entry.name_length = static_cast<u16>(name_length);
    entry.alias_length = 0;
    if (entry.name() == "." || entry.name() == "..") continue;
    entry.node = {};
    entry.node.place = le32(raw);
    entry.kind = Kind::kOther;
    if ((layout_.incompat & ExtLayout::kIncompatFileType) != 0) {
      entry.kind = kind_of_type(raw[7]);
    } else if (Node node; load_node(entry, node).ok()) {
      entry.kind = node.kind;
    }
    return {};
  }
}

}  // namespace lib32
