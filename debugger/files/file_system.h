// Read-only file systems: what files are on a volume, and where their bytes lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devices/media/medium.h"

namespace debugger::files {

/// What a reader spends on one volume at most, however large or hostile it is. When one is reached the reader
/// stops and says so (`visit` returns false); what was found until then is good.
struct Limits {
  std::size_t max_entries = 200'000;                      ///< files and directories
  std::size_t max_depth = 64;                             ///< directory levels
  std::size_t max_extents = 1'000'000;                    ///< runs of contiguous bytes, all files together
  std::size_t max_path_bytes = std::size_t{64} << 20;     ///< all paths together
  std::uint64_t max_metadata = std::uint64_t{256} << 20;  ///< bytes of directories, tables and inodes read
  std::uint64_t max_steps = 32'000'000;                   ///< table entries followed
};

/// A run of contiguous bytes on the medium.
struct Extent {
  std::uint64_t offset = 0;       ///< of the first byte, from the start of the medium
  std::uint64_t length = 0;       ///< bytes; never 0, never past the end of the volume
  std::uint64_t file_offset = 0;  ///< of the first byte in the file
};

enum class EntryKind {
  kFile,
  kDirectory,  ///< extents are the directory's own blocks
  kOther,      ///< symbolic links, devices
  kStructure,  ///< what the file system keeps for itself; `path` is its name in words: "FAT", "inode table"
};

struct Entry {
  EntryKind kind = EntryKind::kFile;
  std::string path;  ///< absolute, clean UTF-8 (see clean_name); directories end in a slash
  std::uint64_t size = 0;
  std::vector<Extent> extents;  ///< in file order; holes and blocks outside the volume are left out
};

/// Called once per entry; false stops the walk.
using Visitor = std::function<bool(Entry&&)>;

struct FileSystemInfo {
  std::string type;              ///< "ISO 9660 + Rock Ridge", "FAT16", "ext4", "NTFS", …
  std::string label;             ///< empty when there is none
  std::string uuid;              ///< as blkid prints it; empty when there is none
  std::uint64_t size = 0;        ///< bytes, as the file system itself says
  std::uint32_t block_size = 0;  ///< bytes: logical block, cluster or block
  bool readable = true;          ///< false for what is recognised only (NTFS, Btrfs): visit finds nothing
};

/// A file system on a volume. Holds no file list: each visit reads the medium again.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual const FileSystemInfo& info() const = 0;
  /// Shows every structure, directory and file. False when a limit, the visitor or damage ended the walk
  /// early. Never throws for what the medium contains; emu::Error(kMedium) when the host cannot read its
  /// file.
  virtual bool visit(const Visitor& visitor, const Limits& limits = {}) const = 0;
};

/// Recognises ISO 9660, FAT12/16/32, ext2/3/4, NTFS, exFAT and those of recognised.h in `size` bytes at `begin`.
/// `medium` must outlive it. Null when nothing is recognised.
std::unique_ptr<FileSystem> open_file_system(const devices::media::Medium& medium, std::uint64_t begin,
                                             std::uint64_t size);

/// Files, directories and links, without structures, in the order found.
struct Listing {
  std::vector<Entry> entries;
  bool complete = true;
};
Listing list_files(const FileSystem& fs, const Limits& limits = {});

/// The first `max_bytes` of the file at `path` (exact spelling first, else without regard to ASCII case).
/// Holes read as zero. Nothing when there is no such file.
std::optional<std::vector<std::uint8_t>> read_file(const devices::media::Medium& medium, const FileSystem& fs,
                                                   std::string_view path, std::size_t max_bytes = 16u << 20);

/// UTF-8 as it is; control characters, slashes, backslashes and bytes that are not UTF-8 as \xNN.
std::string clean_name(std::string_view raw);

}  // namespace debugger::files
