#include "devices/media/image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "devices/media/archive.h"
#include "devices/media/host_file.h"
#include "devices/media/write_back.h"

namespace devices::media {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw emu::Error(emu::ErrorKind::kMedium, path + ": " + what);
}

/// A raw image: a regular file or a block device. Reads by pread: a mapping would die of SIGBUS if the file
/// shrank.
class RawImage : public Medium {
 public:
  RawImage(HostFile file, std::uint64_t size, std::string path, bool persist)
      : file_(std::move(file)), size_(size), path_(std::move(path)), persist_(persist) {}

  const std::string& name() const override { return path_; }
  std::uint64_t size() const override { return size_; }
  bool read_only() const override { return true; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::uint64_t there = offset < size_ ? std::min<std::uint64_t>(size_ - offset, out.size()) : 0;
    const auto n = static_cast<std::size_t>(there);
    const ssize_t got = file_.read_at(offset, out.first(n));
    if (got < 0) fail(path_, "cannot be read at byte " + std::to_string(offset) + ": " + error_text(errno));
    if (static_cast<std::size_t>(got) < n)
      fail(path_, "was cut short while in use (from " + std::to_string(size_) + " bytes); start again");
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), std::uint8_t{0});
    return n;
  }

  void write(std::uint64_t, std::span<const std::uint8_t>) override {
    throw emu::Error(emu::ErrorKind::kInternal, path_ + ": write to a read-only medium");
  }

  void commit(std::span<const Change> changes) override {
    if (changes.empty()) return;
    if (!persist_) fail(path_, "was opened for reading only; changes are kept with --persist");
    write_back(path_, file_, changes);
    // The path may now name a new file; go on reading that one.
    HostFile reopened(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!reopened) fail(path_, "cannot be opened again after writing: " + error_text(errno));
    file_ = std::move(reopened);
  }

 private:
  HostFile file_;
  std::uint64_t size_;
  std::string path_;
  bool persist_;
};

HostFile open_for_reading(const std::string& path) {
  // O_NONBLOCK: a FIFO without a writer must not hang us before we can refuse it.
  HostFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file) return file;
  const int error = errno;
  if (error == ENOENT) fail(path, "no such file; check the name");
  if (error == EACCES || error == EPERM) fail(path, "permission denied; make it readable for you");
  fail(path, "cannot be opened: " + error_text(error));
}

std::uint64_t medium_size(const HostFile& file, const std::string& path) {
  struct stat st {};
  if (::fstat(file.fd(), &st) != 0) fail(path, "cannot be examined: " + error_text(errno));
  if (S_ISDIR(st.st_mode)) fail(path, "is a directory; name an image file in it");
  if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) fail(path, "is neither a file nor a block device");
  const off_t end = ::lseek(file.fd(), 0, SEEK_END);
  if (end < 0) fail(path, "has no size: " + error_text(errno));
  return static_cast<std::uint64_t>(end);
}

}  // namespace

std::shared_ptr<Medium> open_image(const std::string& path, const OpenOptions& options) {
  finish_journal(path, options.persist);
  HostFile file = open_for_reading(path);
  const std::uint64_t size = medium_size(file, path);
  if (size == 0 && !options.allow_empty)
    fail(path, "is empty (0 bytes); build it again, or write \"none\" for an empty drive");
  auto raw = std::make_shared<RawImage>(std::move(file), size, path, options.persist);

  std::array<std::uint8_t, 16> head{};
  raw->read(0, head);
  const char* format = archive_format(head);
  if (format == nullptr) return raw;
  if (options.persist)
    fail(path,
         std::string("is a ") + format + " archive, into which changes cannot be written; unpack it for --persist");
  return unpack_archive(*raw, options.unpacked_limit, options.memory_limit);
}

}  // namespace devices::media
