// Memory: what the compiler calls by itself, and an arena to take objects from.
#pragma once

#include "lib32/types.h"

// GCC and Clang emit calls of these even in freestanding code; memory.cpp defines them for the guest, the C
// library does on the host.
extern "C" {
void* memcpy(void* to, const void* from, size_t length) noexcept;
void* memmove(void* to, const void* from, size_t length) noexcept;
void* memset(void* to, int value, size_t length) noexcept;
int memcmp(const void* a, const void* b, size_t length) noexcept;
size_t strlen(const char* text) noexcept;
}

namespace lib32 {

/// Hands out one piece of memory from front to back. Nothing is given back but all that followed a mark.
class Arena {
 public:
  Arena(void* memory, size_t size) : memory_(static_cast<u8*>(memory)), size_(size) {}

  /// Null when there is no room. `alignment` is a power of two.
  void* allocate(size_t bytes, size_t alignment = 16);
  size_t mark() const { return used_; }
  /// Forgets what was allocated since mark() said `mark`; destructors are not called.
  void release(size_t mark) { used_ = mark; }
  size_t available() const { return size_ - used_; }

 private:
  u8* memory_;
  size_t size_;
  size_t used_ = 0;
};

}  // namespace lib32

/// `new (arena) T(…)`: null when the arena is full.
inline void* operator new(size_t size, lib32::Arena& arena) noexcept { return arena.allocate(size); }
inline void operator delete(void*, lib32::Arena&) noexcept {}
