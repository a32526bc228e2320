// A small cache for what file systems read again and again in small pieces: tables, inodes, directories.
#pragma once

#include "lib32/memory.h"
#include "lib32/source.h"
#include "lib32/types.h"

namespace lib32 {

class Metadata {
 public:
  /// Takes kSlots * kSlotSize bytes from `arena`; ready() is false when they are not there.
  Metadata(Source& volume, Arena& arena)
      : volume_(volume), memory_(static_cast<u8*>(arena.allocate(kSlots * kSlotSize))) {}
  bool ready() const { return memory_ != nullptr; }

  /// As Source::read. A bad sector beside the wanted bytes does no harm: then these alone are read.
  Status read(u64 offset, void* to, size_t length);

 private:
  static constexpr u32 kSlots = 4;
  static constexpr u32 kSlotSize = 8192;  // 16 sectors: one BIOS call, and less than a floppy's track

  struct Slot {
    u64 offset = 0;
    u32 length = 0;  ///< 0: empty
    u32 used = 0;    ///< when; the smallest is the oldest
  };

  const u8* cached(u64 offset, size_t& length);

  Source& volume_;
  u8* memory_;
  Slot slots_[kSlots];
  u32 clock_ = 0;
};

}  // namespace lib32
