// ext2/3/4 inodes: kind, size, and the map from file to disk.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "debugger/files/ext_layout.h"
#include "debugger/files/walk.h"

namespace debugger::files {

struct ExtInode {
  std::uint16_t mode = 0;
  std::uint64_t size = 0;
  std::uint32_t flags = 0;
  std::array<std::uint8_t, 60> block{};  ///< i_block: the map, or data when it is small

  static constexpr std::uint16_t kTypeMask = 0xF000;
  static constexpr std::uint16_t kTypeRegular = 0x8000;
  static constexpr std::uint16_t kTypeDirectory = 0x4000;
  static constexpr std::uint16_t kTypeSymlink = 0xA000;
  static constexpr std::uint32_t kExtentsFlag = 0x00080000;
  static constexpr std::uint32_t kInlineDataFlag = 0x10000000;

  bool directory() const { return (mode & kTypeMask) == kTypeDirectory; }
  bool regular() const { return (mode & kTypeMask) == kTypeRegular; }
  bool symlink() const { return (mode & kTypeMask) == kTypeSymlink; }
  bool inline_data() const { return (flags & kInlineDataFlag) != 0; }
};

/// Inode `number` (from 1), or nothing when it does not exist or cannot be read.
std::optional<ExtInode> read_ext_inode(Walk& walk, const ExtSuper& sb, std::uint32_t number);

/// The file's runs go into `data`, the blocks that map them (indirect blocks, extent tree) into `map`.
/// Bounded by the walk's budget whatever the tree looks like; damage marks the walk incomplete.
void map_ext_inode(Walk& walk, const ExtSuper& sb, const ExtInode& inode, Entry& data, Entry& map);

}  // namespace debugger::files
