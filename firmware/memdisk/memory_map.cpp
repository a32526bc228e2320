#include "memdisk/memory_map.h"

namespace memdisk {

bool MemoryMap::insert(const Range& range) {
  if (count_ == kMost) return false;
  unsigned i = count_++;
  for (; i > 0 && ranges_[i - 1].base > range.base; --i) ranges_[i] = ranges_[i - 1];
  ranges_[i] = range;
  return true;
}

// Removes [base, end) from all ranges, or from RAM alone.
bool MemoryMap::cut(uint64_t base, uint64_t end, bool ram_only) {
  for (unsigned i = 0; i < count_; ++i) {
    Range range = ranges_[i];
    if (range.end() <= base || range.base >= end || (ram_only && range.type != kRam)) continue;
    for (unsigned k = i + 1; k < count_; ++k) ranges_[k - 1] = ranges_[k];
    --count_;
    if (range.base < base && !insert({range.base, base - range.base, range.type})) return false;
    if (range.end() > end && !insert({end, range.end() - end, range.type})) return false;
    i = ~0U;  // the order may have changed: from the beginning
  }
  return true;
}

// Neighbours of one type become one range.
void MemoryMap::merge() {
  unsigned kept = 0;
  for (unsigned i = 0; i < count_; ++i) {
    if (kept > 0 && ranges_[kept - 1].end() == ranges_[i].base && ranges_[kept - 1].type == ranges_[i].type) {
      ranges_[kept - 1].length += ranges_[i].length;
    } else {
      ranges_[kept++] = ranges_[i];
    }
  }
  count_ = kept;
}

bool MemoryMap::add(uint64_t base, uint64_t length, uint32_t type) {
  if (length == 0 || base + length < base) return true;
  bool fits = cut(base, base + length, false) && insert({base, length, type});
  merge();
  return fits;
}

bool MemoryMap::reserve(uint64_t base, uint64_t length) {
  uint64_t end = base + length;
  // The RAM that lies in it becomes reserved, range by range; what is between was no RAM.
  for (unsigned i = 0; i < count_; ++i) {
    Range range = ranges_[i];
    if (range.type != kRam || range.end() <= base || range.base >= end) continue;
    uint64_t from = range.base > base ? range.base : base;
    uint64_t to = range.end() < end ? range.end() : end;
    if (!cut(from, to, true) || !insert({from, to - from, kReserved})) return false;
    i = ~0U;
  }
  merge();
  return true;
}

uint32_t MemoryMap::find_room(uint32_t bytes, uint64_t limit, Range avoid, Range avoid_too) const {
  constexpr uint64_t kPage = 4096;
  uint64_t best = 0;
  for (unsigned i = 0; i < count_; ++i) {
    const Range& range = ranges_[i];
    if (range.type != kRam || range.base >= limit) continue;
    uint64_t end = range.end() < limit ? range.end() : limit;
    for (int again = 0; again < 3; ++again) {  // down past what is in the way
      if (end < range.base + bytes) break;
      uint64_t base = (end - bytes) & ~(kPage - 1);
      if (base < range.base) break;
      const Range& in_the_way = base < avoid.end() && avoid.base < base + bytes ? avoid : avoid_too;
      if (base < in_the_way.end() && in_the_way.base < base + bytes) {
        end = in_the_way.base;
        continue;
      }
      if (base > best) best = base;
      break;
    }
  }
  return static_cast<uint32_t>(best);
}

uint64_t MemoryMap::ram_from(uint64_t base) const {
  for (unsigned i = 0; i < count_; ++i) {
    const Range& range = ranges_[i];
    if (range.type == kRam && range.base <= base && range.end() > base) return range.end() - base;
  }
  return 0;
}

}  // namespace memdisk
