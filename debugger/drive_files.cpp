#include "debugger/drive_files.h"

#include "bios/drives.h"

namespace debugger {

std::optional<devices::media::Geometry> DriveFiles::geometry(std::uint8_t drive) const {
  const bios::Drive* found = drives_.find(drive);
  if (!found || found->logical.total() == 0) return std::nullopt;
  return found->logical;
}

std::uint32_t DriveFiles::sector_size(std::uint8_t drive) const {
  const bios::Drive* found = drives_.find(drive);
  return found ? found->sector_size : 0;
}

std::string DriveFiles::file_at(std::uint8_t drive, std::uint64_t lba) {
  const bios::Drive* found = drives_.find(drive);
  if (!found || !found->medium || lba >= found->sectors) return {};
  return files_in(drive)->at(found->base_offset + lba * found->sector_size);
}

const SectorFiles* DriveFiles::files_in(std::uint8_t drive) {
  const bios::Drive* found = drives_.find(drive);
  if (!found || !found->medium) return nullptr;
  auto entry = files_.find(found->media.get());
  if (entry == files_.end()) {
    Entry fresh{.medium = found->media, .files = SectorFiles(*found->media, found->kind)};
    entry = files_.emplace(found->media.get(), std::move(fresh)).first;
  }
  return &entry->second.files;
}

}  // namespace debugger
