#include "stage2/memory/heap.h"

namespace stage2 {
namespace {

struct Block {
  size_t size;  ///< bytes, header included
  Block* next;  ///< the next free block, by address
};
constexpr size_t kUnit = 16;
static_assert(sizeof(Block) <= kUnit);

constinit Block* first_free = nullptr;

constinit HeapSource more = nullptr;

void* take(size_t wanted) {
  for (Block** link = &first_free; *link != nullptr; link = &(*link)->next) {
    Block* block = *link;
    if (block->size < wanted) continue;
    if (block->size == wanted) {
      *link = block->next;
    } else {  // the end of the block, so that the list stays as it is
      block->size -= wanted;
      block = reinterpret_cast<Block*>(reinterpret_cast<char*>(block) + block->size);
      block->size = wanted;
    }
    return reinterpret_cast<char*>(block) + kUnit;
  }
  return nullptr;
}

bool touch(const Block* a, const Block* b) {
  return b != nullptr && reinterpret_cast<const char*>(a) + a->size == reinterpret_cast<const char*>(b);
}

void release(void* memory) {
  if (memory == nullptr) return;
  Block* block = reinterpret_cast<Block*>(static_cast<char*>(memory) - kUnit);
  Block* before = nullptr;
  Block* after = first_free;
  while (after != nullptr && after < block) {
    before = after;
    after = after->next;
  }
  block->next = after;
  if (touch(block, after)) {
    block->size += after->size;
    block->next = after->next;
  }
  if (before == nullptr) {
    first_free = block;
  } else if (touch(before, block)) {
    before->size += block->size;
    before->next = block->next;
  } else {
    before->next = block;
  }
}

void add(void* memory, size_t size) {
  const size_t address = reinterpret_cast<size_t>(memory);
  const size_t aligned = (address + kUnit - 1) / kUnit * kUnit;
  Block* block = reinterpret_cast<Block*>(aligned);
  block->size = (size - (aligned - address)) / kUnit * kUnit;
  release(reinterpret_cast<char*>(block) + kUnit);
}

// Null when there is no room, nor more of it.
void* try_to_allocate(size_t bytes) {
  if (bytes > ~size_t{0} - 3 * kUnit) return nullptr;
  const size_t wanted = (bytes + 2 * kUnit - 1) / kUnit * kUnit;
  if (void* memory = take(wanted)) return memory;
  size_t size = wanted;
  void* piece = more != nullptr ? more(size) : nullptr;
  if (piece == nullptr) return nullptr;
  add(piece, size);
  return take(wanted);
}

void* allocate(size_t bytes) {
  void* memory = try_to_allocate(bytes);
  if (memory == nullptr) panic("out of memory");
  return memory;
}

}  // namespace

void heap_init(void* memory, size_t size, HeapSource source) {
  add(memory, size);
  more = source;
}

bool heap_has_room(size_t bytes) {
  void* memory = try_to_allocate(bytes);
  release(memory);
  return memory != nullptr;
}

size_t heap_free_bytes() {
  size_t sum = 0;
  for (const Block* block = first_free; block != nullptr; block = block->next) sum += block->size;
  return sum;
}

}  // namespace stage2

void* operator new(size_t bytes) { return stage2::allocate(bytes); }
void* operator new[](size_t bytes) { return stage2::allocate(bytes); }
void operator delete[](void* memory) noexcept { stage2::release(memory); }
void operator delete[](void* memory, size_t) noexcept { stage2::release(memory); }
void operator delete(void* memory) noexcept { stage2::release(memory); }
void operator delete(void* memory, size_t) noexcept { stage2::release(memory); }

// The slot of a pure virtual function in a vtable; never called.
extern "C" void __cxa_pure_virtual() { stage2::panic("a pure virtual function was called"); }
