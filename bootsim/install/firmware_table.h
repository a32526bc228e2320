// What cmake/EmbedFirmware.cmake generates, and firmware.cpp alone reads.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bootsim::install {

struct FirmwareSymbols {
  std::string_view name;
  const std::uint8_t* begin;
  const std::uint8_t* end;
};
/// Sorted by name. Empty when firmware/ has no rooms.
std::vector<FirmwareSymbols> firmware_symbols();

}  // namespace bootsim::install
