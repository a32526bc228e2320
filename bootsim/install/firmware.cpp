#include "bootsim/install/firmware.h"

#include <fmt/core.h>

#include <string>

#include "bootsim/install/firmware_table.h"
#include "emu/error.h"

namespace bootsim::install {

std::vector<FirmwareFile> all_firmware() {
  std::vector<FirmwareFile> files;
  for (const FirmwareSymbols& symbols : firmware_symbols())
    files.push_back({symbols.name, Bytes(symbols.begin, symbols.end)});
  return files;
}

Bytes firmware(std::string_view name) {
  std::string names;
  for (const FirmwareFile& file : all_firmware()) {
    if (file.name == name) return file.bytes;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", file.name);
  }
  throw emu::Error(emu::ErrorKind::kUsage, names.empty()
                                               ? std::string("this bootsim was built without firmware")
                                               : fmt::format("there is no firmware \"{}\"; there are {}", name, names));
}

}  // namespace bootsim::install
