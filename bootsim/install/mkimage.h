// `bootsim mkimage`: a bootable medium out of a folder, by xorriso, mtools, e2fsprogs and sfdisk, with
// bootsim's loader on it. The same folder, options and SOURCE_DATE_EPOCH make the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bootsim/install/install.h"

namespace bootsim::install {

struct ImageOptions {
  enum class Kind { kIso, kDisk, kFloppy };
  enum class Table { kMbr, kGpt };
  enum class FileSystem { kAutomatic, kFat12, kFat16, kFat32, kExt4 };
  std::optional<Kind> kind;
  std::string output;
  std::string folder;
  std::uint64_t size = 0;  ///< bytes, of the image; 0: what the folder needs
  Table table = Table::kMbr;
  FileSystem file_system = FileSystem::kAutomatic;
  bool stage2_as_file = false;  ///< of a disk; otherwise behind the MBR or in a BIOS boot partition
  std::string label = "BOOTSIM";
  std::string seed;  ///< of serial numbers and UUIDs; empty: the folder's contents
};

/// Makes `options.output`, replacing a file of that name only when all went well. Throws emu::Error.
void make_image(const ImageOptions& options, const FirmwareSource& firmware, const Say& say);

}  // namespace bootsim::install
