#include "lib32/fs/metadata.h"

namespace lib32 {

/// The bytes from `offset` on, as many of the `length` as one slot holds; null when the slot cannot be
/// filled.
const u8* Metadata::cached(u64 offset, size_t& length) {
  const u32 within = static_cast<u32>(offset) % kSlotSize;
  const u64 base = offset - within;
  u32 chosen = 0;
  for (u32 i = 0; i < kSlots; ++i) {
    if (slots_[i].length != 0 && slots_[i].offset == base) {
      chosen = i;
      break;
    }
    if (slots_[i].used < slots_[chosen].used) chosen = i;
  }
  Slot& slot = slots_[chosen];
  u8* const bytes = memory_ + chosen * kSlotSize;
  length = min<size_t>(length, kSlotSize - within);
  if (slot.length == 0 || slot.offset != base) {
    const u64 size = volume_.size();
    if (size <= base) return nullptr;
    slot = {base, 0, 0};
    const u32 wanted = static_cast<u32>(min<u64>(kSlotSize, size - base));
    if (!volume_.read(base, bytes, wanted).ok()) return nullptr;
    slot.length = wanted;
  }
  slot.used = ++clock_;
  return within + length <= slot.length ? bytes + within : nullptr;
}

Status Metadata::read(u64 offset, void* to, size_t length) {
  u8* out = static_cast<u8*>(to);
  while (length != 0) {
    size_t part = length;
    if (const u8* bytes = cached(offset, part)) {
      memcpy(out, bytes, part);
    } else if (const Status status = volume_.read(offset, out, part); !status.ok()) {
      return status;
    }
    out += part;
    offset += part;
    length -= part;
  }
  return {};
}

}  // namespace lib32
