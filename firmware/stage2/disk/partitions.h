#pragma once

#include "lib32/source.h"
#include "stage2/base/vector.h"

/// Partition tables: MBR with logical partitions, GPT. Compiles for the host too.
namespace stage2 {

struct Partition {
  int index = 0;  ///< from 0; MBR: 0-3 primary, 4 and up logical; GPT: place in the table
  u64 start = 0;  ///< in sectors of the drive
  u64 count = 0;
  u8 type = 0;          ///< of an MBR; GPT: 0EEh
  bool active = false;  ///< MBR: the active flag; GPT: the legacy BIOS bootable attribute
  u32 entry = 0;        ///< MBR: which of the four entries of its table
  u64 table = 0;        ///< MBR: the sector with that table
  u64 gpt_entry = 0;    ///< GPT: where its entry begins on the disk, in bytes; MBR: 0
};

enum class TableKind : u8 { kNone, kMbr, kGpt };

/// `disk` is the whole medium. An unpartitioned medium (a boot sector with a BPB instead of an MBR, or nothing at all)
/// has kNone. Entries that lead nowhere are left out; a chain of logical partitions ends after 124.
lib32::Status read_partitions(lib32::Source& disk, u32 sector_size, TableKind& kind, Vector<Partition>& partitions);

}  // namespace stage2
