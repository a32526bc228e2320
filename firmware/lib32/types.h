// The vocabulary of lib32: integers, little-endian fields, text, status. Freestanding: no library is behind
// it.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace lib32 {

using u8 = uint8_t;
using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;

inline u16 le16(const u8* p) { return static_cast<u16>(p[0] | p[1] << 8); }
inline u32 le32(const u8* p) { return le16(p) | static_cast<u32>(le16(p + 2)) << 16; }
inline u64 le64(const u8* p) { return le32(p) | static_cast<u64>(le32(p + 4)) << 32; }
inline u32 be32(const u8* p) { return static_cast<u32>(p[0]) << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

template <class T>
constexpr T min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
constexpr T max(T a, T b) {
  return a < b ? b : a;
}

/// 64-bit division without the compiler's helper functions. `divisor` is not 0.
struct Quotient {
  u64 quotient;
  u32 remainder;
};
Quotient divide(u64 dividend, u32 divisor);

constexpr bool power_of_two(u32 n) { return n != 0 && (n & (n - 1)) == 0; }
/// The exponent of a power of two.
constexpr u32 log2(u32 n) {
  u32 shift = 0;
  while (n > 1) n >>= 1, ++shift;
  return shift;
}

/// Bytes that somebody else keeps; UTF-8 where it is a name.
struct Text {
  const char* data = "";
  size_t size = 0;

  constexpr Text() = default;
  constexpr Text(const char* bytes, size_t length) : data(bytes), size(length) {}
  constexpr Text(const char* zero_terminated) : data(zero_terminated), size(__builtin_strlen(zero_terminated)) {}
  constexpr bool empty() const { return size == 0; }
  constexpr char operator[](size_t i) const { return data[i]; }
  constexpr Text from(size_t at) const { return {data + min(at, size), size - min(at, size)}; }
  constexpr Text first(size_t length) const { return {data, min(length, size)}; }
};
constexpr bool operator==(Text a, Text b) {
  if (a.size != b.size) return false;
  for (size_t i = 0; i < a.size; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

enum class Error : u8 {
  kNone,
  kRead,         ///< the disk did not give the bytes
  kNotFound,     ///< no such file, or no file system that we know
  kWrongKind,    ///< a directory where a file is wanted, or the reverse
  kDamaged,      ///< the file system contradicts itself
  kUnsupported,  ///< well-formed, but we do not read it: encrypted, compressed, …
  kNoMemory,
};

/// How something ended; what went wrong, in words that can be shown as they are.
class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  constexpr Status(Error error, const char* words) : error_(error), words_(words) {}
  constexpr bool ok() const { return error_ == Error::kNone; }
  constexpr Error error() const { return error_; }
  /// Never null. The words of a read error belong to the Source and last until its next read.
  constexpr const char* words() const { return words_; }

 private:
  Error error_ = Error::kNone;
  const char* words_ = "";
};

}  // namespace lib32
