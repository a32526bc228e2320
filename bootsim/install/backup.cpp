#include "bootsim/install/backup.h"

#include <algorithm>

#include <fmt/core.h>

#include "debugger/files/file_system.h"
#include "devices/media/gpt.h"
#include "devices/media/partition_table.h"
#include "emu/error.h"

namespace bootsim::install {

using devices::media::crc32;

namespace {

using Sector = std::array<std::uint8_t, kSector>;

Sector read_sector(const Disk& disk, std::uint64_t lba) {
  Sector bytes{};
  disk.read(lba * kSector, bytes);
  return bytes;
}

bool covers(const std::vector<ByteRange>& ranges, std::size_t at) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const ByteRange& r) { return at >= r.begin && at < r.end; });
}

/// Ascending and disjoint, with `added`.
std::vector<ByteRange> united(const std::vector<ByteRange>& ranges, ByteRange added) {
  std::vector<ByteRange> result;
  for (std::size_t at = 0; at < kSector; ++at) {
    if (!covers(ranges, at) && (at < added.begin || at >= added.end)) continue;
    if (!result.empty() && result.back().end == at) {
      ++result.back().end;
    } else {
      result.push_back({at, at + 1});
    }
  }
  return result;
}

std::uint32_t crc_of(const std::vector<ByteRange>& ranges, const Sector& sector) {
  Buffer bytes;
  for (const ByteRange& r : ranges)
    bytes.insert(bytes.end(), sector.begin() + static_cast<std::ptrdiff_t>(r.begin),
                 sector.begin() + static_cast<std::ptrdiff_t>(r.end));
  return crc32(bytes.data(), bytes.size());
}

void remember_part(SavedSector& saved, const Sector& now, std::size_t at, Bytes bytes) {
  const bool known = !saved.ranges.empty();
  for (std::size_t i = at; i < at + bytes.size(); ++i)
    if (!covers(saved.ranges, i)) saved.old[i] = now[i];
  saved.ranges = united(saved.ranges, {at, at + bytes.size()});
  Sector next = now;
  std::copy(bytes.begin(), bytes.end(), next.begin() + static_cast<std::ptrdiff_t>(at));
  saved.written = crc_of(saved.ranges, next);
  if (known) saved.before = crc_of(saved.ranges, now);
}

}  // namespace

void Backup::remember(const Disk& disk, std::uint64_t offset, Bytes bytes) {
  while (!bytes.empty()) {
    const std::uint64_t lba = offset / kSector;
    const std::size_t at = offset % kSector;
    const std::size_t part = std::min(bytes.size(), kSector - at);
    remember_part(sectors_[lba], read_sector(disk, lba), at, bytes.first(part));
    bytes = bytes.subspan(part);
    offset += part;
  }
}

void Backup::remember_file(const SavedFile& file) {
  if (std::find(files_.begin(), files_.end(), file) == files_.end()) files_.push_back(file);
}

void Backup::forget_file(const SavedFile& file) {
  files_.erase(std::remove(files_.begin(), files_.end(), file), files_.end());
}

std::vector<std::uint64_t> Backup::changed_since(const Disk& disk) const {
  std::vector<std::uint64_t> changed;
  for (const auto& [lba, saved] : sectors_) {
    const std::uint32_t now = crc_of(saved.ranges, read_sector(disk, lba));
    if (now != saved.written && now != saved.before && now != crc_of(saved.ranges, saved.old)) changed.push_back(lba);
  }
  return changed;
}

void Backup::restore(Disk& disk, std::uint64_t lba) const {
  const SavedSector& saved = sectors_.at(lba);
  Sector bytes = read_sector(disk, lba);
  for (const ByteRange& r : saved.ranges)
    for (std::size_t at = r.begin; at < r.end; ++at) bytes[at] = saved.old[at];
  disk.write(lba * kSector, bytes);
}

void Backup::settle() {
  for (auto& [lba, saved] : sectors_) saved.before.reset();
}

std::string default_backup_path(const RawDisk& disk) {
  if (!disk.block_device()) return disk.name() + ".bootsim-backup";
  const auto table = devices::media::read_partition_table(disk);
  std::string id;
  if (!table.disk_guid.is_zero()) {
    id = table.disk_guid.text();
  } else if (table.disk_id != 0 && table.kind != devices::media::PartitionTable::Kind::kNone) {
    id = fmt::format("{:08X}", table.disk_id);
  } else if (const auto fs = debugger::files::open_file_system(disk, 0, disk.size()); fs && !fs->info().uuid.empty()) {
    id = fs->info().uuid;
  } else {
    throw emu::Error(
        emu::ErrorKind::kUsage,
        fmt::format("{} has nothing to know it by again; say where the backup goes: --backup FILE", disk.name()));
  }
  return fmt::format("/var/lib/bootsim/disk-{}.bootsim-backup", id);
}

}  // namespace bootsim::install
