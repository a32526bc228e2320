// All of a medium at once: `bootsim inspect` in both forms, and the names of all its sectors.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "bootsim/inspect.h"
#include "debugger/sector_files.h"
#include "devices/media/memory_medium.h"
#include "fuzz/file_system_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace devices::media;
  const MemoryMedium medium(std::vector<std::uint8_t>(data, data + size));
  const auto report = bootsim::inspect(medium, "fuzz");
  require(!report.verdict.empty());
  require(!bootsim::to_text(report).empty());
  require(!bootsim::to_json(report).dump().empty());  // throws on bytes that are not UTF-8
  for (const Attach attach : {Attach::kCd, Attach::kHardDisk, Attach::kFloppy}) {
    const debugger::SectorFiles names(medium, attach);
    for (std::uint64_t offset = 0; offset < size; offset += kSectorSize) names.at(offset);
    require(names.at(size).empty());
  }
  return 0;
}
