// FAT12, FAT16 and FAT32 (Microsoft FAT32 File System Specification 1.03).
#pragma once

#include <cstdint>
#include <memory>

#include "debugger/files/file_system.h"
#include "devices/media/medium.h"

namespace debugger::files {

/// The file system in `size` bytes at `begin`, or null. `medium` must outlive it.
std::unique_ptr<FileSystem> open_fat(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size);

}  // namespace debugger::files
