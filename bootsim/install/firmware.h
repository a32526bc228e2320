// The guest code that firmware/ builds, as data in this program: boot sectors, stage2, the memory disk.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace bootsim::install {

using Bytes = std::span<const std::uint8_t>;

struct FirmwareFile {
  std::string_view name;  ///< "mbr", "stage2": the file's name without ".bin"
  Bytes bytes;
};

/// All of it, sorted by name.
std::vector<FirmwareFile> all_firmware();
/// The binary of that name. Throws emu::Error(kUsage) that lists the names when this build has none such.
Bytes firmware(std::string_view name);

}  // namespace bootsim::install
