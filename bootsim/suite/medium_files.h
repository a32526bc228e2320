// Finds a file on a medium by its path, wherever its volume is: the whole medium or one of its partitions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/files/file_system.h"
#include "devices/media/medium.h"

namespace bootsim {

/// The first file or directory of this path, in the order of the volumes. Nothing when there is none.
std::optional<debugger::files::Entry> find_file(const devices::media::Medium& medium, std::string_view path);

/// Its contents; holes are zeros.
std::vector<std::uint8_t> file_bytes(const devices::media::Medium& medium, const debugger::files::Entry& file);

}  // namespace bootsim
