#include "bootsim/suite/medium_files.h"

#include <algorithm>
#include <memory>
#include <span>

#include "devices/media/partition_table.h"

namespace bootsim {
namespace {

namespace files = debugger::files;
using devices::media::kSectorSize;
using devices::media::Medium;

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 30;

std::optional<files::Entry> find_in(const files::FileSystem& volume, std::string_view path) {
  std::optional<files::Entry> found;
  volume.visit([&](files::Entry&& entry) {
    if (entry.kind == files::EntryKind::kStructure || entry.path != path) return true;
    found = std::move(entry);
    return false;
  });
  return found;
}

}  // namespace

std::optional<files::Entry> find_file(const Medium& medium, std::string_view path) {
  if (const auto whole = files::open_file_system(medium, 0, medium.size())) {
    if (auto found = find_in(*whole, path)) return found;
  }
  for (const auto& partition : devices::media::read_partition_table(medium).partitions) {
    const std::uint64_t sectors = medium.size() / kSectorSize;
    if (partition.is_extended() || partition.first_lba == 0 || partition.first_lba >= sectors) continue;
    const std::uint64_t size = std::min(partition.sectors, sectors - partition.first_lba) * kSectorSize;
    const auto volume = files::open_file_system(medium, partition.first_lba * kSectorSize, size);
    if (!volume) continue;
    if (auto found = find_in(*volume, path)) return found;
  }
  return std::nullopt;
}

std::vector<std::uint8_t> file_bytes(const Medium& medium, const files::Entry& file) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(std::min(file.size, kLargestFile)));
  for (const files::Extent& extent : file.extents) {
    if (extent.file_offset >= bytes.size()) continue;
    const std::uint64_t length = std::min<std::uint64_t>(extent.length, bytes.size() - extent.file_offset);
    medium.read(extent.offset, std::span(bytes).subspan(static_cast<std::size_t>(extent.file_offset),
                                                        static_cast<std::size_t>(length)));
  }
  return bytes;
}

}  // namespace bootsim
