#include "debugger/files/fat_bpb.h"

#include "debugger/files/walk.h"

namespace debugger::files {

namespace {

// FAT specification §3.5: the type follows from the count of clusters and from nothing else.
constexpr std::uint64_t kMaxFat12Clusters = 4084;
constexpr std::uint64_t kMaxFat16Clusters = 65524;
constexpr std::uint64_t kMaxFat32Clusters = 0x0FFFFFF5;

void read_tail(FatBpb& bpb, const std::uint8_t* s) {
  const std::size_t tail = bpb.root_entries == 0 ? 64 : 36;           // FAT32 has 28 bytes more before BS_DrvNum
  constexpr std::uint8_t kSerialOnly = 0x28, kSerialAndLabel = 0x29;  // BS_BootSig
  bpb.drive_number = s[tail];
  bpb.has_serial = s[tail + 2] == kSerialOnly || s[tail + 2] == kSerialAndLabel;
  if (bpb.has_serial) bpb.serial = le32(s + tail + 3);
  if (s[tail + 2] == kSerialAndLabel) bpb.label = text_field(s + tail + 7, 11);
  if (bpb.label == "NO NAME") bpb.label.clear();
}

}  // namespace

std::uint64_t FatBpb::root_size() const {
  const std::uint64_t bytes = std::uint64_t{root_entries} * 32;
  return (bytes + bytes_per_sector - 1) / bytes_per_sector * bytes_per_sector;
}

std::optional<FatBpb> parse_fat_bpb(std::span<const std::uint8_t> sector) {
  if (sector.size() < 512) return std::nullopt;
  const std::uint8_t* s = sector.data();
  FatBpb bpb;
  bpb.bytes_per_sector = le16(s + 11);
  const std::uint32_t sectors_per_cluster = s[13];
  bpb.reserved_sectors = le16(s + 14);
  bpb.fats = s[16];
  bpb.root_entries = le16(s + 17);
  bpb.total_sectors = le16(s + 19) != 0 ? le16(s + 19) : le32(s + 32);
  bpb.media = s[21];
  bpb.sectors_per_fat = le16(s + 22);
  bpb.sectors_per_track = le16(s + 24);
  bpb.heads = le16(s + 26);
  bpb.hidden_sectors = le32(s + 28);
  const bool fat32 = bpb.sectors_per_fat == 0;
  if (fat32) {
    bpb.sectors_per_fat = le32(s + 36);
    bpb.root_cluster = le32(s + 44);
  }
  const bool sane = power_of_two(bpb.bytes_per_sector) && bpb.bytes_per_sector >= 512 && bpb.bytes_per_sector <= 4096 &&
                    power_of_two(sectors_per_cluster) && bpb.reserved_sectors != 0 && bpb.fats >= 1 && bpb.fats <= 4 &&
                    (bpb.media == 0xF0 || bpb.media >= 0xF8) && bpb.sectors_per_fat != 0 &&
                    fat32 == (bpb.root_entries == 0);
  if (!sane) return std::nullopt;
  bpb.cluster_size = sectors_per_cluster * bpb.bytes_per_sector;
  const std::uint64_t data_sector = bpb.data_offset() / bpb.bytes_per_sector;
  if (data_sector >= bpb.total_sectors) return std::nullopt;
  const std::uint64_t clusters = (bpb.total_sectors - data_sector) / sectors_per_cluster;
  if (clusters == 0 || clusters > kMaxFat32Clusters) return std::nullopt;
  bpb.clusters = static_cast<std::uint32_t>(clusters);
  bpb.bits = fat32 ? 32 : clusters <= kMaxFat12Clusters ? 12 : 16;
  if (!fat32 && clusters > kMaxFat16Clusters) return std::nullopt;
  read_tail(bpb, s);
  return bpb;
}

}  // namespace debugger::files
