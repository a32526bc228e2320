#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "bootsim/inspect/checks.h"
#include "devices/media/disk_geometry.h"

namespace bootsim::inspecting {

using devices::media::ChsAddress;
using devices::media::Geometry;
using devices::media::Medium;
using devices::media::Partition;
using devices::media::PartitionTable;

namespace {

/// Which finding a problem of the partition table is, by its words.
struct TableProblem {
  std::string_view words;
  std::string_view id;
  Severity severity;
  Severity on_isohybrid = severity;  ///< where it is how the tools that make them lay an ISO out as a disk
};
constexpr TableProblem kTableProblems[] = {
    {"no partition is active", "no-active", Severity::kWarning},
    {"partitions are active", "several-active", Severity::kWarning},
    {"overlap", "overlap", Severity::kWarning},
    {"backup GPT", "gpt-backup", Severity::kWarning},
    {"primary GPT", "gpt-primary", Severity::kWarning},
    {"no protective MBR", "gpt-no-protective", Severity::kWarning, Severity::kNote},
    {"outside the usable LBAs", "partition-table", Severity::kWarning, Severity::kNote},
    {"the medium ends", "past-end", Severity::kError},
    {"extended boot record", "extended-chain", Severity::kWarning},
    {"chain of logical", "extended-chain", Severity::kWarning},
};

bool is_floppy(const InspectReport& report) { return devices::media::is_floppy(report.identification.attach); }

/// The MBRs that look for the one active partition and give up without it.
bool needs_active(std::string_view loader) { return loader == "SYSLINUX mbr.bin" || loader == "Windows or DOS MBR"; }

void check_table(InspectReport& report) {
  for (const std::string& problem : report.table.problems) {
    // GRUB's boot sectors keep their code for floppies where a disk has its table.
    if (is_floppy(report) && problem.find("holds no partition table") != std::string::npos) continue;
    Finding finding{Severity::kWarning, "partition-table", problem};
    for (const TableProblem& known : kTableProblems) {
      if (problem.find(known.words) == std::string::npos) continue;
      finding.id = known.id;
      finding.severity = report.isohybrid ? known.on_isohybrid : known.severity;
      break;
    }
    const bool about_active = finding.id == "no-active" || finding.id == "several-active";
    if (about_active && needs_active(report.first_sector->loader)) {
      finding.severity = Severity::kError;
      finding.text += fmt::format("; {} is such code", report.first_sector->loader);
    } else if (about_active && report.first_sector->loader.starts_with("GRUB")) {
      finding.severity = Severity::kNote;
    }
    report.findings.push_back(std::move(finding));
  }
}

void check_first_sector(InspectReport& report) {
  const BootCode& sector = *report.first_sector;
  const bool gpt = report.table.kind == PartitionTable::Kind::kGpt;
  const std::string_view what = is_floppy(report) ? "boot sector" : "MBR";
  if (!sector.signature) {
    add(report, Severity::kError, "no-signature",
        fmt::format("the {} (sector 0) does not end in 55AAh: a BIOS does not start it", what));
  } else if (sector.empty) {
    add(report, Severity::kError, gpt ? "protective-mbr-empty" : "no-boot-code",
        fmt::format("the {}{} holds no boot code", gpt ? "protective " : "", what));
  }
}

/// An active partition is what usual MBR code starts; GRUB's does not look at it.
void check_active_partitions(InspectReport& report) {
  if (report.first_sector && report.first_sector->loader.starts_with("GRUB")) return;
  for (const PartitionContent& p : report.partitions) {
    if (!p.partition.active || !p.code || report.isohybrid) continue;
    if (!p.code->signature) {
      add(report, Severity::kWarning, "partition-no-signature",
          fmt::format("the boot sector of active partition {} does not end in 55AAh", p.partition.number));
    } else if (p.code->empty) {
      add(report, Severity::kWarning, "partition-no-boot-code",
          fmt::format("the boot sector of active partition {} holds no boot code", p.partition.number));
    }
  }
}

ChsAddress expected_chs(std::uint64_t lba, const Geometry& g) {
  const std::uint64_t track = lba / g.sectors;
  return {static_cast<std::uint16_t>(track / g.heads), static_cast<std::uint8_t>(track % g.heads),
          static_cast<std::uint8_t>(lba % g.sectors + 1)};
}

/// What partitioning tools write where they mean that CHS is not to be used: all ones, but for the head of some.
bool says_lba_only(const ChsAddress& chs) { return chs.cylinder == 1023 && chs.head >= 254 && chs.sector == 63; }

/// CHS boot sectors and BIOSes that guess the geometry both believe these fields.
void check_chs(const Medium& medium, InspectReport& report) {
  const auto disk = devices::media::guess_disk_geometry(medium);
  const Geometry& g = disk.logical;
  if (g.heads == 0 || g.sectors == 0) return;
  for (const Partition& p : report.table.partitions) {
    const bool protective = p.mbr_type == devices::media::kMbrTypeGptProtective;
    if (p.scheme != Partition::Scheme::kMbrPrimary || protective || p.sectors == 0) continue;
    if (p.first_lba / (std::uint64_t{g.heads} * g.sectors) >= 1023) continue;
    const ChsAddress want = expected_chs(p.first_lba, g);
    if (p.first_chs == want) continue;
    add(report, says_lba_only(p.first_chs) ? Severity::kNote : Severity::kWarning, "chs-mismatch",
        fmt::format("partition {} starts at CHS {}/{}/{} by its entry, but LBA {} is {}/{}/{} with {} heads and {} "
                    "sectors (by {})",
                    p.number, p.first_chs.cylinder, p.first_chs.head, p.first_chs.sector, p.first_lba, want.cylinder,
                    want.head, want.sector, g.heads, g.sectors, disk.source));
  }
}

void check_boot_flags(InspectReport& report) {
  for (const Partition& p : report.table.partitions) {
    if (p.scheme == Partition::Scheme::kGpt || p.boot_flag == 0 || p.boot_flag == 0x80) continue;
    add(report, Severity::kWarning, "boot-flag",
        fmt::format("partition {} has boot flag {:02X}h; only 00h and 80h are valid", p.number, p.boot_flag));
  }
}

bool is_efi_system(const Partition& p) {
  return p.scheme == Partition::Scheme::kGpt ? p.type_guid.text() == "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
                                             : p.mbr_type == devices::media::kMbrTypeEfiSystem;
}

void conclude(InspectReport& report) {
  const BootCode& sector = *report.first_sector;
  report.bios_boots = sector.signature && !sector.empty;
  report.uefi_boots = std::any_of(report.partitions.begin(), report.partitions.end(), [](const PartitionContent& p) {
    return is_efi_system(p.partition) && p.file_system.has_value();
  });
  if (!report.bios_boots) return;
  const std::string_view place = is_floppy(report) || report.whole ? "boot sector" : "MBR";
  report.verdict = sector.loader.empty() ? fmt::format("a BIOS starts the {}, of unknown make", place)
                                         : fmt::format("a BIOS starts the {}: {}", place, sector.loader);
  const PartitionContent* active = nullptr;
  for (const PartitionContent& p : report.partitions)
    if (p.partition.active || p.partition.legacy_boot()) active = active == nullptr ? &p : active;
  if (active != nullptr && active->code && !active->code->loader.empty())
    report.verdict += fmt::format("; partition {}: {}", active->partition.number, active->code->loader);
  if (report.uefi_boots) report.verdict += "; there is an EFI system partition, too";
}

}  // namespace

void check_disk(const Medium& medium, InspectReport& report) {
  if (!report.isohybrid) check_first_sector(report);
  check_table(report);
  check_boot_flags(report);
  check_active_partitions(report);
  check_chs(medium, report);
  if (!report.el_torito) conclude(report);
}

}  // namespace bootsim::inspecting
