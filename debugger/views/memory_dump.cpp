#include "debugger/views/memory_dump.h"

#include <fmt/core.h>

namespace debugger::views {
namespace {

constexpr std::uint64_t kRow = 16;

}  // namespace

std::vector<DumpRow> memory_dump(const ReadByte& read, std::uint64_t address, std::uint64_t size) {
  std::vector<DumpRow> rows;
  for (std::uint64_t at = 0; at < size; ++at) {
    if (at % kRow == 0) rows.push_back({.address = address + at, .bytes = {}});
    rows.back().bytes.push_back(read(address + at));
  }
  return rows;
}

std::string to_text(const std::vector<DumpRow>& rows, int unit) {
  std::string text;
  const auto step = static_cast<std::size_t>(unit);
  for (const DumpRow& row : rows) {
    text += fmt::format("{:08X} ", row.address);
    for (std::size_t i = 0; i < kRow; i += step) {
      text += i == 8 && unit == 1 && row.bytes.size() > i ? '-' : ' ';
      for (std::size_t k = step; k-- > 0;) {  // the highest byte first
        if (i + k >= row.bytes.size()) {
          text += "  ";
        } else {
          text += row.bytes[i + k] ? fmt::format("{:02X}", *row.bytes[i + k]) : "??";
        }
      }
    }
    text += "  ";
    for (const auto& byte : row.bytes) text += byte && *byte >= 0x20 && *byte < 0x7F ? static_cast<char>(*byte) : '.';
    text += '\n';
  }
  return text;
}

}  // namespace debugger::views
