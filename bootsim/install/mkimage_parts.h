// The makers of single file systems, for mkimage.cpp.
#pragma once

#include <cstdint>
#include <string>

#include "bootsim/install/folder.h"
#include "bootsim/install/mkimage.h"

namespace bootsim::install {

/// A file system to be made inside an image that exists.
struct VolumeOrder {
  std::string image;
  std::uint64_t first = 0;  ///< sector
  std::uint64_t sectors = 0;
  std::string label;
  bool floppy = false;  ///< the medium is a floppy: its geometry goes into the BPB
  ImageOptions::FileSystem file_system = ImageOptions::FileSystem::kFat16;
};

/// Formats, and copies the folder. Symbolic links become what they point to; links to nowhere are left out.
void make_fat(const VolumeOrder& order, const SourceFolder& folder, const Identifiers& ids);
void make_ext4(const VolumeOrder& order, const SourceFolder& folder, const Identifiers& ids);
/// El Torito and isohybrid: boots as a CD and as a disk.
void make_iso(const std::string& image, const SourceFolder& folder, const ImageOptions& options,
              const FirmwareSource& firmware);

}  // namespace bootsim::install
