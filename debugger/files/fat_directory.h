// FAT directory entries: short names, long names, and what belongs to neither.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace debugger::files {

inline constexpr std::size_t kFatEntrySize = 32;

struct FatFile {
  std::string name;  ///< the long name when there is a valid one, else the short one; clean
  std::uint8_t attributes = 0;
  std::uint32_t cluster = 0;  ///< first; 0 for an empty file
  std::uint32_t size = 0;     ///< bytes; 0 for directories

  // FAT specification §6: DIR_Attr
  static constexpr std::uint8_t kVolumeId = 0x08;
  static constexpr std::uint8_t kDirectory = 0x10;
  static constexpr std::uint8_t kLongName = 0x0F;
  static constexpr std::uint8_t kLongNameMask = 0x3F;

  bool directory() const { return (attributes & kDirectory) != 0; }
  bool volume_label() const { return (attributes & kVolumeId) != 0; }
};

/// Fed with the 32-byte entries of one directory in order; remembers the long name in progress.
class FatDirectoryParser {
 public:
  /// The file that `entry` completes: nothing for deleted entries, parts of long names, "." and "..".
  std::optional<FatFile> feed(const std::uint8_t* entry);
  /// The entry that ends the directory (first byte 0).
  static bool is_end(const std::uint8_t* entry) { return entry[0] == 0; }

 private:
  void feed_long_name(const std::uint8_t* entry);
  std::string take_long_name(const std::uint8_t* short_entry);

  static constexpr std::size_t kUnitsPerEntry = 13;
  static constexpr std::size_t kMaxEntries = 20;  // 255 UTF-16 units
  std::array<char16_t, kUnitsPerEntry * kMaxEntries> units_{};
  std::size_t expected_ = 0;  ///< order number of the next part; 0: the name is complete or there is none
  std::size_t parts_ = 0;
  std::uint8_t checksum_ = 0;
};

}  // namespace debugger::files
