// Opens image files: raw ones (regular files and block devices) and gzip, bzip2, xz, zstd and zip archives of
// one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "devices/media/medium.h"

namespace devices::media {

struct OpenOptions {
  /// Changes may be written back by Medium::commit (--persist). Without it the file is never opened for
  /// writing.
  bool persist = false;
  /// A file of 0 bytes is a medium of 0 bytes instead of an error.
  bool allow_empty = false;
  /// An archive that unpacks to more than this many bytes is refused as a decompression bomb.
  std::uint64_t unpacked_limit = std::uint64_t{16} << 30;
  /// Up to this many unpacked bytes stay in memory; more go to an unlinked file in TMPDIR (default /tmp).
  std::uint64_t memory_limit = std::uint64_t{64} << 20;
};

/// Opens the image at `path`. What it is follows from its first bytes, never from its name. The result is
/// read_only(): put an Overlay over it to let a guest write.
///
/// An archive is unpacked at once. Of a zip with several files the biggest *.iso or *.img (*.ima, *.raw,
/// *.bin, *.flp) is taken; several files without such a name are an error.
///
/// Throws emu::Error(kMedium): missing, empty, a directory (or other non-file), not readable, a broken or
/// encrypted archive, an archive too big to unpack, persist asked for an archive. A file that is cut short
/// while open reads as an error from then on, never as a signal.
std::shared_ptr<Medium> open_image(const std::string& path, const OpenOptions& options = {});

}  // namespace devices::media
