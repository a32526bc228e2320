#include "bootsim/install/volume_files.h"

#include <filesystem>

#include <fmt/core.h>

#include "bootsim/install/host_tool.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

using Clock = std::vector<std::pair<std::string, std::string>>;

Clock clock(const char* variable, std::optional<std::int64_t> time) {
  return time ? Clock{{variable, std::to_string(*time)}} : Clock{};
}

void write_bytes(const std::string& path, Bytes bytes) {
  write_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

class FatFiles final : public VolumeFiles {
 public:
  FatFiles(const std::string& image, std::uint64_t offset, std::optional<std::int64_t> time)
      : image_(fmt::format("{}@@{}", image, offset)), clock_(clock("SOURCE_DATE_EPOCH", time)) {
    find_tool(kMcopy);
  }
  void make_directory(const std::string& path) override { run(kMmd, {"-D", "s", "::" + path}); }
  void put(const std::string& path, Bytes bytes) override {
    const TemporaryFolder folder;
    write_bytes(folder.path("file"), bytes);
    run(kMcopy, {"-D", "o", folder.path("file"), "::" + path});
    run(kMattrib, {"+r", "+s", "+h", "::" + path});
  }
  void remove(const std::string& path) override {
    run(kMattrib, {"-r", "-s", "-h", "::" + path});
    run(kMdel, {"::" + path});
  }
  void rename(const std::string& from, const std::string& to) override { run(kMren, {"::" + from, "::" + to}); }
  void remove_directory(const std::string& path) override { run(kMrd, {"::" + path}); }
  std::string_view tool() const override { return "mtools"; }

 private:
  void run(const HostTool& tool, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-i", image_});
    run_tool(tool, {.arguments = std::move(arguments), .environment = clock_});
  }
  std::string image_;
  Clock clock_;
};

class ExtFiles final : public VolumeFiles {
 public:
  // libext2fs takes options behind a question mark.
  ExtFiles(const std::string& image, std::uint64_t offset, std::optional<std::int64_t> time)
      : image_(offset == 0 ? image : fmt::format("{}?offset={}", image, offset)),
        clock_(clock("E2FSPROGS_FAKE_TIME", time)) {
    find_tool(kDebugfs);
    if (image.find('?') != std::string::npos)
      throw emu::Error(emu::ErrorKind::kUsage,
                       fmt::format("{}: debugfs cannot open a name with a question mark; rename it", image));
  }
  void make_directory(const std::string& path) override { run(fmt::format("mkdir {}\n", path)); }
  void put(const std::string& path, Bytes bytes) override {
    const TemporaryFolder folder;
    write_bytes(folder.path("file"), bytes);
    run(fmt::format("write \"{}\" {}\n", folder.path("file"), path));
  }
  void remove(const std::string& path) override { run(fmt::format("rm {}\n", path)); }
  void rename(const std::string& from, const std::string& to) override {
    // `ln` does not count the new link and `unlink` not the old one's end: together they are a rename.
    run(fmt::format("ln {} {}\nunlink {}\n", from, to, from));
  }
  void remove_directory(const std::string& path) override { run(fmt::format("rmdir {}\n", path)); }
  std::string_view tool() const override { return "debugfs"; }

 private:
  /// debugfs ends with 0 whatever its commands met: its words on stderr, behind its version, tell.
  void run(const std::string& script) {
    const TemporaryFolder folder;
    write_file(folder.path("script"), script);
    const ToolOutput output =
        run_tool(kDebugfs, {.arguments = {"-w", "-f", folder.path("script"), image_}, .environment = clock_});
    for (const std::string_view line : split(output.err, '\n')) {
      if (line.empty() || line.starts_with("debugfs ")) continue;
      throw emu::Error(emu::ErrorKind::kMedium, fmt::format("debugfs failed: {}", line));
    }
  }
  std::string image_;
  Clock clock_;
};

}  // namespace

std::unique_ptr<VolumeFiles> open_volume_files(const std::string& image, std::uint64_t offset, std::string_view type,
                                               std::optional<std::int64_t> time) {
  const std::string path = std::filesystem::absolute(image).string();
  if (type.starts_with("FAT")) return std::make_unique<FatFiles>(path, offset, time);
  if (type.starts_with("ext")) return std::make_unique<ExtFiles>(path, offset, time);
  throw emu::Error(emu::ErrorKind::kMedium,
                   fmt::format("{}: files can be put on FAT and ext2/3/4, not on {}", image, type));
}

}  // namespace bootsim::install
