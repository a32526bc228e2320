#include "stage2/memory/map.h"

#include "stage2/bios.h"
#include "stage2/memory/heap.h"

extern "C" stage2::u8 low_heap[], disk_buffer[];  // link.ld

namespace stage2 {
namespace {

// ACPI 6.4 §15.1
constexpr u32 kE820 = 0xe820;
constexpr u32 kSmap = 0x534d4150;  // 'SMAP'
constexpr u32 kMaxRanges = 128;
struct [[gnu::packed]] E820Entry {
  u64 base, length;
  u32 type, attributes;
};
constexpr u32 kE801 = 0xe801;
constexpr u32 kExtendedSize = 0x8800;
constexpr u32 kOneMiB = 0x100000;
constexpr u32 k16MiB = 0x1000000;

constexpr u32 kHeapPiece = 256 << 10;
constexpr u32 kHeapAtOnce = 1 << 20;  // above 1 MiB: enough for menus, caches and file systems
constexpr u32 kHeapShare = 16;        // of a small machine's memory
struct Taken {
  u32 base, end;
  bool for_good;  ///< the heap's
};

// The map is asked for before there is a heap, hence arrays.
constinit MemoryRange ranges[kMaxRanges];
constinit u32 range_count = 0;
constexpr size_t kMostTaken = 64;
constinit Taken taken[kMostTaken] = {};
constinit size_t taken_count = 0;

void add_range(u64 base, u64 length, u32 type) {
  if (length != 0 && range_count < kMaxRanges) ranges[range_count++] = {base, length, type};
}

bool ask_e820() {
  E820Entry entry;
  Regs regs;
  for (u32 i = 0; i < kMaxRanges; ++i) {
    const u32 at = reinterpret_cast<u32>(&entry);
    entry.attributes = 1;  // ACPI 3.0: bit 0 clear means "ignore"; older BIOSes leave it alone
    regs.eax = kE820;
    regs.edx = kSmap;
    regs.ecx = sizeof entry;
    regs.es = u16(at >> 4);
    regs.edi = at & 15;
    regs.flags = 0x202;
    bios_call(0x15, regs);
    if (regs.carry() || regs.eax != kSmap || regs.ecx < 20) break;
    if (regs.ecx < sizeof entry || (entry.attributes & 1)) add_range(entry.base, entry.length, entry.type);
    if (regs.ebx == 0) break;
  }
  return range_count != 0;
}

// RBIL 15-E801: KiB from 1 to 16 MiB in AX, units of 64 KiB above 16 MiB in BX; some BIOSes return them in CX and DX.
bool ask_e801() {
  Regs regs;
  regs.eax = kE801;
  bios_call(0x15, regs);
  if (regs.carry()) return false;
  const u32 below = regs.ax() != 0 ? regs.ax() : regs.cx();
  const u32 above = regs.ax() != 0 ? regs.bx() : regs.dx();
  add_range(kOneMiB, u64{below} << 10, kMemoryUsable);
  add_range(k16MiB, u64{above} << 16, kMemoryUsable);
  return below != 0;
}

void ask_88() {
  Regs regs;
  regs.eax = kExtendedSize;
  bios_call(0x15, regs);
  if (!regs.carry()) add_range(kOneMiB, u64{regs.ax()} << 10, kMemoryUsable);
}

// INT 12h counts KiB below the extended BIOS data area.
void add_low_memory() { add_range(0, u64{*physical<const volatile u16>(0x413)} << 10, kMemoryUsable); }

// Steps below whatever is taken or reserved inside [base, base + size); base itself when nothing is.
u32 obstacle(u32 base, u32 size) {
  for (size_t i = 0; i < taken_count; ++i)
    if (base < taken[i].end && taken[i].base < base + size) return taken[i].base;
  for (u32 i = 0; i < range_count; ++i) {
    const MemoryRange& range = ranges[i];
    if (range.type != kMemoryUsable && base < range.base + range.length && range.base < u64{base} + size)
      return u32(range.base);
  }
  return 0;
}

u32 highest_in(u64 begin, u64 end, u32 size, u32 alignment) {
  while (end >= begin + size) {
    const u64 base = (end - size) & ~u64{alignment - 1};
    if (base < begin) return 0;
    const u32 hit = obstacle(u32(base), size);
    if (hit == 0) return u32(base);
    end = hit;
  }
  return 0;
}

}  // namespace

Vector<MemoryRange> read_memory_map() {
  Vector<MemoryRange> copy;
  for (u32 i = 0; i < range_count; ++i) copy.push_back(ranges[i]);
  return copy;
}

u32 allocate_high(u32 size, u32 alignment, u32 below) {
  u32 best = 0;
  for (u32 i = 0; i < range_count; ++i) {
    if (ranges[i].type != kMemoryUsable || taken_count == kMostTaken) continue;
    const u64 begin = lib32::max<u64>(ranges[i].base, kOneMiB);
    const u64 end = lib32::min<u64>(ranges[i].base + ranges[i].length, below);
    best = lib32::max(best, highest_in(begin, end, size, alignment));
  }
  if (best != 0) taken[taken_count++] = {best, best + size, false};
  return best;
}

bool is_usable(u32 base, u32 size) {
  const u64 end = u64{base} + size;
  u64 at = base;
  for (bool grown = true; at < end && grown;) {
    grown = false;
    for (u32 i = 0; i < range_count; ++i) {
      const u64 range_end = ranges[i].base + ranges[i].length;
      if (ranges[i].type != kMemoryUsable && ranges[i].base < end && base < range_end) return false;
      if (ranges[i].type != kMemoryUsable || ranges[i].base > at || range_end <= at) continue;
      at = range_end;
      grown = true;
    }
  }
  return at >= end;
}

bool take_high(u32 base, u32 size) {
  if (base < kOneMiB || taken_count == kMostTaken || !is_usable(base, size) || obstacle(base, size) != 0) return false;
  taken[taken_count++] = {base, base + size, false};
  return true;
}

size_t high_memory_mark() { return taken_count; }
void high_memory_release(size_t mark) {
  size_t kept = mark;
  for (size_t i = mark; i < taken_count; ++i)
    if (taken[i].for_good) taken[kept++] = taken[i];
  taken_count = lib32::min(kept, taken_count);
}

u32 memory_above_1m() {
  u64 end = kOneMiB;
  for (bool grown = true; grown;) {
    grown = false;
    for (u32 i = 0; i < range_count; ++i) {
      const u64 range_end = ranges[i].base + ranges[i].length;
      if (ranges[i].type != kMemoryUsable || ranges[i].base > end || range_end <= end) continue;
      end = lib32::min<u64>(range_end, 0xfffff000);
      grown = end == range_end;
    }
  }
  for (size_t i = 0; i < taken_count; ++i)
    if (taken[i].base >= kOneMiB && taken[i].base < end) end = taken[i].base;
  return u32(end) - kOneMiB;
}

void reread_memory_map() {
  range_count = 0;
  if (ask_e820()) return;
  add_low_memory();
  if (!ask_e801()) ask_88();
}

namespace {

// 256 KiB or what is needed, and not more: kernels want the memory.
void* more_heap(size_t& size) {
  const u32 needed = u32(size + 4095) & ~u32{4095};
  if (needed < size) return nullptr;
  u32 piece = lib32::max(needed, kHeapPiece);
  u32 base = allocate_high(piece, 4096, 0xfffff000);
  if (base == 0) base = allocate_high(piece = needed, 4096, 0xfffff000);
  if (base == 0) return nullptr;
  taken[taken_count - 1].for_good = true;
  size = piece;
  return physical<void>(base);
}

}  // namespace

void memory_init() {
  const bool above = enable_a20();
  reread_memory_map();
  heap_init(low_heap, size_t(disk_buffer - low_heap), above ? more_heap : nullptr);
  if (above) heap_has_room(lib32::min(kHeapAtOnce, memory_above_1m() / kHeapShare));
}

}  // namespace stage2
