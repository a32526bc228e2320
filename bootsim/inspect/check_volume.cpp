#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "bootsim/inspect/checks.h"
#include "debugger/files/fat_bpb.h"
#include "devices/media/disk_geometry.h"
#include "devices/media/floppy_formats.h"

namespace bootsim::inspecting {

using debugger::files::FatBpb;
using devices::media::Geometry;
using devices::media::Medium;

namespace {

/// A FAT volume and where it lies.
struct FatVolume {
  std::string name;  ///< "partition 1", "the medium"
  std::uint64_t first_lba = 0;
  std::uint64_t bytes = 0;  ///< of the partition or medium
  bool partition = false;
  FatBpb bpb;
};

std::vector<FatVolume> fat_volumes(const Medium& medium, const InspectReport& report) {
  std::vector<FatVolume> volumes;
  const auto try_at = [&](FatVolume volume) {
    std::array<std::uint8_t, 512> sector{};
    medium.read(volume.first_lba * devices::media::kSectorSize, sector);
    const auto bpb = debugger::files::parse_fat_bpb(sector);
    if (!bpb) return;
    volume.bpb = *bpb;
    volumes.push_back(std::move(volume));
  };
  if (report.whole && report.whole->info.type.starts_with("FAT")) try_at({"the medium", 0, medium.size(), false, {}});
  for (const PartitionContent& p : report.partitions)
    if (p.file_system && p.file_system->info.type.starts_with("FAT"))
      try_at({fmt::format("partition {}", p.partition.number),
              p.partition.first_lba,
              p.partition.sectors * devices::media::kSectorSize,
              true,
              {}});
  return volumes;
}

std::optional<Geometry> geometry_of(const Medium& medium, const InspectReport& report) {
  if (devices::media::is_floppy(report.identification.attach)) return devices::media::floppy_geometry(medium.size());
  if (report.identification.attach == devices::media::Attach::kCd) return std::nullopt;
  return devices::media::guess_disk_geometry(medium).logical;
}

void check_bpb(const FatVolume& volume, const std::optional<Geometry>& geometry, bool floppy, InspectReport& report) {
  const FatBpb& bpb = volume.bpb;
  if (bpb.size() > volume.bytes)
    add(report, Severity::kError, "bpb-size",
        fmt::format("the BPB of {} says {} sectors of {} bytes; there are {} bytes", volume.name, bpb.total_sectors,
                    bpb.bytes_per_sector, volume.bytes));
  if (!geometry) return;  // no boot sector that a BIOS starts: an EFI system partition of an ISO
  if (bpb.hidden_sectors != volume.first_lba)
    add(report, Severity::kWarning, "bpb-hidden-sectors",
        fmt::format("the BPB of {} says {} hidden sectors; it starts at LBA {}", volume.name, bpb.hidden_sectors,
                    volume.first_lba));
  if (bpb.sectors_per_track != geometry->sectors || bpb.heads != geometry->heads)
    add(report, floppy ? Severity::kWarning : Severity::kNote, "bpb-geometry",
        fmt::format("the BPB of {} says {} heads, {} sectors per track; a BIOS reports {} and {}", volume.name,
                    bpb.heads, bpb.sectors_per_track, geometry->heads, geometry->sectors));
  const bool hard_disk_number = (bpb.drive_number & 0x80) != 0;
  if (hard_disk_number == floppy)
    add(report, Severity::kNote, "bpb-drive-number",
        fmt::format("the BPB of {} says drive {:02X}h, not {}; boot sectors that ignore DL will read the wrong drive",
                    volume.name, bpb.drive_number, floppy ? "00h" : "80h"));
}

void check_file_system_size(const FileSystemSummary& fs, const std::string& where, std::uint64_t available,
                            InspectReport& report) {
  if (fs.info.size > available && !fs.info.type.starts_with("FAT"))
    add(report, Severity::kError, "truncated",
        fmt::format("truncated: the {} volume {} has {} bytes, {} of them are there", fs.info.type, where, fs.info.size,
                    available));
  if (!fs.complete)
    add(report, Severity::kWarning, "file-system-damaged",
        fmt::format("the {} volume {} could not be read to its end: damaged, cut short or enormous", fs.info.type,
                    where));
}

}  // namespace

void check_size(const Medium& medium, InspectReport& report) {
  const bool cd = report.identification.attach == devices::media::Attach::kCd;
  const std::uint32_t unit = cd ? devices::media::kCdSectorSize : devices::media::kSectorSize;
  if (medium.size() % unit != 0)
    add(report, Severity::kWarning, "odd-size",
        fmt::format("the size of {} bytes is not a multiple of {}: the last sector is cut", medium.size(), unit));
  for (const std::string& warning : report.identification.warnings) {
    const bool said = warning.find("multiple of") != std::string::npos || warning.find("truncated") == 0;
    if (!said) add(report, Severity::kWarning, "size", warning);
  }
  if (report.whole) check_file_system_size(*report.whole, "on the medium", medium.size(), report);
  for (const PartitionContent& p : report.partitions) {
    if (!p.file_system) continue;
    const std::uint64_t offset = p.file_system->offset;
    // The ISO of an isohybrid says how long the whole medium is; its partition need not hold the backup GPT and what
    // was appended, for it is read by the file system's numbers.
    const bool own_bounds = !(report.isohybrid && p.file_system->info.type.starts_with("ISO 9660"));
    const std::uint64_t there = medium.size() - offset;
    const std::uint64_t available =
        own_bounds ? std::min(p.partition.sectors * devices::media::kSectorSize, there) : there;
    check_file_system_size(*p.file_system, fmt::format("in partition {}", p.partition.number), available, report);
  }
}

void check_boot_parameters(const Medium& medium, InspectReport& report) {
  const bool floppy = devices::media::is_floppy(report.identification.attach);
  const auto geometry = geometry_of(medium, report);
  for (const FatVolume& volume : fat_volumes(medium, report)) check_bpb(volume, geometry, floppy, report);
}

}  // namespace bootsim::inspecting
