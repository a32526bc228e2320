// The GPT half of partition_table.h. Source: UEFI specification 2.10, chapter 5.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "devices/media/partition_table.h"

namespace devices::media {

/// CRC-32 as in the UEFI specification (reflected polynomial EDB88320h).
std::uint32_t crc32(const std::uint8_t* data, std::size_t length);

/// Adds what the GPT of `medium` says to `table` (disk_guid, used_backup_gpt, partitions, problems).
/// `announced`: the MBR has a protective entry, so that a missing GPT is a problem. True when a GPT was read.
bool read_gpt(const Medium& medium, bool announced, PartitionTable& table);

}  // namespace devices::media
