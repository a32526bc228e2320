// Files that are read whole: ROM images, kernels and initrds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bios/linux_boot.h"
#include "bootsim/options.h"

namespace bootsim {

/// The bytes of the file at `path`; `option` names who asked for it. Throws emu::Error(kMedium) when it is missing,
/// empty, a directory, unreadable, or has more than `limit` bytes.
std::vector<std::uint8_t> read_file(const std::string& path, std::string_view option, std::uint64_t limit);

/// The text of a user's file: a script, a spec, a trace; `what` it is, for messages ("script"). Throws
/// emu::Error(kUsage) when it is missing, a directory, cannot be read, or has more than `limit` bytes.
std::string read_text(const std::string& path, std::string_view what, std::uint64_t limit = std::uint64_t{1} << 30);

/// --kernel, --initrd and --append as the BIOS takes them: initrds one behind the other, each at a multiple of 4 bytes
/// (the format of initramfs buffers: zeros between two archives are skipped). Throws emu::Error(kMedium).
std::shared_ptr<const bios::LinuxKernel> read_kernel(const KernelOption& option, std::uint64_t memory);

}  // namespace bootsim
