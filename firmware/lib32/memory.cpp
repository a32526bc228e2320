#include "lib32/memory.h"

#if __STDC_HOSTED__ == 0

// The string instructions, so that the compiler cannot turn a loop here into a call of the function it stands
// in.
void* memcpy(void* to, const void* from, size_t length) noexcept {
  void* const begin = to;
  size_t dwords = length / 4;
  size_t rest = length % 4;
  __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(dwords) : : "memory");
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
  return begin;
}

void* memmove(void* to, const void* from, size_t length) noexcept {
  using lib32::u8;
  u8* const out = static_cast<u8*>(to);
  const u8* const in = static_cast<const u8*>(from);
  if (out <= in || out >= in + length) return memcpy(to, from, length);
  u8* last_out = out + length - 1;
  const u8* last_in = in + length - 1;
  __asm__ volatile("std; rep movsb; cld" : "+D"(last_out), "+S"(last_in), "+c"(length) : : "memory", "cc");
  return to;
}

void* memset(void* to, int value, size_t length) noexcept {
  void* const begin = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
  return begin;
}

int memcmp(const void* a, const void* b, size_t length) noexcept {
  using lib32::u8;
  const volatile u8* x = static_cast<const u8*>(a);
  const volatile u8* y = static_cast<const u8*>(b);
  for (; length != 0; --length, ++x, ++y)
    if (*x != *y) return *x - *y;
  return 0;
}

size_t strlen(const char* text) noexcept {
  const volatile char* end = text;
  while (*end != 0) ++end;
  return static_cast<size_t>(end - text);
}

#endif

namespace lib32 {

void* Arena::allocate(size_t bytes, size_t alignment) {
  const size_t address = reinterpret_cast<size_t>(memory_) + used_;
  const size_t skipped = (alignment - address % alignment) % alignment;
  if (skipped > size_ - used_ || bytes > size_ - used_ - skipped) return nullptr;
  used_ += skipped + bytes;
  return memory_ + used_ - bytes;
}

}  // namespace lib32
