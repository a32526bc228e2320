#include "stage2/relocator/relocator.h"

#include "lib32/memory.h"
#include "stage2/bios.h"
#include "stage2/memory/map.h"

extern "C" {
// stub.asm
extern const stage2::u8 relocator_stub[], relocator_stub_end[], relocator_gdt[], relocator_values[],
    relocator_segment[];
// link.ld
extern stage2::u8 bss_end[];
}

namespace stage2 {
namespace {

// The stub's values, from relocator_values on.
struct [[gnu::packed]] StubValues {
  u32 eax, ebx, ecx, edx, esi, edi, ebp, esp;
  u16 ds, es, fs, gs, ss;
  u8 protected_mode, interrupts;
  u32 ip_and_cs;  // real mode: both; protected mode: EIP, and the selector behind it
  u16 selector;
};
constexpr u16 kEntrySelector = 0x28;
constexpr u16 kStubCode32 = 0x08, kStubFlat = 0x10;
constexpr u32 kGdtEntries = 6;
constexpr u32 kCode32Entry = 1, kCode16Entry = 3;

// Where the stub may lie: below the boot sector's place; in the disk buffer; above the stack. Not in stage2,
// which runs until the stub does, nor in its stack.
constexpr u32 kGranularity = 0x100;
constexpr u32 kStack = 0x70000, kStackEnd = 0x80000;
constexpr u32 kStage2 = 0x8000;
struct Range {
  u32 begin, end;
};
constexpr Range kPlaces[] = {{0x1000, 0x7000}, {0x60000, kStack}, {kStackEnd, 0xa0000}, {0x600, 0x1000}};
constexpr u32 kBdaMemorySize = 0x413;  // KiB below the extended BIOS data area

u32 address_of(const void* pointer) { return reinterpret_cast<u32>(pointer); }

void set_base(u8* descriptor, u32 base) {
  descriptor[2] = u8(base);
  descriptor[3] = u8(base >> 8);
  descriptor[4] = u8(base >> 16);
  descriptor[7] = u8(base >> 24);
}

StubValues stub_values(const Handoff& handoff) {
  StubValues values = {};
  memcpy(&values, &handoff, offsetof(StubValues, protected_mode));
  values.protected_mode = handoff.protected_mode;
  values.interrupts = handoff.interrupts;
  values.ip_and_cs = handoff.protected_mode ? handoff.ip : (handoff.ip & 0xffff) | u32{handoff.cs} << 16;
  values.selector = kEntrySelector;
  return values;
}
static_assert(offsetof(StubValues, protected_mode) == 42 && offsetof(Handoff, protected_mode) == 42);

[[noreturn]] void enter_stub(u32 place) {
  struct [[gnu::packed]] {
    u16 limit;
    u32 base;
  } gdt = {u16(kGdtEntries * 8 - 1), place + u32(relocator_gdt - relocator_stub)};
  asm volatile(
      "cli\n\tlgdt %0\n\t"
      "mov %2, %%ds\n\tmov %2, %%es\n\t"
      "pushl %1\n\tpushl $0\n\tlretl"
      :
      : "m"(gdt), "r"(u32{kStubCode32}), "r"(u32{kStubFlat})
      : "memory");
  __builtin_unreachable();
}

}  // namespace

void Relocator::move(u32 from, u32 to, u32 length) {
  if (length == 0) return;
  if (from == to) return keep(to, length);
  moves_.push_back({from, to, length});
}

bool Relocator::is_free(u32 at, u32 length) const {
  for (const Move& move : moves_)
    if (overlap(at, length, move.from, move.length) || overlap(at, length, move.to, move.length)) return false;
  for (const Move& kept : kept_)
    if (overlap(at, length, kept.from, kept.length)) return false;
  return !overlap(at, length, kStage2, address_of(bss_end) - kStage2);
}

u32 Relocator::find_place(u32 length) const {
  const u32 low_end = u32{*physical<const volatile u16>(kBdaMemorySize)} << 10;
  for (const Range& range : kPlaces) {
    const u32 end = lib32::min(range.end, low_end);
    for (u32 at = end - length; end >= range.begin + length && at >= range.begin; at -= kGranularity)
      if (is_free(at & ~15u, length)) return at & ~15u;
  }
  return 0;
}

Result Relocator::start(const Handoff& handoff) {
  Vector<Move> stuck;
  order_moves(moves_, stuck);
  for (Move& piece : stuck) {
    const u32 elsewhere = allocate_high(piece.length, 16, 0xfffff000);
    if (elsewhere == 0) return fail("not enough memory to move {} bytes to {:x}h", piece.length, piece.to);
    memcpy(physical<void>(elsewhere), physical<void>(piece.from), piece.length);
    piece.from = elsewhere;
    moves_.push_back(piece);
  }
  const u32 stub_bytes = u32(relocator_stub_end - relocator_stub);
  const u32 length = stub_bytes + u32((moves_.size() + 1) * sizeof(Move));
  const u32 place = find_place(length);
  if (place == 0) return fail("no free memory below 640 KiB for the last {} bytes of the loader", length);
  if (!enable_a20()) return fail("the address line A20 cannot be opened");

  u8* stub = physical<u8>(place);
  memcpy(stub, relocator_stub, stub_bytes);
  u8* gdt = stub + (relocator_gdt - relocator_stub);
  set_base(gdt + kCode32Entry * 8, place);
  set_base(gdt + kCode16Entry * 8, place);
  const StubValues values = stub_values(handoff);
  memcpy(stub + (relocator_values - relocator_stub), &values, sizeof values);
  const u16 segment = u16(place >> 4);
  memcpy(stub + (relocator_segment - relocator_stub), &segment, sizeof segment);
  const Move end;
  for (size_t i = 0; i <= moves_.size(); ++i)
    memcpy(stub + stub_bytes + i * sizeof(Move), i < moves_.size() ? &moves_[i] : &end, sizeof(Move));
  enter_stub(place);
}

}  // namespace stage2
