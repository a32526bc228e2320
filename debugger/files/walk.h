// What the file-system readers share: little-endian fields, a window of the medium, and the accounts of one
// visit.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/files/file_system.h"
#include "devices/media/medium.h"

namespace debugger::files {

inline std::uint16_t le16(const std::uint8_t* p) { return static_cast<std::uint16_t>(p[0] | p[1] << 8); }
inline std::uint32_t le32(const std::uint8_t* p) { return le16(p) | std::uint32_t{le16(p + 2)} << 16; }
inline std::uint64_t le64(const std::uint8_t* p) { return le32(p) | std::uint64_t{le32(p + 4)} << 32; }
constexpr bool power_of_two(std::uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

/// The fixed-width text field at `p` without trailing blanks and NULs, as clean UTF-8.
std::string text_field(const std::uint8_t* p, std::size_t width);

/// The 16 bytes at `p` as 01234567-89ab-cdef-0123-456789abcdef; empty when all are zero.
std::string uuid_text(const std::uint8_t* p);

/// UTF-16 to UTF-8; unpaired surrogates become U+FFFD.
std::string utf8_from_utf16(std::span<const char16_t> units);

/// A part of a medium: a partition, or all of it. Offsets count from its start.
class Volume {
 public:
  /// Clipped to the medium's end.
  Volume(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size);
  std::uint64_t begin() const { return begin_; }
  std::uint64_t size() const { return size_; }
  /// False, and `out` untouched, unless all of it lies inside.
  bool read(std::uint64_t offset, std::span<std::uint8_t> out) const;

 private:
  const devices::media::Medium* medium_;
  std::uint64_t begin_;
  std::uint64_t size_;
};

/// One visit in progress: reads metadata through a small cache, and keeps the Limits.
class Walk {
 public:
  Walk(const Volume& volume, const Visitor& visitor, const Limits& limits);

  /// Cached read of metadata. False past the end of the volume, or when the budget is spent.
  bool read(std::uint64_t offset, std::span<std::uint8_t> out);
  /// Accounts for `n` units of work that read nothing. False when the budget is spent.
  bool work(std::uint64_t n = 1);
  /// Adds a run to `entry`, clipped to the volume and merged with the run before it where they touch.
  void add_extent(Entry& entry, std::uint64_t volume_offset, std::uint64_t length, std::uint64_t file_offset);
  /// Hands `entry` to the visitor.
  void emit(Entry&& entry);
  /// A structure of one run.
  void emit_structure(std::string name, std::uint64_t volume_offset, std::uint64_t length);
  /// Something was left out: the visit goes on, and its result is false.
  void incomplete() { complete_ = false; }

  bool stopped() const { return stopped_; }
  bool complete() const { return complete_ && !stopped_; }
  const Limits& limits() const { return limits_; }
  const Volume& volume() const { return volume_; }

 private:
  static constexpr std::size_t kPageSize = 16 * 1024;
  static constexpr std::size_t kPages = 64;
  struct Page {
    std::uint64_t number = ~std::uint64_t{0};
    std::vector<std::uint8_t> bytes;
  };
  const Page* page(std::uint64_t number);

  const Volume& volume_;
  const Visitor& visitor_;
  Limits limits_;
  std::array<Page, kPages> pages_;
  std::uint64_t metadata_ = 0;
  std::uint64_t steps_ = 0;
  std::size_t entries_ = 0;
  std::size_t extents_ = 0;
  std::size_t path_bytes_ = 0;
  bool stopped_ = false;
  bool complete_ = true;
};

}  // namespace debugger::files
