// Changes files on a FAT or ext2/3/4 volume inside an image, by mtools and debugfs. Reading is
// debugger/files' part.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bootsim/install/patch.h"

namespace bootsim::install {

/// Paths are absolute, of ASCII letters, digits, '.', '-', '_' and '/'. Every method throws
/// emu::Error(kMedium) with the tool's words when the tool fails, and emu::Error(kUsage) when it is not
/// installed.
class VolumeFiles {
 public:
  virtual ~VolumeFiles() = default;
  virtual void make_directory(const std::string& path) = 0;
  /// A new file, protected against being moved or changed where the file system knows such a thing.
  virtual void put(const std::string& path, Bytes bytes) = 0;
  virtual void remove(const std::string& path) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  /// Precondition: it is empty.
  virtual void remove_directory(const std::string& path) = 0;
  /// "mtools", "debugfs": for the account of what was written.
  virtual std::string_view tool() const = 0;
};

/// `image`: path on the host; `offset`: of the volume in it, bytes. `type`: FileSystemInfo::type. `time`:
/// of new files and directories; nothing: now. Throws emu::Error(kMedium) for
/// other file systems, and emu::Error(kUsage) when the tools are not installed.
std::unique_ptr<VolumeFiles> open_volume_files(const std::string& image, std::uint64_t offset, std::string_view type,
                                               std::optional<std::int64_t> time);

}  // namespace bootsim::install
