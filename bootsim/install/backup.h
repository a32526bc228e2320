// What an installation replaced, in a file of the host, so that --uninstall can bring it back exactly.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/install/boot_code.h"
#include "bootsim/install/disk.h"

namespace bootsim::install {

/// One sector of which bytes were replaced.
struct SavedSector {
  std::array<std::uint8_t, kSector> old{};  ///< as it was before the first installation; only `ranges` count
  std::vector<ByteRange> ranges;            ///< what was replaced, ascending
  std::uint32_t written = 0;                ///< CRC-32 of those bytes as installed
  std::optional<std::uint32_t> before;      ///< while an installation replaces an earlier one of ours: that one's
};

/// A file that was put on a volume.
struct SavedFile {
  std::uint64_t volume = 0;  ///< LBA
  std::string path;
  bool operator==(const SavedFile&) const = default;
};

class Backup {
 public:
  /// Remembers what `bytes` at `offset` will replace. What an earlier installation already replaced keeps its
  /// first state.
  void remember(const Disk& disk, std::uint64_t offset, Bytes bytes);
  void remember_file(const SavedFile& file);
  void forget_file(const SavedFile& file);

  const std::map<std::uint64_t, SavedSector>& sectors() const { return sectors_; }
  const std::vector<SavedFile>& files() const { return files_; }
  bool empty() const { return sectors_.empty() && files_.empty(); }

  /// Sectors that hold neither what was installed nor what was there before: somebody wrote them since.
  std::vector<std::uint64_t> changed_since(const Disk& disk) const;
  /// Writes the old bytes of these sectors back, each sector whole; those that `keep` names stay.
  void restore(Disk& disk, std::uint64_t sector) const;
  void forget(std::uint64_t sector) { sectors_.erase(sector); }
  /// After an installation: only what it wrote counts as installed.
  void settle();

  /// Nothing saved when the file does not exist. Throws emu::Error(kMedium): unreadable, damaged, or of a
  /// disk of another size.
  static Backup load(const std::string& path, std::uint64_t disk_size);
  /// Replaces the file at once, durably. An empty backup removes it. Throws emu::Error(kMedium).
  void save(const std::string& path, std::uint64_t disk_size) const;

 private:
  std::map<std::uint64_t, SavedSector> sectors_;  ///< by LBA
  std::vector<SavedFile> files_;
};

/// Beside an image: IMAGE.bootsim-backup. For a block device: /var/lib/bootsim/disk-ID.bootsim-backup, ID
/// from its partition table or file system, so that a stick is known again under another device name.
std::string default_backup_path(const RawDisk& disk);

}  // namespace bootsim::install
