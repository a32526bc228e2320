#include "debugger/views/bda.h"

#include <fmt/core.h>

#include "debugger/places.h"

namespace debugger::views {

std::vector<BdaRow> bda_view(const emu::Memory& memory) {
  constexpr std::uint64_t kBda = 0x400;
  std::vector<BdaRow> rows;
  for (const BdaField& field : bda_fields()) {
    BdaRow row{.offset = field.offset, .name = field.name, .values = {}, .digits = field.size * 2};
    for (std::uint64_t i = 0; i < field.count; ++i) {
      std::uint64_t value = 0;
      for (int byte = field.size; byte-- > 0;) {
        value = value << 8 | memory.read<std::uint8_t>(emu::PhysAddr(kBda + field.offset + i * field.size +
                                                                     static_cast<std::uint64_t>(byte)));
      }
      row.values.push_back(value);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string to_text(const std::vector<BdaRow>& rows) {
  std::string text;
  for (const BdaRow& row : rows) {
    text += fmt::format("40:{:02X}  {:<32}", row.offset, row.name);
    for (const std::uint64_t value : row.values) text += fmt::format(" {:0{}X}h", value, row.digits);
    text += '\n';
  }
  return text;
}

}  // namespace debugger::views
