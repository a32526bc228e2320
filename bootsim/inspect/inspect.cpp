#include "bootsim/inspect.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "bootsim/inspect/checks.h"
#include "bootsim/inspect/loaders.h"
#include "debugger/files/iso9660.h"
#include "debugger/sector_files.h"

namespace bootsim {

using devices::media::Attach;
using devices::media::Medium;
using devices::media::Partition;

namespace {

constexpr std::size_t kLookedAt = 64 * 1024;  ///< of a boot image, to recognise its loader
constexpr std::size_t kMaxCountedPartitions = 64;

BootCode read_code(const Medium& medium, std::string where, std::uint64_t offset, std::size_t length) {
  BootCode code{.where = std::move(where), .offset = offset};
  std::vector<std::uint8_t> bytes(std::max<std::size_t>(length, 512));
  bytes.resize(std::max<std::size_t>(medium.read(offset, bytes), 512));
  code.signature = bytes[510] == 0x55 && bytes[511] == 0xAA;
  // The disk signature, at 440, and the partition table are no code.
  code.empty = std::all_of(bytes.begin(), bytes.begin() + 440, [](std::uint8_t b) { return b == 0; });
  if (!code.empty) code.loader = inspecting::recognise_loader(bytes);
  return code;
}

FileSystemSummary summarise(const debugger::files::FileSystem& fs, std::uint64_t offset) {
  FileSystemSummary summary{.info = fs.info(), .offset = offset};
  summary.complete = fs.visit(
      [&](debugger::files::Entry&& entry) {
        if (entry.kind == debugger::files::EntryKind::kFile) ++summary.files;
        if (entry.kind == debugger::files::EntryKind::kDirectory) ++summary.directories;
        return true;
      },
      {.max_steps = 8'000'000});
  return summary;
}

/// SYSLINUX's boot sector names no version; the file that it loads does.
void add_syslinux_version(const Medium& medium, const debugger::files::FileSystem& fs, BootCode& code) {
  if (code.loader != "SYSLINUX boot sector" && code.loader != "EXTLINUX boot sector") return;
  for (const std::string_view path : {"/ldlinux.sys", "/syslinux/ldlinux.sys", "/boot/extlinux/ldlinux.sys"}) {
    const auto bytes = debugger::files::read_file(medium, fs, path, 512);
    if (!bytes) continue;
    const std::string version = inspecting::recognise_loader(*bytes);
    if (version.find("LINUX ") != std::string::npos) code.loader += fmt::format(" ({})", version);
    return;
  }
}

/// What follows a file on the medium is another's.
std::size_t looked_at(const Medium& medium, const debugger::files::FileSystem* files, const std::string& path) {
  const auto bytes =
      files && !path.empty() ? debugger::files::read_file(medium, *files, path, kLookedAt) : std::nullopt;
  return bytes ? bytes->size() : kLookedAt;
}

void read_boot_entries(const Medium& medium, InspectReport& report) {
  const debugger::SectorFiles names(medium, Attach::kCd);
  const auto files = debugger::files::open_file_system(medium, 0, medium.size());
  for (const auto& entry : report.el_torito->entries) {
    BootEntry found{.entry = entry};
    const std::uint64_t offset = std::uint64_t{entry.lba} * devices::media::kCdSectorSize;
    const std::string owner = names.at(offset);
    if (owner.starts_with('/') && owner.ends_with("+0")) found.path = owner.substr(0, owner.size() - 2);
    if (offset < medium.size() && entry.lba != 0) {
      found.info_table = devices::media::read_boot_info_table(medium, entry);
      if (entry.platform == devices::media::kPlatformX86)
        found.code = read_code(medium, fmt::format("boot image {}", entry.number), offset,
                               looked_at(medium, files.get(), found.path));
    }
    report.boot_entries.push_back(std::move(found));
  }
}

bool can_hold_files(const Partition& p) {
  const bool protective = p.scheme != Partition::Scheme::kGpt && p.mbr_type == devices::media::kMbrTypeGptProtective;
  return !protective && !p.is_extended() && p.sectors != 0;
}

void read_partitions(const Medium& medium, InspectReport& report) {
  for (const Partition& p : report.table.partitions) {
    PartitionContent content{.partition = p};
    const bool inside = p.first_lba < medium.size() / devices::media::kSectorSize;
    if (inside && can_hold_files(p) && report.partitions.size() < kMaxCountedPartitions) {
      const std::uint64_t begin = p.first_lba * devices::media::kSectorSize;
      const std::uint64_t left = medium.size() - begin;
      const std::uint64_t size =
          std::min(p.sectors, left / devices::media::kSectorSize + 1) * devices::media::kSectorSize;
      const auto fs = debugger::files::open_file_system(medium, begin, size);
      if (fs) content.file_system = summarise(*fs, begin);
      if (begin != 0) content.code = read_code(medium, fmt::format("partition {} boot sector", p.number), begin, 512);
      if (fs && content.code) add_syslinux_version(medium, *fs, *content.code);
    }
    report.partitions.push_back(std::move(content));
  }
}

void read_whole(const Medium& medium, InspectReport& report) {
  auto fs = debugger::files::open_iso9660(medium, 0, medium.size());
  report.iso9660 = fs != nullptr;
  if (!fs && report.table.partitions.empty()) fs = debugger::files::open_file_system(medium, 0, medium.size());
  if (!fs) return;
  report.whole = summarise(*fs, 0);
  add_syslinux_version(medium, *fs, *report.first_sector);
}

/// How a CD or disk ends up, when no check has said it better.
void conclude(InspectReport& report) {
  if (!report.verdict.empty()) return;
  if (!report.bios_boots && report.uefi_boots) {
    report.verdict = "only UEFI can boot this: a BIOS finds nothing to start";
  } else if (!report.bios_boots) {
    report.verdict = "a BIOS finds nothing to start";
  }
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kNote: return "note";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "";
}

InspectReport inspect(const Medium& medium, const std::string& name) {
  InspectReport report;
  report.name = name;
  report.size = medium.size();
  report.identification = devices::media::identify(medium);
  if (medium.size() == 0) {
    inspecting::add(report, Severity::kError, "no-medium", "the medium is empty (0 bytes)");
    report.verdict = "nothing to boot: the medium is empty (0 bytes)";
    return report;
  }
  report.table = devices::media::read_partition_table(medium);
  report.first_sector = read_code(medium, "first sector", 0, 512);
  read_whole(medium, report);
  read_partitions(medium, report);
  if (report.identification.attach == Attach::kCd) {
    report.el_torito = devices::media::read_el_torito(medium);
    read_boot_entries(medium, report);
    report.isohybrid = report.first_sector->signature && !report.first_sector->empty &&
                       report.table.kind != devices::media::PartitionTable::Kind::kNone;
  }
  inspecting::check_size(medium, report);
  if (report.el_torito) inspecting::check_cd(medium, report);
  if (!report.el_torito || report.isohybrid) inspecting::check_disk(medium, report);
  inspecting::check_boot_parameters(medium, report);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  conclude(report);
  return report;
}

}  // namespace bootsim
