#pragma once

#include "lib32/types.h"

/// The heap behind `new`: first fit over one piece of memory, neighbours join when they are freed.
namespace stage2 {

void heap_init(void* memory, size_t size);
size_t heap_free_bytes();

/// Says what happened and stops; a key restarts the machine.
[[noreturn]] void panic(const char* words);

}  // namespace stage2
