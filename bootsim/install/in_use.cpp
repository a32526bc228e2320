#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/core.h>

#include "bootsim/install/disk.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string first_line(const fs::path& path) {
  const std::string text = text_of(path);
  return text.substr(0, text.find('\n'));
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// /proc/mounts writes blanks and backslashes in octal: they do not matter here, device names have none.
std::string mount_point_of(const std::string& mounts, const std::string& device) {
  std::istringstream lines(mounts);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string source, target;
    if (words >> source >> target && source == "/dev/" + device) return target;
  }
  return {};
}

/// The disk and its partitions: /sys/block/sda holds sda1, sda2 ... as folders with a file `partition`.
std::vector<std::string> with_partitions(const std::string& disk) {
  std::vector<std::string> devices{disk};
  const fs::path folder = fs::path("/sys/class/block") / disk;
  for (const std::string& name : names_in(folder))
    if (fs::exists(folder / name / "partition")) devices.push_back(name);
  return devices;
}

}  // namespace

std::string use_of_device(const std::string& mounts, const std::string& swaps, const std::string& sys_block,
                          std::span<const std::string> devices) {
  for (const std::string& device : devices) {
    const std::string target = mount_point_of(mounts, device);
    if (!target.empty()) return fmt::format("/dev/{} is mounted on {}; unmount it first", device, target);
    if (!mount_point_of(swaps, device).empty())
      return fmt::format("/dev/{} is swap space in use; swapoff it first", device);
    const fs::path folder =
        device == devices.front() ? fs::path(sys_block) / device : fs::path(sys_block) / devices.front() / device;
    const auto holders = names_in(folder / "holders");
    if (!holders.empty()) {
      return fmt::format(
          "/dev/{} is held by {} ({}); release it first", device, holders.front(),
          fs::exists(fs::path(sys_block) / holders.front() / "md") ? "RAID" : "LVM, dm-crypt or the like");
    }
  }
  return {};
}

std::string loop_device_of(const std::string& sys_block, const std::string& image) {
  for (const std::string& name : names_in(sys_block)) {
    if (name.starts_with("loop") && first_line(fs::path(sys_block) / name / "loop" / "backing_file") == image)
      return name;
  }
  return {};
}

void refuse_if_in_use(const std::string& path) {
  std::error_code error;
  const std::string real = fs::canonical(path, error).string();
  struct stat st {};
  if (error || ::stat(real.c_str(), &st) != 0) return;  // opening it says what is wrong
  std::string use;
  if (S_ISBLK(st.st_mode)) {
    use = use_of_device(text_of("/proc/mounts"), text_of("/proc/swaps"), "/sys/block",
                        with_partitions(fs::path(real).filename().string()));
    // The kernel's own word, for uses that the tables do not show (open(2): O_EXCL on a block device).
    const devices::media::HostFile claim(::open(real.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    if (use.empty() && !claim && errno == EBUSY) use = "is in use by the kernel (mounted under another name?)";
  } else if (const std::string loop = loop_device_of("/sys/block", real); !loop.empty()) {
    use = fmt::format("is attached to /dev/{}; detach it first (losetup -d /dev/{})", loop, loop);
  }
  if (!use.empty()) throw emu::Error(emu::ErrorKind::kMedium, fmt::format("{}: {}", path, use));
}

}  // namespace bootsim::install
