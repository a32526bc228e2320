#pragma once

#include "lib32/types.h"

/// The heap behind `new`: first fit over pieces of memory, neighbours join when they are freed.
namespace stage2 {

/// Another piece, of at least `size` bytes at a multiple of 16; `size` becomes what it has. Null: there is none.
using HeapSource = void* (*)(size_t& size);

/// `source` is asked when the heap is full.
void heap_init(void* memory, size_t size, HeapSource source);
/// `new` of so many bytes would not fail now.
bool heap_has_room(size_t bytes);
/// Without what the source would give.
size_t heap_free_bytes();

/// Says what happened and stops; a key restarts the machine.
[[noreturn]] void panic(const char* words);

}  // namespace stage2
