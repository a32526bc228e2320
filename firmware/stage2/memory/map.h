#pragma once

#include "stage2/base/vector.h"

/// The machine's memory, as the BIOS describes it.
namespace stage2 {

/// ACPI 6.4 §15: INT 15h/E820h, address range types.
enum : u32 { kMemoryUsable = 1, kMemoryReserved = 2 };

struct MemoryRange {
  u64 base = 0;
  u64 length = 0;
  u32 type = 0;
};

/// INT 15h/E820h; where the BIOS has none E801h, then 88h. In the BIOS's order.
Vector<MemoryRange> read_memory_map();

/// Asks the BIOS again: INT 15h has been hooked, or is itself again.
void reread_memory_map();

/// The highest `size` bytes that are usable, at a multiple of `alignment` (a power of two), between 1 MiB and `below`
/// (at most 4 GiB), and not handed out before. 0: there are none. What is handed out stays so.
u32 allocate_high(u32 size, u32 alignment, u32 below);
/// Hands out exactly [base, base + size), above 1 MiB. False: not all of it is usable, or some was handed out before.
bool take_high(u32 base, u32 size);
/// Gives back everything handed out since `high_memory_mark()` returned `mark`, but for what the heap got.
size_t high_memory_mark();
void high_memory_release(size_t mark);

/// All of [base, base + size) is usable memory, whoever has it.
bool is_usable(u32 base, u32 size);
/// Usable memory directly above 1 MiB, in bytes: where a kernel may lie.
u32 memory_above_1m();

/// Opens A20 and gives the heap its place: what is free below 384 KiB, and pieces above 1 MiB when it needs more. First
/// thing after start.
void memory_init();

}  // namespace stage2
