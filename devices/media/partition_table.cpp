#include "devices/media/partition_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "devices/media/bytes.h"
#include "devices/media/gpt.h"

namespace devices::media {
namespace {

constexpr std::size_t kDiskIdOffset = 440;
constexpr std::size_t kTableOffset = 446;
constexpr std::size_t kEntryBytes = 16;
constexpr int kPrimaries = 4;
constexpr int kFirstLogical = 5;
constexpr int kMaxLogicals = 128;
constexpr std::uint8_t kActive = 0x80;

using Sector = std::array<std::uint8_t, kSectorSize>;

bool has_signature(const Sector& s) { return s[510] == 0x55 && s[511] == 0xAA; }

/// The entry as it is, its first LBA still relative.
Partition entry_at(const Sector& sector, int index) {
  const Bytes e = Bytes(sector).subspan(kTableOffset + kEntryBytes * static_cast<std::size_t>(index), kEntryBytes);
  Partition p;
  p.number = index + 1;
  p.boot_flag = e[0];
  p.active = e[0] == kActive;
  p.first_chs = unpack_chs(e[1], e[2], e[3]);
  p.mbr_type = e[4];
  p.type_name = mbr_type_name(e[4]);
  p.last_chs = unpack_chs(e[5], e[6], e[7]);
  p.first_lba = le32(e, 8);
  p.sectors = le32(e, 12);
  return p;
}

bool is_used(const Partition& p) { return p.mbr_type != kMbrTypeEmpty && p.sectors != 0; }

/// A FAT or NTFS boot sector has the same signature and code where an MBR has its table.
bool is_volume_boot_sector(const Sector& s) {
  const bool jump = s[0] == 0xE9 || (s[0] == 0xEB && s[2] == 0x90);
  const std::uint16_t bytes_per_sector = le16(s, 11);
  return jump &&
         (bytes_per_sector == 512 || bytes_per_sector == 1024 || bytes_per_sector == 2048 || bytes_per_sector == 4096);
}

/// In a volume's boot sector, code may look like entries by chance, and mformat puts one there that covers the whole
/// medium, sector 0 included: no partition of a disk holds its own table. (That of an isohybrid does, but its sector 0
/// is no volume's.)
bool has_impossible(const std::vector<Partition>& entries, const Medium& medium) {
  const std::uint64_t end = medium.size() / kSectorSize;
  return std::any_of(entries.begin(), entries.end(), [&](const Partition& p) {
    return p.first_lba == 0 || p.first_lba >= end || p.sectors > end - p.first_lba;
  });
}

/// The used primary entries, or nothing when the place holds something else than a table.
std::vector<Partition> primaries(const Sector& sector, std::vector<std::string>& problems) {
  std::vector<Partition> used;
  for (int i = 0; i < kPrimaries; ++i) {
    Partition p = entry_at(sector, i);
    if ((p.boot_flag & ~kActive) != 0) {
      if (!is_volume_boot_sector(sector))
        problems.push_back(
            fmt::format("sector 0 is signed 55AAh but holds no partition table: entry {} has boot flag {:02X}h", i + 1,
                        p.boot_flag));
      return {};
    }
    if (is_used(p)) used.push_back(std::move(p));
  }
  return used;
}

/// Follows the chain of extended boot records. Their LBAs are relative: a logical partition's to its own
/// record, the next record's to the start of the extended partition.
void add_logicals(const Medium& medium, const Partition& extended, PartitionTable& table) {
  std::vector<std::uint64_t> seen;
  std::uint64_t record = extended.first_lba;
  for (int number = kFirstLogical; number < kFirstLogical + kMaxLogicals;) {
    if (std::find(seen.begin(), seen.end(), record) != seen.end()) {
      table.problems.push_back(fmt::format("the chain of logical partitions comes back to LBA {}", record));
      return;
    }
    seen.push_back(record);
    Sector sector{};
    if (medium.read(record * kSectorSize, sector) < kSectorSize || !has_signature(sector)) {
      table.problems.push_back(
          fmt::format("the extended boot record at LBA {} is unreadable or not signed 55AAh", record));
      return;
    }
    Partition logical = entry_at(sector, 0);
    if (is_used(logical) && !logical.is_extended()) {
      logical.scheme = Partition::Scheme::kMbrLogical;
      logical.number = number++;
      logical.first_lba += record;
      table.partitions.push_back(std::move(logical));
    }
    const Partition link = entry_at(sector, 1);
    if (!link.is_extended() || link.sectors == 0) return;
    record = extended.first_lba + link.first_lba;
    if (seen.size() > kMaxLogicals) break;  // a chain of empty records
  }
  table.problems.push_back(fmt::format("more than {} logical partitions; the rest is not looked at", kMaxLogicals));
}

void check_bounds(const Medium& medium, const Partition& p, std::vector<std::string>& problems) {
  const std::uint64_t end = medium.size() / kSectorSize;
  // An isohybrid's partition covers the whole image, and its tools round up to a cylinder; protective entries
  // say "all".
  if (p.mbr_type == kMbrTypeGptProtective || p.first_lba + p.sectors <= end) return;
  problems.push_back(
      fmt::format("partition {} ends at LBA {}; the medium ends at LBA {}", p.number, p.first_lba + p.sectors, end));
}

bool overlap(const Partition& a, const Partition& b) {
  return a.first_lba < b.first_lba + b.sectors && b.first_lba < a.first_lba + a.sectors;
}

void check_overlaps(const std::vector<Partition>& mbr, std::vector<std::string>& problems) {
  for (std::size_t i = 0; i < mbr.size(); ++i)
    for (std::size_t j = i + 1; j < mbr.size(); ++j)
      if (overlap(mbr[i], mbr[j]))
        problems.push_back(fmt::format("partitions {} and {} overlap", mbr[i].number, mbr[j].number));
}

void check_active(const std::vector<Partition>& mbr, std::vector<std::string>& problems) {
  const auto active = std::count_if(mbr.begin(), mbr.end(), [](const Partition& p) { return p.active; });
  if (active == 0)
    problems.push_back("no partition is active (boot flag 80h): usual MBR code finds nothing to boot");
  else if (active > 1)
    problems.push_back(fmt::format("{} partitions are active: usual MBR code refuses the table", active));
}

}  // namespace

const Partition* PartitionTable::find(Partition::Scheme scheme, int number) const {
  for (const Partition& p : partitions)
    if (p.scheme == scheme && p.number == number) return &p;
  return nullptr;
}

PartitionTable read_partition_table(const Medium& medium) {
  PartitionTable table;
  Sector sector{};
  if (medium.read(0, sector) < kSectorSize) return table;
  table.boot_signature = has_signature(sector);
  std::vector<Partition> mbr;
  if (table.boot_signature) mbr = primaries(sector, table.problems);
  if (is_volume_boot_sector(sector) && has_impossible(mbr, medium)) mbr.clear();
  if (!mbr.empty()) table.disk_id = le32(sector, kDiskIdOffset);

  const auto is_protective = [](const Partition& p) { return p.mbr_type == kMbrTypeGptProtective; };
  const auto protective = std::count_if(mbr.begin(), mbr.end(), is_protective);
  const bool gpt = read_gpt(medium, protective > 0, table);
  if (gpt && protective == 0 && !mbr.empty())
    table.problems.push_back("there is a GPT, but no protective MBR entry (type EEh): tools may ignore the GPT");

  const bool others = static_cast<std::size_t>(protective) < mbr.size();
  if (gpt)
    table.kind = others ? PartitionTable::Kind::kHybrid : PartitionTable::Kind::kGpt;
  else if (!mbr.empty())
    table.kind = PartitionTable::Kind::kMbr;

  check_overlaps(mbr, table.problems);
  if (table.kind == PartitionTable::Kind::kMbr) check_active(mbr, table.problems);
  const bool logicals = std::any_of(mbr.begin(), mbr.end(), [](const Partition& p) { return p.is_extended(); });
  table.partitions.insert(table.partitions.end(), mbr.begin(), mbr.end());
  if (logicals) {
    const auto extended = std::find_if(mbr.begin(), mbr.end(), [](const Partition& p) { return p.is_extended(); });
    add_logicals(medium, *extended, table);
  }
  for (const Partition& p : table.partitions)
    if (p.scheme != Partition::Scheme::kGpt) check_bounds(medium, p, table.problems);
  return table;
}

}  // namespace devices::media
