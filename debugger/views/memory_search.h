// Finds bytes or text in a guest's memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "emu/machine.h"

namespace debugger::views {

/// Bytes to look for, or to write; nothing: any byte.
using BytePattern = std::vector<std::optional<std::uint8_t>>;

/// "EB 3C 90", "55AA", "EB ?? 90", "\"GRUB\"", or text that is no such digits. At most 256 bytes. Throws
/// emu::Error(kUsage) for nothing and for more.
BytePattern parse_bytes(std::string_view text);

/// Linear address of the first match from `from` on, or of the last one at or before it; of RAM and ROM in the first
/// 4 GiB, as the CPU sees them; the search goes around. Without paging addresses are physical, with the A20 gate open.
std::optional<std::uint64_t> find_bytes(const emu::Machine& machine, const BytePattern& pattern, std::uint64_t from,
                                        bool backwards);

}  // namespace debugger::views
