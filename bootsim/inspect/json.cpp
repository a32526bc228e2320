#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/inspect.h"

namespace bootsim {

using nlohmann::json;

namespace {

std::string_view attach_word(devices::media::Attach attach) {
  if (attach == devices::media::Attach::kCd) return "cd";
  return devices::media::is_floppy(attach) ? "floppy" : "hd";
}

std::string_view table_word(devices::media::PartitionTable::Kind kind) {
  using Kind = devices::media::PartitionTable::Kind;
  switch (kind) {
    case Kind::kNone: return "none";
    case Kind::kMbr: return "mbr";
    case Kind::kGpt: return "gpt";
    case Kind::kHybrid: return "hybrid";
  }
  return "";
}

std::string hex(std::uint64_t value, int digits) { return fmt::format("{:0{}x}", value, digits); }

json of(const BootCode& code) {
  return {{"where", code.where},
          {"offset", code.offset},
          {"loader", code.loader},
          {"empty", code.empty},
          {"signature", code.signature}};
}

json of(const FileSystemSummary& fs) {
  return {{"type", fs.info.type},        {"label", fs.info.label},        {"uuid", fs.info.uuid},
          {"size", fs.info.size},        {"block", fs.info.block_size},   {"offset", fs.offset},
          {"files", fs.files},           {"directories", fs.directories}, {"complete", fs.complete},
          {"readable", fs.info.readable}};
}

json of(const devices::media::BootInfoTable& t) {
  return {{"pvd_lba", t.pvd_lba},           {"file_lba", t.file_lba},         {"length", t.length},
          {"checksum", hex(t.checksum, 8)}, {"computed", hex(t.computed, 8)}, {"valid", t.matches}};
}

template <typename T>
json or_null(const std::optional<T>& value) {
  return value ? of(*value) : json(nullptr);
}

json of(const BootEntry& boot) {
  const auto& e = boot.entry;
  return {{"number", e.number},
          {"platform", hex(e.platform, 2)},
          {"bootable", e.bootable()},
          {"media", devices::media::media_name(e.media_byte)},
          {"segment", hex(e.load_segment, 4)},
          {"system_type", hex(e.system_type, 2)},
          {"sectors", e.sector_count},
          {"lba", e.lba},
          {"section", e.section_id},
          {"file", boot.path},
          {"boot_info_table", or_null(boot.info_table)},
          {"code", or_null(boot.code)}};
}

json el_torito(const InspectReport& report) {
  if (!report.el_torito) return nullptr;
  const auto& catalog = *report.el_torito;
  json entries = json::array();
  for (const BootEntry& entry : report.boot_entries) entries.push_back(of(entry));
  return {{"reason", to_string(catalog.failure)},
          {"message", catalog.message},
          {"catalog_lba", catalog.catalog_lba},
          {"platform", hex(catalog.platform, 2)},
          {"id", catalog.manufacturer},
          {"checksum_ok", catalog.checksum_ok},
          {"key_ok", catalog.key_ok},
          {"entries", std::move(entries)}};
}

json of(const PartitionContent& content) {
  using Scheme = devices::media::Partition::Scheme;
  const auto& p = content.partition;
  const bool gpt = p.scheme == Scheme::kGpt;
  json out{{"number", p.number},
           {"scheme", gpt                               ? "gpt"
                      : p.scheme == Scheme::kMbrLogical ? "mbr-logical"
                                                        : "mbr"},
           {"first_lba", p.first_lba},
           {"sectors", p.sectors},
           {"type", gpt ? p.type_guid.text() : hex(p.mbr_type, 2)},
           {"type_name", p.type_name},
           {"active", gpt ? p.legacy_boot() : p.active},
           {"file_system", or_null(content.file_system)},
           {"code", or_null(content.code)}};
  if (gpt) out["guid"] = p.unique_guid.text();
  if (gpt) out["name"] = p.name;
  return out;
}

json of(const Finding& finding) {
  return {{"severity", to_string(finding.severity)}, {"id", finding.id}, {"text", finding.text}};
}

}  // namespace

json to_json(const InspectReport& report) {
  json partitions = json::array();
  for (const PartitionContent& p : report.partitions) partitions.push_back(of(p));
  json findings = json::array();
  for (const Finding& finding : report.findings) findings.push_back(of(finding));
  return {{"name", report.name},
          {"size", report.size},
          {"attach", attach_word(report.identification.attach)},
          {"attach_reason", report.identification.reason},
          {"iso9660", report.iso9660},
          {"isohybrid", report.isohybrid},
          {"el_torito", el_torito(report)},
          {"partition_table", table_word(report.table.kind)},
          {"disk_id", hex(report.table.disk_id, 8)},
          {"first_sector", or_null(report.first_sector)},
          {"file_system", or_null(report.whole)},
          {"partitions", std::move(partitions)},
          {"bios_boots", report.bios_boots},
          {"uefi_boots", report.uefi_boots},
          {"verdict", report.verdict},
          {"findings", std::move(findings)}};
}

}  // namespace bootsim
