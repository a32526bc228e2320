#include "lib32/source.h"

#include "lib32/memory.h"

namespace lib32 {

Status MemorySource::read(u64 offset, void* to, size_t length) {
  if (offset > size_ || length > size_ - offset) return {Error::kRead, "a read past the end of the image in memory"};
  if (length > 0) memcpy(to, bytes_ + offset, length);  // there may be no bytes to point at
  return {};
}

}  // namespace lib32
