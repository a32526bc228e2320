// The BIOS data area, field by field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emu/memory.h"

namespace debugger::views {

struct BdaRow {
  std::uint16_t offset = 0;  ///< in segment 40h
  std::string_view name;
  std::vector<std::uint64_t> values;  ///< one for each element
  int digits = 2;
};

std::vector<BdaRow> bda_view(const emu::Memory& memory);
std::string to_text(const std::vector<BdaRow>& rows);

}  // namespace debugger::views
