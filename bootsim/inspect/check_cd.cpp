#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "bootsim/inspect/checks.h"

namespace bootsim::inspecting {

using devices::media::CdFailure;
using devices::media::ElToritoEntry;
using devices::media::ElToritoMedia;
using devices::media::Medium;

namespace {

constexpr std::uint64_t kCdSector = devices::media::kCdSectorSize;

bool for_bios(const ElToritoEntry& e) { return e.bootable() && e.platform == devices::media::kPlatformX86; }

/// El Torito §2.2: "Load Segment"; where it leads in memory, and what lives there.
void check_load_address(const ElToritoEntry& entry, InspectReport& report) {
  constexpr std::uint32_t kFirstFree = 0x600;     // IVT, BDA and what DOS used to keep end here
  constexpr std::uint32_t kStack = 0x7C00;        // loading below it may run over the BIOS's stack
  constexpr std::uint32_t kLowestEbda = 0x80000;  // some machines' EBDA begins as low as this
  constexpr std::uint32_t kEndOfMemory = 0xA0000;
  const std::uint32_t begin = std::uint32_t{entry.effective_segment()} * 16;
  const std::uint32_t end = begin + std::uint32_t{entry.sector_count} * 512;
  if (begin < kFirstFree || begin >= kEndOfMemory) {
    add(report, Severity::kError, "load-segment",
        fmt::format("entry {} loads to segment {:04X}h, which no boot image may overwrite", entry.number,
                    entry.load_segment));
  } else if (begin != kStack) {
    add(report, Severity::kWarning, "load-segment",
        fmt::format("entry {} loads to segment {:04X}h; some BIOSes always use 07C0h", entry.number,
                    entry.load_segment));
  }
  if (!entry.is(ElToritoMedia::kNoEmulation) || end <= kLowestEbda) return;
  add(report, end > kEndOfMemory ? Severity::kError : Severity::kWarning, "load-size",
      fmt::format("entry {} loads {} sectors up to {:05X}h{}", entry.number, entry.sector_count, end,
                  end > kEndOfMemory ? ", past the end of conventional memory (A0000h)"
                                     : ", where the EBDA may lie on some machines"));
}

/// El Torito §2.3: an emulated hard disk holds exactly one partition, the first entry of its MBR.
void check_emulated_disk(const Medium& medium, const ElToritoEntry& entry, InspectReport& report) {
  std::array<std::uint8_t, 512> mbr{};
  medium.read(entry.lba * kCdSector, mbr);
  int used = 0;
  for (std::size_t i = 0; i < 4; ++i) used += mbr[446 + 16 * i + 4] != 0 ? 1 : 0;
  const std::uint8_t first_type = mbr[446 + 4];
  if (mbr[510] != 0x55 || mbr[511] != 0xAA) {
    add(report, Severity::kError, "emulated-disk",
        fmt::format("the hard-disk image of entry {} has no MBR: its first sector does not end in 55AAh",
                    entry.number));
  } else if (used != 1 || first_type == 0) {
    add(report, Severity::kWarning, "emulated-disk",
        fmt::format("the hard-disk image of entry {} has {} partitions; El Torito wants exactly one, the first",
                    entry.number, used));
  } else if (first_type != entry.system_type) {
    add(report, Severity::kWarning, "emulated-disk",
        fmt::format("entry {} says partition type {:02X}h; the image's MBR says {:02X}h", entry.number,
                    entry.system_type, first_type));
  }
}

void check_emulated_floppy(const Medium& medium, const ElToritoEntry& entry, InspectReport& report) {
  constexpr std::uint64_t kSizes[] = {0, 1'228'800, 1'474'560, 2'949'120};
  const std::uint64_t begin = entry.lba * kCdSector;
  if (begin >= medium.size() || medium.size() - begin >= kSizes[entry.media_type()]) return;
  add(report, Severity::kWarning, "emulated-floppy",
      fmt::format("the medium ends {} bytes into the {} of entry {}", medium.size() - begin,
                  devices::media::media_name(entry.media_byte), entry.number));
}

void check_info_table(const BootEntry& entry, InspectReport& report) {
  const bool needs_it =
      entry.code && (entry.code->loader.starts_with("ISOLINUX") || entry.code->loader.starts_with("GRUB cdboot"));
  if (!entry.info_table) {
    if (needs_it && entry.entry.is(ElToritoMedia::kNoEmulation))
      add(report, Severity::kError, "boot-info-table",
          fmt::format("boot image {} is {} but has no boot info table (-boot-info-table): it cannot find its rest",
                      entry.entry.number, entry.code->loader));
    return;
  }
  for (const std::string& problem : entry.info_table->problems)
    add(report, needs_it ? Severity::kWarning : Severity::kNote, "boot-info-table",
        fmt::format("boot info table of boot image {}: {}", entry.entry.number, problem));
}

void check_entry(const Medium& medium, const BootEntry& found, InspectReport& report) {
  const ElToritoEntry& entry = found.entry;
  for (const std::string& problem : entry.problems) {
    const bool past_end = problem.find("the medium ends") != std::string::npos;
    add(report, past_end ? Severity::kError : Severity::kWarning, past_end ? "boot-image-past-end" : "el-torito-entry",
        fmt::format("entry {}: {}", entry.number, problem));
  }
  if (!for_bios(entry) || std::uint64_t{entry.lba} * kCdSector >= medium.size()) return;
  check_load_address(entry, report);
  check_info_table(found, report);
  if (entry.is(ElToritoMedia::kHardDisk)) check_emulated_disk(medium, entry, report);
  if (entry.media_type() >= 1 && entry.media_type() <= 3) check_emulated_floppy(medium, entry, report);
}

void check_catalog(InspectReport& report) {
  const auto& catalog = *report.el_torito;
  for (const std::string& problem : catalog.problems) {
    const bool checksum = !catalog.checksum_ok && problem.find("sums to") != std::string::npos;
    add(report, Severity::kWarning, checksum ? "catalog-checksum" : "el-torito", problem);
  }
  if (catalog.found() && catalog.entries.size() > 1 && !catalog.manufacturer.empty())
    add(report, Severity::kNote, "catalog-id", fmt::format("the catalog names its maker: {}", catalog.manufacturer));
}

void say_that_no_bios_boots(std::string id, const std::string& why, InspectReport& report) {
  add(report, Severity::kError, std::move(id), why);
  report.verdict = (report.uefi_boots ? "only UEFI can boot this: " : "a BIOS finds nothing to start: ") + why;
}

void conclude(const Medium& medium, InspectReport& report) {
  const auto choice = devices::media::choose_boot_entry(medium, *report.el_torito);
  report.uefi_boots = std::any_of(report.boot_entries.begin(), report.boot_entries.end(), [](const BootEntry& e) {
    return e.entry.bootable() && e.entry.platform == devices::media::kPlatformEfi;
  });
  report.bios_boots = choice.failure == CdFailure::kNone;
  if (!report.bios_boots) return say_that_no_bios_boots(std::string(to_string(choice.failure)), choice.message, report);
  if (choice.entry->sector_count == 0) {
    report.bios_boots = false;
    return say_that_no_bios_boots(
        "load-size",
        fmt::format("entry {} asks for 0 sectors: a BIOS loads nothing and starts what is in memory",
                    choice.entry->number),
        report);
  }
  if (choice.passed_default)
    add(report, Severity::kWarning, "default-entry",
        fmt::format("the default entry is for platform {:02X}h, the first for a BIOS is entry {}: some BIOSes find it, "
                    "SeaBIOS and others give up",
                    report.el_torito->platform, choice.entry->number));
  const auto& chosen = *std::find_if(report.boot_entries.begin(), report.boot_entries.end(),
                                     [&](const BootEntry& e) { return e.entry.number == choice.entry->number; });
  const bool known = chosen.code && !chosen.code->loader.empty();
  report.verdict =
      fmt::format("a BIOS starts {} ({}{}{})", known ? chosen.code->loader : "an unknown boot image",
                  devices::media::media_name(chosen.entry.media_byte), chosen.path.empty() ? "" : ", ", chosen.path);
  if (choice.passed_default)
    report.verdict += fmt::format("; not every BIOS finds it: it is entry {}", choice.entry->number);
  if (report.uefi_boots) report.verdict += "; there is an entry for UEFI, too";
}

}  // namespace

void check_cd(const Medium& medium, InspectReport& report) {
  check_catalog(report);
  for (const BootEntry& entry : report.boot_entries) check_entry(medium, entry, report);
  conclude(medium, report);
}

}  // namespace bootsim::inspecting
