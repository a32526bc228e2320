// A file descriptor that closes itself, and the reads and writes that do not stop half-way.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace devices::media {

class HostFile {
 public:
  HostFile() = default;
  explicit HostFile(int fd) : fd_(fd) {}
  HostFile(HostFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  HostFile& operator=(HostFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  HostFile(const HostFile&) = delete;
  HostFile& operator=(const HostFile&) = delete;
  ~HostFile();

  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  /// Reads until `out` is full or the file ends. Returns the bytes read, or -1 with errno set.
  ssize_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const;
  /// Writes everything. False with errno set otherwise.
  bool write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes) const;

 private:
  int fd_ = -1;
};

/// The folder for temporary files: $TMPDIR, or /tmp.
std::string temporary_directory();

/// What errno says, for messages.
std::string error_text(int error_number);

}  // namespace devices::media
