// What lies where on the media of a boot: for the page's disk map.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "bios/drives.h"

namespace bootsim::html_report {

/// A drive as it was when the guest first called the BIOS about it: numbers change when El Torito emulation begins or
/// ends.
class SeenDrives {
 public:
  void note(const bios::Drives& drives, std::uint8_t number);
  /// After the run, for those that nobody asked about.
  void note_all(const bios::Drives& drives);
  const std::map<std::uint8_t, bios::Drive>& all() const { return seen_; }

 private:
  std::map<std::uint8_t, bios::Drive> seen_;
};

/// {"number", "words", "medium", "sectors", "sector_size", "names": [...], "owners": [first, sectors, name, ...],
///  "marks": [[words, first, sectors, sectors that the BIOS loaded itself], ...]}: sectors of the drive, ascending.
nlohmann::ordered_json drive_map_json(const bios::Drive& drive, const bios::Drives& drives);

}  // namespace bootsim::html_report
