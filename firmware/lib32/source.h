// Where bytes come from: a partition, a whole medium, a file on one, a piece of memory.
#pragma once

#include "lib32/types.h"

namespace lib32 {

class Source {
 public:
  static constexpr u64 kUnknownSize = ~u64{0};

  /// Copies exactly `length` bytes from `offset` on to `to`, or fails with Error::kRead and words that say
  /// where (the file system readers pass them on as they are). Any offset and length, aligned or not; reading
  /// past the end is an error. Large reads of aligned bytes should reach the disk as they are.
  virtual Status read(u64 offset, void* to, size_t length) = 0;
  /// Bytes; kUnknownSize when nobody knows.
  virtual u64 size() const = 0;

 protected:
  ~Source() = default;
};

/// Bytes that are in memory already.
class MemorySource final : public Source {
 public:
  MemorySource(const void* bytes, size_t size) : bytes_(static_cast<const u8*>(bytes)), size_(size) {}
  Status read(u64 offset, void* to, size_t length) override;
  u64 size() const override { return size_; }

 private:
  const u8* bytes_;
  size_t size_;
};

}  // namespace lib32
