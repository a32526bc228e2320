#include "lib32/crc32.h"

#include "lib32/memory.h"
#include "lib32/types.h"

namespace lib32 {

Crc32::Crc32() {
  constexpr uint32_t kPolynomial = 0xedb88320;
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    table_[0][i] = value;
  }
  for (uint32_t i = 0; i < 256; ++i) {
    for (int k = 1; k < 4; ++k) table_[k][i] = (table_[k - 1][i] >> 8) ^ table_[0][table_[k - 1][i] & 0xff];
  }
}

uint32_t Crc32::of(const uint8_t* bytes, size_t count) const {
  uint32_t crc = 0xffffffff;
  for (; count >= 4; count -= 4, bytes += 4) {
    crc ^= le32(bytes);
    crc = table_[3][crc & 0xff] ^ table_[2][crc >> 8 & 0xff] ^ table_[1][crc >> 16 & 0xff] ^ table_[0][crc >> 24];
  }
  for (; count > 0; --count, ++bytes) crc = (crc >> 8) ^ table_[0][(crc ^ *bytes) & 0xff];
  return ~crc;
}

}  // namespace lib32
