// One directory record of ISO 9660 and the Rock Ridge fields in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "debugger/files/walk.h"

namespace debugger::files {

/// ECMA-119 §9.1, the fields a reader needs.
struct IsoRecord {
  std::uint32_t block = 0;  ///< first logical block of the extent, after the extended attribute record
  std::uint32_t size = 0;   ///< bytes
  std::uint8_t flags = 0;
  std::span<const std::uint8_t> name;        ///< as on the medium, with ";1"
  std::span<const std::uint8_t> system_use;  ///< what follows the name: Rock Ridge

  // ECMA-119 §9.1.6 File Flags
  static constexpr std::uint8_t kDirectory = 0x02;
  static constexpr std::uint8_t kAssociated = 0x04;
  static constexpr std::uint8_t kMultiExtent = 0x80;

  bool directory() const { return (flags & kDirectory) != 0; }
  /// "." and ".." are recorded as the single bytes 00 and 01 (§7.6.2).
  bool dot_or_dot_dot() const { return name.size() == 1 && name[0] <= 1; }
};

/// The record at the start of `bytes`; nothing when it is malformed or does not fit. `bytes[0]` is its
/// length.
std::optional<IsoRecord> parse_iso_record(std::span<const std::uint8_t> bytes);

/// What Rock Ridge says about one record.
struct RockRidge {
  std::string name;                         ///< NM, raw; empty when there is none
  bool symlink_or_device = false;           ///< by PX's file type
  bool relocated = false;                   ///< RE: its true place is elsewhere in the tree
  std::optional<std::uint32_t> child_link;  ///< CL: block of a directory that was relocated from here
  std::vector<std::uint32_t> continued_in;  ///< CE: blocks that hold the rest of the fields
};

/// Reads the System Use fields, CE continuation areas included. `skip` is SP's LEN_SKP.
RockRidge read_rock_ridge(Walk& walk, const IsoRecord& record, std::uint32_t block_size, std::size_t skip);

/// LEN_SKP when the root directory's "." record carries SUSP's SP field: then the volume uses Rock Ridge.
std::optional<std::size_t> susp_skip(const IsoRecord& root_dot);

/// Name of a record without Rock Ridge: version and trailing dot removed.
std::string iso_name(const IsoRecord& record);
/// Name of a record in a Joliet tree (UCS-2, big-endian).
std::string joliet_name(const IsoRecord& record);

}  // namespace debugger::files
