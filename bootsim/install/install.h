// `bootsim install`: puts MBR, boot sector and stage2 on a medium, tells what is there, takes it away again.
//
// The order of writes keeps a loader working whenever it is interrupted: what is replaced goes to the backup
// first, stage2 to sectors that nothing boots from, then one sector that leads there, then the MBR. Each step
// is on the medium before the next.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/install/disk.h"
#include "bootsim/install/target.h"

namespace bootsim::install {

/// Where guest code comes from: firmware() but for tests. Throws emu::Error for unknown names.
using FirmwareSource = std::function<Bytes(std::string_view name)>;
/// Told of every write as it has happened: "sectors 2049-2304: stage2".
using Say = std::function<void(const std::string&)>;

struct Installer {
  Disk& disk;  ///< disk.name() is its path: tools work on that
  FirmwareSource firmware;
  std::string backup_path;  ///< empty: no backup (an image that was just made)
  Say say;
  std::optional<std::int64_t> time = std::nullopt;  ///< of files that are put on volumes; nothing: now

  /// Throws emu::Error, before the first write whenever it can know.
  void install(const InstallOptions& options);
  /// Brings back what the backup holds, byte for byte. Throws emu::Error(kMedium) without a backup, or when
  /// sectors were changed since and not `force`.
  void uninstall(bool force);
};

struct CheckResult {
  std::vector<std::string> lines;  ///< for people
  bool installed = false;          ///< a stage2 was found
  bool good = false;               ///< and everything about it is right
};
/// What of bootsim is on the medium, whether block lists still match the file's extents and sums are right.
/// Reads only.
CheckResult check(const devices::media::Medium& disk, const FirmwareSource& firmware);

}  // namespace bootsim::install
