// Partition tables: MBR with logical partitions, GPT with its backup, and the mixtures found in the field.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "devices/media/medium.h"

namespace devices::media {

inline constexpr std::uint8_t kMbrTypeEmpty = 0x00;
inline constexpr std::uint8_t kMbrTypeExtended = 0x05;
inline constexpr std::uint8_t kMbrTypeExtendedLba = 0x0F;
inline constexpr std::uint8_t kMbrTypeLinuxExtended = 0x85;
inline constexpr std::uint8_t kMbrTypeGptProtective = 0xEE;
inline constexpr std::uint8_t kMbrTypeEfiSystem = 0xEF;

/// GPT attribute bits (UEFI specification 2.10, table 5.8).
inline constexpr std::uint64_t kGptRequired = std::uint64_t{1} << 0;
inline constexpr std::uint64_t kGptNoBlockIo = std::uint64_t{1} << 1;
inline constexpr std::uint64_t kGptLegacyBoot = std::uint64_t{1} << 2;

/// A GUID as stored: the first three fields little-endian.
struct Guid {
  std::array<std::uint8_t, 16> bytes{};
  constexpr bool operator==(const Guid&) const = default;
  bool is_zero() const { return *this == Guid{}; }
  std::string text() const;  ///< "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
};

/// A cylinder/head/sector address as packed in an MBR entry.
struct ChsAddress {
  std::uint16_t cylinder = 0;  ///< 0 to 1023
  std::uint8_t head = 0;       ///< 0 to 255
  std::uint8_t sector = 0;     ///< 1 to 63; 0 is not an address
  constexpr bool operator==(const ChsAddress&) const = default;
};

/// Unpacks the three bytes head, sector (bits 7-6: cylinder bits 9-8), cylinder.
constexpr ChsAddress unpack_chs(std::uint8_t head, std::uint8_t sector, std::uint8_t cylinder) {
  return {static_cast<std::uint16_t>(cylinder | (sector & 0xC0) << 2), head, static_cast<std::uint8_t>(sector & 0x3F)};
}

struct Partition {
  enum class Scheme { kMbrPrimary, kMbrLogical, kGpt };
  Scheme scheme = Scheme::kMbrPrimary;
  int number = 0;  ///< MBR: 1-4 primary, 5… logical; GPT: entry index + 1
  std::uint64_t first_lba = 0;
  std::uint64_t sectors = 0;
  std::string type_name;         ///< "FAT32 (LBA)", "EFI system"; "type 5Ah" or the GUID when unknown
  bool active = false;           ///< MBR boot flag 80h
  std::uint8_t mbr_type = 0;     ///< MBR only
  std::uint8_t boot_flag = 0;    ///< MBR only: the flag byte as it is
  ChsAddress first_chs;          ///< MBR only
  ChsAddress last_chs;           ///< MBR only
  Guid type_guid;                ///< GPT only
  Guid unique_guid;              ///< GPT only
  std::uint64_t attributes = 0;  ///< GPT only
  std::string name;              ///< GPT only, UTF-8

  bool legacy_boot() const { return (attributes & kGptLegacyBoot) != 0; }
  bool is_extended() const {
    return scheme != Scheme::kGpt &&
           (mbr_type == kMbrTypeExtended || mbr_type == kMbrTypeExtendedLba || mbr_type == kMbrTypeLinuxExtended);
  }
};

struct PartitionTable {
  enum class Kind {
    kNone,  ///< no partition table: nothing, a boot sector of a file system, or garbage
    kMbr,
    kGpt,     ///< with a protective MBR, or none
    kHybrid,  ///< GPT, and an MBR with other partitions than the protective one
  };
  Kind kind = Kind::kNone;
  bool boot_signature = false;   ///< 55AAh at offset 510 of sector 0
  std::uint32_t disk_id = 0;     ///< MBR offset 440
  Guid disk_guid;                ///< GPT
  bool used_backup_gpt = false;  ///< the primary GPT is bad, its backup is good
  /// GPT partitions first, then MBR ones (a hybrid's protective entry included), each in table order.
  std::vector<Partition> partitions;
  std::vector<std::string> problems;  ///< what a BIOS, boot loader or partitioning tool may stumble over

  const Partition* find(Partition::Scheme scheme, int number) const;
};

/// Reads the tables; a pure function of the medium's bytes. At most 128 logical partitions, at most 1024 GPT
/// entries of at most 4096 bytes each are looked at. Throws only what Medium::read throws.
PartitionTable read_partition_table(const Medium& medium);

/// The name of an MBR partition type, or "type 5Ah".
std::string mbr_type_name(std::uint8_t type);

}  // namespace devices::media
