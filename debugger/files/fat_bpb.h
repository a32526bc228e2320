// The BIOS Parameter Block of a FAT boot sector.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace debugger::files {

/// FAT specification §3.1–3.3. Offsets and sizes are bytes from the start of the volume.
struct FatBpb {
  std::uint32_t bytes_per_sector = 0;
  std::uint32_t cluster_size = 0;  ///< bytes
  std::uint32_t reserved_sectors = 0;
  std::uint32_t fats = 0;
  std::uint32_t root_entries = 0;  ///< 0 on FAT32
  std::uint64_t total_sectors = 0;
  std::uint32_t sectors_per_fat = 0;
  std::uint8_t media = 0;
  std::uint16_t sectors_per_track = 0;
  std::uint16_t heads = 0;
  std::uint32_t hidden_sectors = 0;
  std::uint32_t root_cluster = 0;  ///< FAT32
  std::uint8_t drive_number = 0;
  bool has_serial = false;  ///< BS_BootSig is 28h or 29h
  std::uint32_t serial = 0;
  std::string label;  ///< of the boot sector; the root directory's entry is the better source
  unsigned bits = 0;  ///< 12, 16 or 32, by the count of clusters
  std::uint32_t clusters = 0;

  std::uint64_t fat_offset() const { return std::uint64_t{reserved_sectors} * bytes_per_sector; }
  std::uint64_t fat_size() const { return std::uint64_t{sectors_per_fat} * bytes_per_sector; }
  std::uint64_t root_offset() const { return fat_offset() + fats * fat_size(); }
  std::uint64_t root_size() const;  ///< of the fixed root directory; 0 on FAT32
  std::uint64_t data_offset() const { return root_offset() + root_size(); }
  std::uint64_t size() const { return total_sectors * bytes_per_sector; }
};

/// The BPB in the first 512 bytes of a volume, or nothing when they describe no FAT file system. As strict as
/// Linux is: code of an MBR must not pass for a BPB.
std::optional<FatBpb> parse_fat_bpb(std::span<const std::uint8_t> sector);

}  // namespace debugger::files
