#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>

#include <fmt/core.h>

#include "bootsim/install/host_tool.h"
#include "bootsim/install/layout.h"
#include "bootsim/install/mkimage_parts.h"
#include "devices/media/floppy_formats.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

using FileSystem = ImageOptions::FileSystem;

class Fat {
 public:
  Fat(const VolumeOrder& order, const SourceFolder& folder, const Identifiers& ids)
      : order_(order), folder_(folder), ids_(ids) {}
  void make() {
    format();
    directories();
    files();
  }

 private:
  void format();
  void directories();
  void files();
  void run(const HostTool& tool, std::vector<std::string> arguments) const;
  std::uint32_t cluster_sectors() const;

  const VolumeOrder& order_;
  const SourceFolder& folder_;
  const Identifiers& ids_;
};

void Fat::run(const HostTool& tool, std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"-i", fmt::format("{}@@{}", order_.image, order_.first * kSector)});
  run_tool(tool,
           {.arguments = std::move(arguments), .environment = {{"SOURCE_DATE_EPOCH", std::to_string(folder_.time)}}});
}

/// The smallest clusters with which the count stays in the type's range (FAT specification §3.5), as
/// Microsoft's FORMAT keeps well below it; FAT32's by its table for big volumes.
std::uint32_t Fat::cluster_sectors() const {
  constexpr std::uint64_t kGiB = (std::uint64_t{1} << 30) / kSector;
  if (order_.file_system == FileSystem::kFat32) {
    if (order_.sectors <= kGiB / 4) return 1;
    return order_.sectors <= 8 * kGiB ? 8 : order_.sectors <= 16 * kGiB ? 16 : 32;
  }
  const std::uint64_t most = order_.file_system == FileSystem::kFat12 ? 4000 : 65000;
  std::uint32_t sectors = 1;
  while (order_.sectors / sectors > most && sectors < 64) sectors *= 2;
  return sectors;
}

void Fat::format() {
  std::vector<std::string> arguments{"-N", fmt::format("{:08x}", ids_.serial("fat")), "-v", order_.label};
  if (order_.floppy) {
    const auto geometry = devices::media::floppy_geometry(order_.sectors * kSector).value();
    arguments.insert(arguments.end(), {"-t", std::to_string(geometry.cylinders), "-h", std::to_string(geometry.heads),
                                       "-s", std::to_string(geometry.sectors)});
  } else {
    arguments.insert(arguments.end(), {"-T", std::to_string(order_.sectors), "-h", "255", "-s", "63", "-H",
                                       std::to_string(order_.first), "-c", std::to_string(cluster_sectors())});
    if (order_.file_system == FileSystem::kFat32) arguments.push_back("-F");
  }
  arguments.push_back("::");
  run(kMformat, std::move(arguments));
}

void Fat::directories() {
  for (const SourceEntry& entry : folder_.entries)
    if (entry.kind == SourceEntry::Kind::kDirectory) run(kMmd, {"::" + entry.path});
}

/// One mcopy for each folder. Each file keeps its time, or all have SOURCE_DATE_EPOCH's.
void Fat::files() {
  constexpr std::size_t kMostAtOnce = 500;
  std::map<std::string, std::vector<std::string>> by_directory;
  for (const SourceEntry& entry : folder_.entries) {
    struct stat st {};
    const bool file = ::stat(entry.host_path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
    if (file) by_directory[entry.path.substr(0, entry.path.rfind('/') + 1)].push_back(entry.host_path);
  }
  for (const auto& [directory, paths] : by_directory) {
    for (std::size_t at = 0; at < paths.size(); at += kMostAtOnce) {
      std::vector<std::string> arguments;
      if (!folder_.epoch) arguments.push_back("-m");
      const auto begin = paths.begin() + static_cast<std::ptrdiff_t>(at);
      arguments.insert(arguments.end(), begin,
                       begin + static_cast<std::ptrdiff_t>(std::min(kMostAtOnce, paths.size() - at)));
      arguments.push_back("::" + directory);
      run(kMcopy, std::move(arguments));
    }
  }
}

}  // namespace

void make_fat(const VolumeOrder& order, const SourceFolder& folder, const Identifiers& ids) {
  Fat(order, folder, ids).make();
}

}  // namespace bootsim::install
