#include <fmt/core.h>

#include "bootsim/inspect.h"

namespace bootsim {

namespace {

std::string human_size(std::uint64_t bytes) {
  if (bytes < 10 * 1024) return fmt::format("{} B", bytes);
  if (bytes < std::uint64_t{10} << 20) return fmt::format("{} KB", bytes >> 10);
  if (bytes < std::uint64_t{10} << 30) return fmt::format("{} MB", bytes >> 20);
  return fmt::format("{} GB", bytes >> 30);
}

std::string_view platform_name(std::uint8_t platform) {
  switch (platform) {
    case devices::media::kPlatformX86: return "BIOS";
    case devices::media::kPlatformPowerPc: return "PowerPC";
    case devices::media::kPlatformMac: return "Mac";
    case devices::media::kPlatformEfi: return "UEFI";
    default: return "unknown";
  }
}

std::string describe(const FileSystemSummary& fs) {
  std::string text = fs.info.type;
  if (!fs.info.label.empty()) text += fmt::format(" \"{}\"", fs.info.label);
  if (!fs.info.uuid.empty()) text += fmt::format(", UUID {}", fs.info.uuid);
  if (!fs.info.readable) return text + ", not read";
  return text + fmt::format(", {} files in {} directories{}", fs.files, fs.directories, fs.complete ? "" : " or more");
}

std::string describe(const BootCode& code, bool wants_signature = true) {
  std::string text = code.empty ? "no code" : code.loader.empty() ? "code of unknown make" : code.loader;
  return text + (code.signature || !wants_signature ? "" : ", not signed 55AAh");
}

std::string describe(const devices::media::BootInfoTable& table) {
  return fmt::format("boot info table {}: LBA {}, {} bytes", table.matches ? "valid" : "WRONG", table.file_lba,
                     table.length);
}

void line(std::string& out, std::string_view label, const std::string& text) {
  out += fmt::format("{:<14} {}\n", label, text);
}

void add_el_torito(const InspectReport& report, std::string& out) {
  const auto& catalog = *report.el_torito;
  if (!catalog.found()) {
    constexpr std::string_view kPrefix = "El Torito: ";
    const bool prefixed = catalog.message.starts_with(kPrefix);
    return line(out, "El Torito", catalog.message.substr(prefixed ? kPrefix.size() : 0));
  }
  line(out, "El Torito",
       fmt::format("catalog at LBA {}, platform {}, checksum {}{}{}", catalog.catalog_lba,
                   platform_name(catalog.platform), catalog.checksum_ok ? "right" : "WRONG",
                   catalog.manufacturer.empty() ? "" : ", by ", catalog.manufacturer));
  for (const BootEntry& boot : report.boot_entries) {
    const auto& e = boot.entry;
    line(out, fmt::format("  entry {}", e.number),
         fmt::format("{:<5} {}, {}, {} sectors from LBA {} to {:04X}h{}{}", platform_name(e.platform),
                     e.bootable() ? "bootable" : "NOT bootable", devices::media::media_name(e.media_byte),
                     e.sector_count, e.lba, e.effective_segment(), boot.path.empty() ? "" : ", ", boot.path));
    if (boot.code) line(out, "", describe(*boot.code, !e.is(devices::media::ElToritoMedia::kNoEmulation)));
    if (boot.info_table) line(out, "", describe(*boot.info_table));
  }
}

void add_partitions(const InspectReport& report, std::string& out) {
  using Kind = devices::media::PartitionTable::Kind;
  if (report.table.kind == Kind::kNone) return;
  const std::string kind = report.table.kind == Kind::kMbr   ? "MBR"
                           : report.table.kind == Kind::kGpt ? "GPT"
                                                             : "GPT and MBR (hybrid)";
  line(out, "Partitions", kind + (report.table.used_backup_gpt ? ", read from the backup" : ""));
  for (const PartitionContent& content : report.partitions) {
    const auto& p = content.partition;
    line(out, fmt::format("  {}{}", p.number, p.active || p.legacy_boot() ? " active" : ""),
         fmt::format("LBA {} +{} ({}), {}{}{}", p.first_lba, p.sectors,
                     human_size(p.sectors * devices::media::kSectorSize), p.type_name, p.name.empty() ? "" : ", ",
                     p.name));
    if (content.file_system) line(out, "", describe(*content.file_system));
    if (content.code && !content.code->empty && content.code->signature) line(out, "", describe(*content.code));
  }
}

}  // namespace

std::string to_text(const InspectReport& report) {
  std::string out;
  line(out, "Medium", fmt::format("{}, {} ({} bytes)", report.name, human_size(report.size), report.size));
  if (report.size != 0) line(out, "Attached", report.identification.reason);
  if (report.whole) line(out, "File system", describe(*report.whole));
  if (report.el_torito) add_el_torito(report, out);
  if (report.isohybrid) line(out, "isohybrid", "boots as a disk, too: " + describe(*report.first_sector));
  if (!report.el_torito && report.first_sector)
    line(out, report.table.kind == devices::media::PartitionTable::Kind::kNone ? "Boot sector" : "MBR",
         describe(*report.first_sector));
  add_partitions(report, out);
  line(out, "Verdict", report.verdict);
  for (const Finding& finding : report.findings)
    line(out, fmt::format("{}", to_string(finding.severity)), fmt::format("{} [{}]", finding.text, finding.id));
  return out;
}

}  // namespace bootsim
