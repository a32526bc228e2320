#include "bootsim/diagnosis/medium_facts.h"

#include <algorithm>

#include <fmt/core.h>

#include "debugger/files/fat_bpb.h"
#include "devices/media/bytes.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

constexpr std::uint64_t kSector = devices::media::kSectorSize;
/// Loaders lie near the start of a medium or of a volume.
constexpr std::uint64_t kSearched = 128 * 1024;

/// A BPB's geometry, also of a volume whose other fields are too odd for a file system (FAT specification
/// §3.1).
LoadedBpb read_bpb(const std::vector<std::uint8_t>& sector) {
  using devices::media::le16;
  using devices::media::le32;
  LoadedBpb bpb;
  bpb.sectors_per_track = le16(sector, 0x18);
  bpb.heads = le16(sector, 0x1A);
  bpb.hidden = le32(sector, 0x1C);
  bpb.total = le16(sector, 0x13) != 0 ? le16(sector, 0x13) : le32(sector, 0x20);
  return bpb;
}

}  // namespace

std::string base_name(const std::string& path) {
  const auto slash = path.find_last_of("/\\)");
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

void each_volume(const Evidence& evidence, const std::function<bool(const Volume&)>& look) {
  const std::uint8_t dl = evidence.boot_drive();
  const auto* medium = evidence.medium(dl);
  const InspectReport* report = evidence.report(dl);
  if (!medium || !report) return;
  const auto enough = [&](const FileSystemSummary& fs, const devices::media::Partition* partition) {
    const auto opened = debugger::files::open_file_system(*medium, fs.offset, report->size - fs.offset);
    return opened && opened->info().readable && look(Volume{*opened, fs.offset, partition});
  };
  if (report->whole && enough(*report->whole, nullptr)) return;
  for (const PartitionContent& p : report->partitions) {
    if (p.file_system && enough(*p.file_system, &p.partition)) return;
  }
}

std::optional<std::vector<std::string>> paths_named(const Evidence& evidence, const std::string& name) {
  constexpr std::size_t kMost = 8;
  std::optional<std::vector<std::string>> paths;
  each_volume(evidence, [&](const Volume& volume) {
    if (!paths) paths.emplace();
    volume.files.visit([&](debugger::files::Entry&& entry) {
      if (entry.kind == debugger::files::EntryKind::kFile && emu::same_words(base_name(entry.path), name) &&
          std::find(paths->begin(), paths->end(), entry.path) == paths->end())
        paths->push_back(entry.path);
      return paths->size() < kMost;
    });
    return paths->size() >= kMost;
  });
  return paths;
}

std::optional<std::vector<std::uint8_t>> read_path(const Evidence& evidence, const std::string& path,
                                                   std::size_t most) {
  std::optional<std::vector<std::uint8_t>> bytes;
  each_volume(evidence, [&](const Volume& volume) {
    bytes = debugger::files::read_file(*evidence.medium(evidence.boot_drive()), volume.files, path, most);
    return bytes.has_value();
  });
  return bytes;
}

std::string image_file_words(const Evidence& evidence) {
  std::string path;
  each_volume(evidence, [&](const Volume& volume) {
    volume.files.visit([&](debugger::files::Entry&& entry) {
      const std::string name = emu::lower(entry.path);
      if (entry.kind == debugger::files::EntryKind::kFile && name.rfind('/') == 0 &&
          (name.ends_with(".iso") || name.ends_with(".img")))
        path = entry.path;
      return path.empty();
    });
    return !path.empty();
  });
  if (path.empty()) return {};
  return fmt::format(
      " It holds {} as a file, which no BIOS looks for: write the image itself to the device (dd), or have a loader on "
      "it start the file.",
      path);
}

std::optional<Claim> cut_claim(const Evidence& evidence, std::uint8_t drive) {
  const InspectReport* report = evidence.report(drive);
  if (!report) return std::nullopt;
  std::optional<Claim> furthest;
  const auto claim = [&](std::string who, std::uint64_t end) {
    if (end > report->size && (!furthest || end > furthest->bytes)) furthest = Claim{std::move(who), end};
  };
  if (report->whole)
    claim(fmt::format("its {} volume", report->whole->info.type), report->whole->offset + report->whole->info.size);
  for (const PartitionContent& p : report->partitions) {
    const bool protective = p.partition.scheme != devices::media::Partition::Scheme::kGpt &&
                            p.partition.mbr_type == devices::media::kMbrTypeGptProtective;
    if (protective) continue;  // may say FFFFFFFFh sectors
    claim(fmt::format("partition {}", p.partition.number), (p.partition.first_lba + p.partition.sectors) * kSector);
  }
  // Partition editors round up to cylinders; what lies in the last, partial sector is nobody's.
  if (furthest && furthest->bytes - report->size < kSector) return std::nullopt;
  return furthest;
}

std::optional<std::string> cut_words(const Evidence& evidence, std::uint8_t drive, std::uint64_t end) {
  const auto claim = cut_claim(evidence, drive);
  const InspectReport* report = evidence.report(drive);
  if (!claim || !report || end > claim->bytes) return std::nullopt;
  return fmt::format(
      "The image is cut short: {} reaches to byte {}, the file ends at {} ({} bytes are missing). Download or copy it "
      "again.",
      claim->who, claim->bytes, report->size, claim->bytes - report->size);
}

std::optional<LoadedBpb> loaded_bpb(const Evidence& evidence) {
  for (auto call = evidence.calls.rbegin(); call != evidence.calls.rend(); ++call) {
    if (!call->read_well() || call->hook || !call->arguments.lba || call->file.find("boot sector") == std::string::npos)
      continue;
    const std::uint8_t drive = call->in.dl();
    const std::vector<std::uint8_t> sector = evidence.sectors(drive, *call->arguments.lba, kSector);
    if (!debugger::files::parse_fat_bpb(sector)) continue;
    LoadedBpb bpb = read_bpb(sector);
    bpb.lba = *call->arguments.lba;
    bpb.name = call->file.starts_with("partition") ? fmt::format("the {}", call->file) : "the boot sector";
    return bpb;
  }
  return std::nullopt;
}

const DiskCall* first_load_of(const Evidence& evidence, std::uint8_t drive, std::uint64_t lba) {
  const auto found = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.read_well() && !call.hook && call.in.dl() == drive && call.arguments.lba == lba;
  });
  return found == evidence.calls.end() ? nullptr : &*found;
}

bool begins_something(const std::string& file) {
  return !file.empty() && (file.find('+') == std::string::npos || file.ends_with("+0"));
}

std::optional<std::uint64_t> find_sector(const Evidence& evidence, std::uint8_t drive,
                                         const std::function<bool(const Sector&)>& is) {
  const bios::Drive* found = evidence.drive(drive);
  if (!found || found->sector_size != kSector) return std::nullopt;
  constexpr std::uint64_t kPiece = 128;
  const std::uint64_t end = std::min<std::uint64_t>(found->sectors, kSearched);
  for (std::uint64_t lba = 0; lba < end; lba += kPiece) {
    const Sector piece = evidence.sectors(drive, lba, kPiece * kSector);
    for (std::uint64_t i = 0; i < kPiece && lba + i < end; ++i) {
      const Sector sector(piece.begin() + static_cast<std::ptrdiff_t>(i * kSector),
                          piece.begin() + static_cast<std::ptrdiff_t>((i + 1) * kSector));
      if (is(sector)) return lba + i;
    }
  }
  return std::nullopt;
}

}  // namespace bootsim::diagnosing
