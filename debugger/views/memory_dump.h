// Memory as hexadecimal digits and characters.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace debugger::views {

struct DumpRow {
  std::uint64_t address = 0;                       ///< of its first byte
  std::vector<std::optional<std::uint8_t>> bytes;  ///< nothing: not present
};

using ReadByte = std::function<std::optional<std::uint8_t>(std::uint64_t)>;
std::vector<DumpRow> memory_dump(const ReadByte& read, std::uint64_t address, std::uint64_t size);

/// "00007C00  EB 3C 90 4D 53 44 4F 53-...  .<.MSDOS". `unit` groups bytes: 1, 2, 4 or 8, as little-endian numbers.
std::string to_text(const std::vector<DumpRow>& rows, int unit = 1);

}  // namespace debugger::views
