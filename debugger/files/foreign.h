// File systems that are recognised but not read: NTFS and exFAT.
#pragma once

#include <cstdint>
#include <memory>

#include "debugger/files/file_system.h"
#include "devices/media/medium.h"

namespace debugger::files {

/// A file system of which only `info` is known: it shows no files.
std::unique_ptr<FileSystem> make_unread(FileSystemInfo info);

/// The file system in `size` bytes at `begin`, or null. `medium` must outlive it.
std::unique_ptr<FileSystem> open_foreign(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size);

}  // namespace debugger::files
