// What a medium says of itself: its extent, its BPB, and where something begins.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bootsim/diagnosis/evidence.h"
#include "debugger/files/file_system.h"

namespace bootsim::diagnosing {

/// The last name of a path, behind GRUB's device too.
std::string base_name(const std::string& path);
/// A readable volume of the boot medium.
struct Volume {
  const debugger::files::FileSystem& files;
  std::uint64_t offset = 0;                              ///< bytes, on the medium
  const devices::media::Partition* partition = nullptr;  ///< null: the whole medium
};
/// `look` returns true when it has seen enough.
void each_volume(const Evidence& evidence, const std::function<bool(const Volume&)>& look);
/// Files of the boot medium's volumes that have this name, whatever the case. Nothing when no volume can be
/// read.
std::optional<std::vector<std::string>> paths_named(const Evidence& evidence, const std::string& name);
/// The first bytes of a file of the boot medium, from the first volume that has it.
std::optional<std::vector<std::uint8_t>> read_path(const Evidence& evidence, const std::string& path,
                                                   std::size_t most = 16u << 20);

/// " It holds /live.iso as a file: …" when a volume of the boot medium has an image at its top; else nothing.
std::string image_file_words(const Evidence& evidence);

/// A volume or partition that says it reaches further than the medium does.
struct Claim {
  std::string who;          ///< "its ISO 9660 volume", "partition 1"
  std::uint64_t bytes = 0;  ///< where it ends on the medium
};
/// The furthest reaching one that ends beyond the medium. Nothing when the medium holds all that it promises.
std::optional<Claim> cut_claim(const Evidence& evidence, std::uint8_t drive);
/// " The image was cut short: …" when `end` (bytes on the medium) is within what is promised; else nothing.
std::optional<std::string> cut_words(const Evidence& evidence, std::uint8_t drive, std::uint64_t end);

/// The BPB that a loader calculates with: of the drive's first sector, or of the partition whose boot sector
/// was loaded.
struct LoadedBpb {
  std::uint64_t lba = 0;  ///< of the boot sector
  std::string name;       ///< "the boot sector", "partition 1's boot sector"
  std::uint16_t heads = 0, sectors_per_track = 0;
  std::uint32_t hidden = 0;
  std::uint64_t total = 0;  ///< sectors
};
/// The one that was loaded last as a boot sector of 512 bytes. Nothing when none was.
std::optional<LoadedBpb> loaded_bpb(const Evidence& evidence);

/// The first call that loaded something from `lba` on: what came of it is behind that one.
const DiskCall* first_load_of(const Evidence& evidence, std::uint8_t drive, std::uint64_t lba);

/// Something begins at a place of this name (`Evidence::file_at`): a file, a directory, a FAT, a boot sector.
bool begins_something(const std::string& file);

using Sector = std::vector<std::uint8_t>;
/// LBA of the first sector for which `is` holds, near the start of a medium with sectors of 512 bytes.
std::optional<std::uint64_t> find_sector(const Evidence& evidence, std::uint8_t drive,
                                         const std::function<bool(const Sector&)>& is);

}  // namespace bootsim::diagnosing
