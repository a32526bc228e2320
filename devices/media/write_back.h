// Puts a guest's changes into a raw image for good (--persist), so that no crash leaves half of them there.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "devices/media/host_file.h"
#include "devices/media/medium.h"

namespace devices::media {

/// A regular file is replaced: a copy beside it (holes kept, blocks shared where the file system can) gets
/// the changes, is fsynced and renamed over it. Where that cannot be - a block device, a hard-linked file, no
/// room for a copy - the changes go to a journal first (see journal_path), then in place; a journal left by a
/// crash is finished by finish_journal. `file` is the image as opened for reading. Throws
/// emu::Error(kMedium), the image then unchanged or its journal complete.
void write_back(const std::string& path, const HostFile& file, std::span<const Change> changes);

/// Beside a regular file: PATH.bootsim-journal. For a block device: in /var/tmp, named after the device.
std::string journal_path(const std::string& path);

/// Finishes or discards what a crash during write_back left. `may_write`: the user asked for --persist;
/// otherwise a complete journal is an emu::Error(kMedium) that says so. A journal that belongs to another
/// user is never used.
void finish_journal(const std::string& path, bool may_write);

}  // namespace devices::media
