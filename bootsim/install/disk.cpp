#include "bootsim/install/disk.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "bootsim/install/layout.h"
#include "devices/media/archive.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw emu::Error(emu::ErrorKind::kMedium, fmt::format("{}: {}", path, why));
}

}  // namespace

RawDisk::RawDisk(const std::string& path, bool writable) : path_(path), writable_(writable) {
  file_ = devices::media::HostFile(::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK));
  if (!file_) refuse(path, devices::media::error_text(errno));
  struct stat st {};
  if (::fstat(file_.fd(), &st) != 0) refuse(path, devices::media::error_text(errno));
  block_device_ = S_ISBLK(st.st_mode);
  if (!block_device_ && !S_ISREG(st.st_mode)) refuse(path, "is neither a file nor a block device");
  int sector = static_cast<int>(kSector);
  if (block_device_ && ::ioctl(file_.fd(), BLKSSZGET, &sector) == 0 && sector != static_cast<int>(kSector))
    refuse(path, fmt::format("has sectors of {} bytes; boot sectors are made for 512", sector));
  const off_t end = ::lseek(file_.fd(), 0, SEEK_END);
  if (end < 0) refuse(path, devices::media::error_text(errno));
  size_ = static_cast<std::uint64_t>(end);
  if (size_ < kSector) refuse(path, "is empty");
  std::array<std::uint8_t, 8> first{};
  read(0, first);
  if (const char* format = devices::media::archive_format(first))
    refuse(path, fmt::format("is packed ({}); unpack it first, installing changes the image in place", format));
}

std::size_t RawDisk::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const ssize_t n = file_.read_at(offset, out);
  if (n < 0) refuse(path_, fmt::format("cannot be read at byte {}: {}", offset, devices::media::error_text(errno)));
  for (std::size_t at = static_cast<std::size_t>(n); at < out.size(); ++at) out[at] = 0;
  return static_cast<std::size_t>(n);
}

void RawDisk::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  if (!writable_ || offset > size_ || bytes.size() > size_ - offset)
    throw emu::Error(emu::ErrorKind::kInternal, fmt::format("{}: a write outside of it; please report this", path_));
  if (!file_.write_at(offset, bytes))
    refuse(path_,
           fmt::format("cannot be written at sector {}: {}", offset / kSector, devices::media::error_text(errno)));
}

void RawDisk::sync() {
  if (::fsync(file_.fd()) != 0) refuse(path_, "does not confirm its writes: " + devices::media::error_text(errno));
  // Partitions have caches of their own: what a tool reads through them must not be older than what was
  // written here.
  if (block_device_) ::ioctl(file_.fd(), BLKFLSBUF, 0);
}

}  // namespace bootsim::install
