// The medium that is installed to: a raw image or a block device, read through media::Medium, written in
// place.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "devices/media/host_file.h"
#include "devices/media/medium.h"

namespace bootsim::install {

/// A medium whose writes can be made durable.
class Disk : public devices::media::Medium {
 public:
  /// What was written is on the medium when this returns. Throws emu::Error(kMedium).
  virtual void sync() = 0;
};

/// A regular file or a block device with 512-byte sectors. Its size never changes.
class RawDisk final : public Disk {
 public:
  /// Throws emu::Error(kMedium): missing, not a file or block device, not writable (when `writable`), packed
  /// by an archiver, sectors of another size.
  RawDisk(const std::string& path, bool writable);

  const std::string& name() const override { return path_; }
  std::uint64_t size() const override { return size_; }
  bool read_only() const override { return !writable_; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override;
  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes) override;
  void sync() override;
  bool block_device() const { return block_device_; }

 private:
  std::string path_;
  bool writable_;
  bool block_device_ = false;
  std::uint64_t size_ = 0;
  devices::media::HostFile file_;
};

/// Throws emu::Error(kMedium) when the kernel uses the disk or a part of it: mounted, swap, held by LVM, RAID
/// or dm-crypt, or (an image) attached to a loop device. The message says where.
void refuse_if_in_use(const std::string& path);

/// The same question to given tables, for tests: `mounts` as /proc/mounts, `sys_block` as /sys/block,
/// `devices` the names of the disk (first) and its partitions. Empty: not in use.
std::string use_of_device(const std::string& mounts, const std::string& swaps, const std::string& sys_block,
                          std::span<const std::string> devices);
/// The loop device whose backing file is `image`; empty: none.
std::string loop_device_of(const std::string& sys_block, const std::string& image);

}  // namespace bootsim::install
