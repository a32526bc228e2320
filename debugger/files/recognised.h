// What lies on a volume and is recognised by its magic number alone: file systems of Linux that GRUB boots from, UDF,
// and the containers that hold file systems (LVM, LUKS, RAID).
#pragma once

#include <cstdint>
#include <memory>

#include "debugger/files/file_system.h"
#include "devices/media/medium.h"

namespace debugger::files {

/// What is in `size` bytes at `begin`, with its label and UUID where they lie at a fixed place; or null. None is read:
/// info().readable is false. `medium` must outlive it.
std::unique_ptr<FileSystem> open_recognised(const devices::media::Medium& medium, std::uint64_t begin,
                                            std::uint64_t size);

}  // namespace debugger::files
