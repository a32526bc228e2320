#include "bootsim/html_report/medium_map.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "debugger/sector_files.h"
#include "debugger/views/disk_map.h"
#include "devices/media/el_torito.h"

namespace bootsim::html_report {
namespace {

using debugger::views::DiskMark;
using debugger::views::MediumMap;
using devices::media::kCdSectorSize;
using nlohmann::ordered_json;

/// A distribution's ISO has some thousands of files; of a disk with a whole system on it the first ones are named.
constexpr std::size_t kMostRuns = 20'000;

struct Stretch {
  std::uint64_t first = 0, sectors = 0;
};

/// Bytes of the medium as sectors of the drive. Nothing when no part of them lies on it.
std::optional<Stretch> on_drive(const bios::Drive& drive, std::uint64_t begin, std::uint64_t end) {
  begin = std::max(begin, drive.base_offset);
  end = std::min(end, drive.base_offset + drive.sectors * drive.sector_size);
  if (begin >= end) return std::nullopt;
  const std::uint64_t first = (begin - drive.base_offset) / drive.sector_size;
  return Stretch{first, (end - drive.base_offset + drive.sector_size - 1) / drive.sector_size - first};
}

void add_owners(ordered_json& json, const MediumMap& map, const bios::Drive& drive) {
  std::map<std::string_view, std::int64_t> numbers;  // the same name may come twice
  ordered_json names = ordered_json::array(), owners = ordered_json::array();
  std::size_t count = 0, left_out = 0;
  for (const auto& run : map.runs) {
    const auto stretch = on_drive(drive, run.begin, run.end);
    if (!stretch) continue;
    if (count == kMostRuns) {
      ++left_out;
      continue;
    }
    ++count;
    const std::string& name = map.owners[run.owner].name;
    const auto [number, is_new] = numbers.emplace(name, static_cast<std::int64_t>(names.size()));
    if (is_new) names.push_back(name);
    owners.insert(owners.end(), {stretch->first, stretch->sectors, number->second});
  }
  json["names"] = std::move(names);
  json["owners"] = std::move(owners);
  json["owners_left_out"] = left_out;
}

/// The BIOS itself loads a CD's boot image, without a call.
bool loaded_by_bios(const DiskMark& mark, const bios::Drive& drive, const bios::Drives& drives) {
  const auto& boot = drives.cd_boot();
  if (!boot || mark.kind != DiskMark::Kind::kBootImage || mark.begin != std::uint64_t{boot->image_lba} * kCdSectorSize)
    return false;
  const bios::Drive* cd = drives.find(boot->cd_drive);
  return cd && cd->media == drive.media && !drive.emulated;
}

}  // namespace

void SeenDrives::note(const bios::Drives& drives, std::uint8_t number) {
  const bios::Drive* drive = drives.find(number);
  if (drive && drive->media && !seen_.contains(number)) seen_.emplace(number, *drive);
}

void SeenDrives::note_all(const bios::Drives& drives) {
  for (const std::uint8_t number : drives.numbers()) note(drives, number);
}

ordered_json drive_map_json(const bios::Drive& drive, const bios::Drives& drives) {
  const debugger::SectorFiles files(*drive.media, drive.kind);
  const MediumMap map = debugger::views::medium_map(*drive.media, drive.kind, files);
  ordered_json json = {{"number", drive.number},
                       {"words", bios::drive_words(drive.number)},
                       {"medium", std::filesystem::path(drive.media->name()).filename().string()},
                       {"emulated", drive.emulated},
                       {"sectors", drive.sectors},
                       {"sector_size", drive.sector_size}};
  add_owners(json, map, drive);
  ordered_json marks = ordered_json::array();
  for (const DiskMark& mark : map.marks) {
    const bool by_bios = loaded_by_bios(mark, drive, drives);
    const std::uint64_t loaded =
        mark.begin + std::uint64_t{by_bios ? drives.cd_boot()->sector_count : 0u} * devices::media::kSectorSize;
    const auto stretch = on_drive(drive, mark.begin, mark.end), read = on_drive(drive, mark.begin, loaded);
    if (stretch)
      marks.push_back(
          {fmt::format("{}: {}", mark.name, mark.words), stretch->first, stretch->sectors, read ? read->sectors : 0});
  }
  json["marks"] = std::move(marks);
  return json;
}

}  // namespace bootsim::html_report
