// ISO 9660 (ECMA-119), Rock Ridge (SUSP 1.12, RRIP 1.12) and Joliet.
#pragma once

#include <cstdint>
#include <memory>

#include "debugger/files/file_system.h"
#include "devices/media/medium.h"

namespace debugger::files {

/// The file system in `size` bytes at `begin`, or null. `medium` must outlive it.
std::unique_ptr<FileSystem> open_iso9660(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size);

}  // namespace debugger::files
