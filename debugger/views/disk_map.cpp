#include "debugger/views/disk_map.h"

#include <algorithm>

#include <fmt/core.h>

#include "devices/media/el_torito.h"
#include "devices/media/partition_table.h"

namespace debugger::views {
namespace {

using devices::media::kCdSectorSize;
using devices::media::kSectorSize;

void add_partitions(const devices::media::Medium& medium, MediumMap& map) {
  for (const auto& p : devices::media::read_partition_table(medium).partitions) {
    const bool protective =
        p.scheme != devices::media::Partition::Scheme::kGpt && p.mbr_type == devices::media::kMbrTypeGptProtective;
    if (protective || p.sectors == 0 || p.first_lba >= map.size / kSectorSize) continue;
    const std::uint64_t begin = p.first_lba * kSectorSize;
    const std::uint64_t sectors = std::min(p.sectors, (map.size - begin + kSectorSize - 1) / kSectorSize);
    map.marks.push_back({.kind = DiskMark::Kind::kPartition,
                         .begin = begin,
                         .end = std::min(map.size, begin + sectors * kSectorSize),
                         .name = fmt::format("partition {}", p.number),
                         .words = p.type_name + (p.active ? ", active" : "")});
  }
}

/// How far an image reaches its catalog does not say for all kinds: the file or the emulated drive tells.
std::uint64_t image_end(const devices::media::ElToritoEntry& entry, std::uint64_t begin, const MediumMap& map) {
  using devices::media::ElToritoMedia;
  constexpr std::uint64_t k1200 = 1'228'800, k1440 = 1'474'560, k2880 = 2'949'120;
  if (entry.is(ElToritoMedia::kFloppy1200K)) return begin + k1200;
  if (entry.is(ElToritoMedia::kFloppy1440K)) return begin + k1440;
  if (entry.is(ElToritoMedia::kFloppy2880K)) return begin + k2880;
  const OwnedRun* run = map.run_at(begin);
  const std::uint64_t loaded = begin + std::uint64_t{std::max<std::uint16_t>(entry.sector_count, 1)} * kSectorSize;
  return run && run->begin == begin ? std::max(run->end, loaded) : loaded;
}

void add_boot_images(const devices::media::Medium& medium, MediumMap& map) {
  for (const auto& entry : devices::media::read_el_torito(medium).entries) {
    const std::uint64_t begin = std::uint64_t{entry.lba} * kCdSectorSize;
    if (entry.lba == 0 || begin >= map.size) continue;
    map.marks.push_back({.kind = DiskMark::Kind::kBootImage,
                         .begin = begin,
                         .end = std::min(map.size, image_end(entry, begin, map)),
                         .name = fmt::format("boot image {}", entry.number),
                         .words = "El Torito, " + devices::media::media_name(entry.media_byte) +
                                  (entry.bootable() ? "" : ", not bootable")});
  }
}

}  // namespace

std::vector<MediumRow> media_view(const bios::Drives& drives) {
  std::vector<MediumRow> rows;
  const auto row_of = [&](const bios::Drive& d) -> MediumRow& {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const MediumRow& row) { return row.medium == d.media; });
    return found != rows.end() ? *found
                               : rows.emplace_back(MediumRow{.medium = d.media, .attach = d.kind, .drives = {}});
  };
  for (const bool emulated : {false, true}) {
    for (const std::uint8_t number : drives.numbers()) {
      const bios::Drive& d = *drives.find(number);
      if (!d.media || d.emulated != emulated) continue;
      row_of(d).drives.push_back({number, d.base_offset, d.sectors, d.sector_size, d.emulated});
    }
  }
  return rows;
}

const OwnedRun* MediumMap::run_at(std::uint64_t byte) const {
  const auto after = std::upper_bound(runs.begin(), runs.end(), byte,
                                      [](std::uint64_t at, const OwnedRun& run) { return at < run.begin; });
  return after != runs.begin() && byte < std::prev(after)->end ? &*std::prev(after) : nullptr;
}

MediumMap medium_map(const devices::media::Medium& medium, devices::media::Attach attach, const SectorFiles& files) {
  MediumMap map{.size = medium.size(),
                .sector_size = attach == devices::media::Attach::kCd ? kCdSectorSize : kSectorSize,
                .runs = {},
                .owners = {},
                .marks = {}};
  files.visit([&](std::string_view name) { map.owners.push_back({.name = std::string(name)}); },
              [&](std::uint64_t begin, std::uint64_t end, std::uint32_t owner) {
                if (!map.runs.empty() && map.runs.back().end == begin && map.runs.back().owner == owner) {
                  map.runs.back().end = end;
                } else {
                  map.runs.push_back({begin, end, owner});
                }
                map.owners[owner].bytes += end - begin;
              });
  add_partitions(medium, map);
  add_boot_images(medium, map);
  std::stable_sort(map.marks.begin(), map.marks.end(),
                   [](const DiskMark& a, const DiskMark& b) { return a.begin < b.begin; });
  return map;
}

std::optional<Transfer> transfer_of(const LoggedCall& logged, const std::vector<MediumRow>& media) {
  const bios::Arguments& a = logged.described.arguments;
  const bool moved = logged.ever_returned && !(logged.call.out.rflags & emu::flag::kCarry);
  if (!moved || logged.call.hook || !a.drive || !a.lba || !moves_sectors(logged.described) || *a.count == 0)
    return std::nullopt;
  // The emulated drive hides another of the same number.
  const DriveWindow* window = nullptr;
  std::size_t medium = 0;
  for (std::size_t i = 0; i < media.size(); ++i) {
    for (const DriveWindow& w : media[i].drives) {
      if (w.drive != *a.drive || (window && !w.emulated)) continue;
      window = &w;
      medium = i;
    }
  }
  if (!window || *a.lba >= window->sectors) return std::nullopt;
  const std::uint64_t count = std::min<std::uint64_t>(*a.count, window->sectors - *a.lba);
  const std::uint64_t begin = window->base + *a.lba * window->sector_size;
  return Transfer{.medium = medium,
                  .begin = begin,
                  .end = begin + count * window->sector_size,
                  .call = logged.number,
                  .writes = a.writes_medium};
}

}  // namespace debugger::views
