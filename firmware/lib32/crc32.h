// The CRC of gzip and zip (RFC 1952 §8), four bytes at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace lib32 {

class Crc32 {
 public:
  Crc32();
  uint32_t of(const uint8_t* bytes, size_t count) const;

 private:
  uint32_t table_[4][256];
};

}  // namespace lib32
