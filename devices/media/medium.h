// A boot medium's bytes, however they are stored.
#pragma once

#include <any>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emu/error.h"

namespace devices::media {

inline constexpr std::uint32_t kSectorSize = 512;     ///< disks and floppies
inline constexpr std::uint32_t kCdSectorSize = 2048;  ///< CDs and DVDs

/// Bytes to be put at an offset. The bytes belong to the caller.
struct Change {
  std::uint64_t offset = 0;
  std::span<const std::uint8_t> bytes;
};

/// A disk, floppy or CD image as a sequence of bytes. Opened once; reads never change it. Not thread-safe per
/// object.
class Medium {
 public:
  virtual ~Medium() = default;
  /// What the user called it: a path, for messages.
  virtual const std::string& name() const = 0;
  /// Bytes; need not be a multiple of any sector size.
  virtual std::uint64_t size() const = 0;
  virtual bool read_only() const = 0;
  /// Copies bytes from `offset` on; what lies past the end reads as zero. Returns how many bytes exist there.
  /// Throws emu::Error(kMedium) when the host cannot read its file.
  virtual std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  /// Replaces bytes that exist (never grows). Precondition: !read_only(), offset + bytes.size() <= size().
  virtual void write(std::uint64_t offset, std::span<const std::uint8_t> bytes) = 0;
  /// What was written so far, for a snapshot; cheap. Nothing for media that are not written in memory.
  virtual std::any save_writes() { return {}; }
  virtual void restore_writes(const std::any& saved) { static_cast<void>(saved); }
  /// Makes `changes` permanent in the host's copy, all or none of them (--persist; Overlay::persist calls
  /// it). Throws emu::Error(kMedium) when that cannot be done, saying why; so does every medium that does not
  /// say otherwise.
  virtual void commit(std::span<const Change> changes) {
    if (changes.empty()) return;
    throw emu::Error(emu::ErrorKind::kMedium, name() + ": changes cannot be written back to this kind of medium");
  }
};

/// How a medium is attached to the machine.
enum class Attach { kFloppy, kHardDisk, kCd, kUsbFloppy, kUsbHardDisk };

constexpr bool is_floppy(Attach a) { return a == Attach::kFloppy || a == Attach::kUsbFloppy; }
constexpr bool is_hard_disk(Attach a) { return a == Attach::kHardDisk || a == Attach::kUsbHardDisk; }

/// Cylinders, heads and sectors per track, all counts (not maxima).
struct Geometry {
  std::uint32_t cylinders = 0;
  std::uint32_t heads = 0;
  std::uint32_t sectors = 0;
  constexpr bool operator==(const Geometry&) const = default;
  constexpr std::uint64_t total() const { return std::uint64_t{cylinders} * heads * sectors; }
};

}  // namespace devices::media
