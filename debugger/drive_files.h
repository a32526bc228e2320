// The BIOS's drives as the trace asks about them: geometry, sector size, and the file that a sector belongs to.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "debugger/sector_files.h"
#include "debugger/trace.h"
#include "devices/media/medium.h"

namespace bios {
class Drives;
}

namespace debugger {

/// Reads a medium's file systems when a trace first asks about it, and keeps them for the run.
class DriveFiles : public DriveFacts {
 public:
  /// `drives` must outlive this object.
  explicit DriveFiles(const bios::Drives& drives) : drives_(drives) {}

  std::optional<devices::media::Geometry> geometry(std::uint8_t drive) const override;
  std::uint32_t sector_size(std::uint8_t drive) const override;
  std::string file_at(std::uint8_t drive, std::uint64_t lba) override;
  /// The files of the medium in a drive; null: none is in it.
  const SectorFiles* files_in(std::uint8_t drive);

 private:
  struct Entry {
    std::shared_ptr<devices::media::Medium> medium;  // kept, so that the address in the key stays its own
    SectorFiles files;
  };
  const bios::Drives& drives_;
  std::map<const devices::media::Medium*, Entry> files_;  // looked up only; its order shows nowhere
};

}  // namespace debugger
