// Other people's programs: mtools, e2fsprogs, sfdisk, xorriso.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bootsim::install {

struct HostTool {
  std::string_view name;     ///< "mcopy"
  std::string_view package;  ///< Debian's name for what brings it: "mtools"
};

inline constexpr HostTool kMcopy{"mcopy", "mtools"}, kMmd{"mmd", "mtools"}, kMdel{"mdel", "mtools"},
    kMren{"mren", "mtools"}, kMrd{"mrd", "mtools"}, kMattrib{"mattrib", "mtools"}, kMformat{"mformat", "mtools"};
inline constexpr HostTool kDebugfs{"debugfs", "e2fsprogs"}, kMke2fs{"mke2fs", "e2fsprogs"};
inline constexpr HostTool kSfdisk{"sfdisk", "fdisk"}, kXorriso{"xorriso", "xorriso"};

struct ToolRun {
  std::vector<std::string> arguments;
  std::string input;                                             ///< its standard input
  std::vector<std::pair<std::string, std::string>> environment;  ///< beside LC_ALL=C, TZ=UTC and mtools' settings
};
struct ToolOutput {
  std::string out, err;
};

/// Where the tool is: in PATH, /usr/sbin or /sbin. Throws emu::Error(kUsage) that names the package when it
/// is nowhere.
std::string find_tool(const HostTool& tool);
/// Runs it to its end. Throws emu::Error(kMedium) with the tool's last words when it fails or cannot be
/// started.
ToolOutput run_tool(const HostTool& tool, const ToolRun& run);

/// A folder in TMPDIR (default /tmp) that disappears with its contents.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

/// Throws emu::Error(kMedium).
void write_file(const std::string& path, std::string_view bytes);

}  // namespace bootsim::install
