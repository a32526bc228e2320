#include "devices/media/identify.h"

#include <fmt/core.h>

#include <array>
#include <optional>

#include "devices/media/bytes.h"
#include "devices/media/el_torito.h"
#include "devices/media/floppy_formats.h"
#include "devices/media/partition_table.h"

namespace devices::media {
namespace {

constexpr std::uint64_t kPrimaryVolumeDescriptor = 16 * kCdSectorSize;

bool is_iso9660(const Medium& medium) {
  std::array<std::uint8_t, 6> head{};
  medium.read(kPrimaryVolumeDescriptor, head);
  return has_text(head, 1, "CD001");
}

bool is_udf_bridge_or_udf(const Medium& medium) {
  std::array<std::uint8_t, 6> head{};
  medium.read(kPrimaryVolumeDescriptor, head);
  return has_text(head, 1, "BEA01");
}

const char* table_name(PartitionTable::Kind kind) {
  switch (kind) {
    case PartitionTable::Kind::kGpt: return "a GPT";
    case PartitionTable::Kind::kHybrid: return "a GPT and an MBR partition table";
    default: return "an MBR partition table";
  }
}

Identification as_cd(const Medium& medium, const PartitionTable& table) {
  const ElTorito boot = read_el_torito(medium);
  Identification id{Attach::kCd, "", {}};
  if (boot.found())
    id.reason = "ISO 9660 with El Torito";
  else if (boot.failure == CdFailure::kNoElTorito)
    id.reason = "ISO 9660 without El Torito";
  else
    id.reason = fmt::format("ISO 9660 with a bad El Torito ({})", to_string(boot.failure));
  if (table.kind != PartitionTable::Kind::kNone)
    id.reason += ", isohybrid MBR too; attached as a CD (--as hd boots it as a disk)";
  else
    id.reason += "; attached as a CD";
  if (medium.size() % kCdSectorSize != 0)
    id.warnings.push_back(fmt::format("the size of {} bytes is not a multiple of 2048", medium.size()));
  std::array<std::uint8_t, 4> blocks{};
  medium.read(kPrimaryVolumeDescriptor + 80, blocks);
  const std::uint64_t volume = std::uint64_t{le32(blocks, 0)} * kCdSectorSize;
  if (volume > medium.size())
    id.warnings.push_back(fmt::format("truncated: the volume has {} bytes, the medium {}", volume, medium.size()));
  return id;
}

void warn_of_partial_sector(const Medium& medium, Identification& id) {
  if (medium.size() % kSectorSize != 0)
    id.warnings.push_back(fmt::format("the size of {} bytes is not a multiple of 512", medium.size()));
}

Identification as_disk(const Medium& medium, const PartitionTable& table) {
  Identification id{Attach::kHardDisk, fmt::format("{}; attached as a hard disk", table_name(table.kind)), {}};
  id.reason[0] = 'A';
  warn_of_partial_sector(medium, id);
  for (const std::string& problem : table.problems)
    if (problem.find("the medium ends") != std::string::npos) id.warnings.push_back("truncated? " + problem);
  return id;
}

Identification as_floppy(const Medium& medium, const FloppyFormat& format) {
  const Geometry& g = format.geometry;
  Identification id{Attach::kFloppy,
                    fmt::format("A floppy's size, no partition table; attached as a {} floppy ({}/{}/{})", format.name,
                                g.cylinders, g.heads, g.sectors),
                    {}};
  warn_of_partial_sector(medium, id);
  if (medium.size() < format.bytes())
    id.warnings.push_back(fmt::format("{} bytes is no floppy's size: reads past them fail as on a bad {} disk",
                                      medium.size(), format.name));
  return id;
}

}  // namespace

Identification identify(const Medium& medium) {
  const PartitionTable table = read_partition_table(medium);
  if (is_iso9660(medium)) return as_cd(medium, table);
  if (is_udf_bridge_or_udf(medium)) return {Attach::kCd, "UDF without ISO 9660; attached as a CD", {}};
  if (table.kind != PartitionTable::Kind::kNone) return as_disk(medium, table);
  if (const auto format = floppy_format(medium)) return as_floppy(medium, *format);
  Identification id{Attach::kHardDisk, "No partition table, too big for a floppy; attached as a hard disk", {}};
  warn_of_partial_sector(medium, id);
  return id;
}

}  // namespace devices::media
