#include "debugger/files/foreign.h"

#include <fmt/core.h>

#include <array>
#include <cstring>

#include "debugger/files/walk.h"

namespace debugger::files {

namespace {

class Foreign final : public FileSystem {
 public:
  explicit Foreign(FileSystemInfo info) : info_(std::move(info)) {}
  const FileSystemInfo& info() const override { return info_; }
  bool visit(const Visitor&, const Limits&) const override { return true; }

 private:
  FileSystemInfo info_;
};

// NTFS boot sector ($Boot): bytes per sector at 11, sectors per cluster at 13, total sectors at 40, serial
// at 72.
FileSystemInfo ntfs_info(const std::uint8_t* s) {
  FileSystemInfo info{.type = "NTFS", .readable = false};
  info.uuid = fmt::format("{:016X}", le64(s + 72));
  const std::uint64_t sectors = le64(s + 40);
  if (sectors < std::uint64_t{1} << 48) info.size = sectors * le16(s + 11);
  info.block_size = std::uint32_t{le16(s + 11)} * s[13];
  return info;
}

// exFAT specification §3.1: VolumeLength at 72, VolumeSerialNumber at 100, BytesPerSectorShift at 108.
FileSystemInfo exfat_info(const std::uint8_t* s) {
  FileSystemInfo info{.type = "exFAT", .readable = false};
  const std::uint32_t serial = le32(s + 100);
  info.uuid = fmt::format("{:04X}-{:04X}", serial >> 16, serial & 0xFFFF);
  const unsigned shift = s[108];
  const unsigned cluster_shift = s[109];
  if (shift >= 9 && shift <= 12 && le64(s + 72) < std::uint64_t{1} << 48) info.size = le64(s + 72) << shift;
  if (shift >= 9 && shift + cluster_shift <= 25) info.block_size = 1u << (shift + cluster_shift);
  return info;
}

}  // namespace

std::unique_ptr<FileSystem> make_unread(FileSystemInfo info) { return std::make_unique<Foreign>(std::move(info)); }

std::unique_ptr<FileSystem> open_foreign(const devices::media::Medium& medium, std::uint64_t begin,
                                         std::uint64_t size) {
  std::array<std::uint8_t, 512> sector{};
  if (!Volume(medium, begin, size).read(0, sector)) return nullptr;
  if (std::memcmp(&sector[3], "NTFS    ", 8) == 0) return make_unread(ntfs_info(sector.data()));
  if (std::memcmp(&sector[3], "EXFAT   ", 8) == 0) return make_unread(exfat_info(sector.data()));
  return nullptr;
}

}  // namespace debugger::files
