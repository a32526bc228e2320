// FAT12/16/32, ISO 9660 (Rock Ridge, Joliet) and ext2/3/4, read only: find a path, list a directory, read a
// file, say where its bytes lie. Everything on the volume is distrusted: whatever it holds, each call ends,
// within bounds, in an answer or in words.
#pragma once

#include "lib32/fs/metadata.h"
#include "lib32/fs/names.h"
#include "lib32/memory.h"
#include "lib32/source.h"
#include "lib32/types.h"

namespace lib32 {

enum class Kind : u8 { kFile, kDirectory, kLink, kOther };

/// A file or directory of one FileSystem; plain data that can be kept and copied.
struct Node {
  Kind kind = Kind::kOther;
  u64 size = 0;     ///< bytes; of a FAT directory: an upper bound
  u64 place = 0;    ///< FAT: first cluster. ISO: volume offset of the directory record. ext: inode number
  u32 flags = 0;    ///< ext: i_flags. ISO: first block
  u8 map[60] = {};  ///< ext: i_block
};

/// A run of bytes of a file.
struct Extent {
  u64 file_offset = 0;
  u64 volume_offset = 0;  ///< bytes from the start of the Source; meaningless for a hole
  u64 length = 0;         ///< bytes, never 0
  bool hole = false;      ///< reads as zeros and lies nowhere on the disk
};

/// Remembers the way to the last run that was asked for, so that going on from there is cheap.
struct Cursor {
  Extent run;       ///< length 0: none yet
  u32 cluster = 0;  ///< FAT: the last cluster of `run`
  u32 marked = 0;   ///< FAT: a cluster passed earlier; to meet it again means a loop
  u32 steps = 0;    ///< FAT: clusters followed
};

/// One name in a directory.
struct Entry {
  static constexpr size_t kMaxName = 768;  // 255 UTF-16 units in UTF-8
  static constexpr size_t kMaxAlias = 256;

  char name_bytes[kMaxName];
  char alias_bytes[kMaxAlias];
  u16 name_length = 0;
  u16 alias_length = 0;
  Kind kind = Kind::kOther;
  Node node;  ///< on ext only `place` is known before FileSystem::load

  Text name() const { return {name_bytes, name_length}; }
  /// FAT: the 8.3 name when `name` is a long one. ISO: the plain name when `name` is Rock Ridge's. Else
  /// empty.
  Text alias() const { return {alias_bytes, alias_length}; }
};

class FileSystem;

/// The names in a directory, one after the other. "." and ".." are left out.
class Directory {
 public:
  /// False at the end and on an error: `status()` tells them apart.
  bool next(Entry& entry);
  Status status() const { return status_; }

 private:
  friend class FileSystem;
  FileSystem* fs_ = nullptr;
  Node node_;
  Cursor cursor_;
  u64 offset_ = 0;  ///< of the next record
  Status status_;
};

class File final : public Source {
 public:
  /// Fails with Error::kRead past the end. Holes read as zeros.
  Status read(u64 offset, void* to, size_t length) override;
  u64 size() const override { return node_.size; }
  const Node& node() const { return node_; }

  /// The file's runs in order, holes included: start with `extent.length` = 0 and call until `done`. Together
  /// they cover the file exactly, neighbours that touch on the disk are one. Offsets are bytes: who maps
  /// sectors must see for himself that they are aligned (an ext4 file kept in its inode is not; the last
  /// length is that of the file). Error::kUnsupported in words for what cannot be read in place.
  Status next_extent(Extent& extent, bool& done);

 private:
  friend class FileSystem;
  FileSystem* fs_ = nullptr;
  Node node_;
  Cursor cursor_;
};

class Path;

class FileSystem {
 public:
  static constexpr size_t kMaxPath = 4096;
  static constexpr unsigned kMaxLinks = 40;  // as Linux (MAXSYMLINKS)

  /// Recognises the file system on `volume`, which must outlive it; takes some 64 KB from `arena`, and
  /// nothing later. Error::kNotFound when there is none that we know.
  static Status open(Source& volume, Arena& arena, FileSystem*& out);

  /// "FAT12", "FAT16", "FAT32", "ISO 9660", "ISO 9660 + Rock Ridge", "ISO 9660 + Joliet", "ext2", "ext3",
  /// "ext4"
  Text type() const { return type_; }
  Text label() const { return label_; }  ///< as blkid's LABEL; empty when there is none
  /// As blkid's UUID: "1234-ABCD", "2026-11-22-04-12-11-00", "0f51…-…"; empty when there is none.
  Text uuid() const { return uuid_; }
  u64 size() const { return size_; }  ///< bytes, as the file system itself says
  u32 block_size() const { return block_size_; }
  Source& volume() const { return volume_; }

  /// `path` begins at the root, with or without a slash; links are followed. FAT pays no regard to case; ISO
  /// 9660 only when no name is spelt exactly so; ext does (but for directories that were made
  /// case-insensitive).
  Status find(Text path, Node& node);
  Status open_file(Text path, File& file);
  Status open_directory(Text path, Directory& directory);
  /// What an entry of a directory names; a link itself, not what it points to.
  Status load(const Entry& entry, Node& node);
  Status open_file(const Node& node, File& file);
  Status open_directory(const Node& node, Directory& directory);

  // What Directory and File are made of.
  bool next(Directory& directory, Entry& entry);
  Status read(File& file, u64 offset, void* to, size_t length);
  Status next_extent(File& file, Extent& extent, bool& done);

 protected:
  FileSystem(Source& volume, Arena& arena) : volume_(volume), metadata_(volume, arena) {}
  ~FileSystem() = default;

  virtual Node root() const = 0;
  virtual Status load_node(const Entry& entry, Node& node) = 0;
  /// `cursor.run` becomes a run that holds `offset` and should hold the `length` bytes from there on, as far
  /// as they lie together; offset < node.size. A run of no length says that a FAT directory ends before.
  virtual Status map(const Node& node, u64 offset, u64 length, Cursor& cursor) = 0;
  /// The entry at or after `offset`, which moves behind it; sets `done` at the end.
  virtual Status read_entry(const Node& directory, Cursor& cursor, u64& offset, Entry& entry, bool& done) = 0;
  virtual Status read_link(const Node& node, NameWriter& target) = 0;
  virtual bool ignores_case(const Node& directory) const = 0;
  /// Error::kUnsupported in words for what is there but cannot be read: encrypted, compressed.
  virtual Status check_readable(const Node& node) const = 0;

  /// map(), and the run proves to lie on the volume.
  Status locate(const Node& node, u64 offset, u64 length, Cursor& cursor);
  /// Exactly `length` bytes of a directory or table, by the cache. `ended` as map() says it.
  Status read_metadata(const Node& node, Cursor& cursor, u64 offset, void* to, size_t length, bool& ended);

  Source& volume_;
  Metadata metadata_;
  Text type_;
  Text label_;
  Text uuid_;
  u64 size_ = 0;
  u32 block_size_ = 0;

 private:
  Status prepare(Arena& arena);
  Status find_in(const Node& directory, Text name);
  Status step(Path& path, size_t begin, size_t end, Node& node, bool& link);

  // What find() works with: too much for the guest's stack.
  struct Work {
    Entry found;
    Entry candidate;
    char path[kMaxPath];
    char target[kMaxPath];
  };
  Work* work_ = nullptr;
};

}  // namespace lib32
