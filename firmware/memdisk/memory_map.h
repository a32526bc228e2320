// The memory map: what the BIOS says, minus what the memory disk takes.
#pragma once

#include <stdint.h>

namespace memdisk {

struct Range {  // as INT 15h/E820h gives it
  uint64_t base;
  uint64_t length;
  uint32_t type;

  uint64_t end() const { return base + length; }
} __attribute__((packed));

constexpr uint32_t kRam = 1;
constexpr uint32_t kReserved = 2;

class MemoryMap {
 public:
  static constexpr unsigned kMost = 64;

  // A range that the BIOS reports; in any order, the later one wins where they overlap. False: the map is
  // full.
  bool add(uint64_t base, uint64_t length, uint32_t type);

  // Takes RAM away. What is no RAM stays as it is.
  bool reserve(uint64_t base, uint64_t length);

  // The highest place below `limit` for `bytes` bytes of RAM, on a page boundary, that touches neither of the
  // two ranges; 0 if there is none.
  uint32_t find_room(uint32_t bytes, uint64_t limit, Range avoid, Range avoid_too) const;

  // How much RAM follows `base` without a hole, in bytes.
  uint64_t ram_from(uint64_t base) const;

  unsigned count() const { return count_; }
  const Range& operator[](unsigned i) const { return ranges_[i]; }

 private:
  bool cut(uint64_t base, uint64_t end, bool ram_only);
  bool insert(const Range& range);
  void merge();

  Range ranges_[kMost];  // sorted, not overlapping
  unsigned count_ = 0;
};

}  // namespace memdisk
