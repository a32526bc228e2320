#include "stage2/linux/placement.h"

namespace stage2 {
namespace {

// A kernel that knows cmd_line_ptr may lie anywhere below 640 KiB; older ones know 90000h alone. The heap's
// end leaves room for the command line below 9A000h, where an extended BIOS data area may begin.
constexpr u16 kSegment = 0x1000, kHeapEnd = 0xe000;
constexpr u16 kOldSegment = 0x9000, kOldHeapEnd = 0x9800;
constexpr u32 kCommandLineCeiling = 0x90000, kOldCommandLineCeiling = 0x9a000;
constexpr u32 kLowCode = 0x10000, kHighCode = 0x100000;

constexpr u8 kUndefinedLoader = 0xff;  // a loader without an assigned number
constexpr u8 kCanUseHeap = 0x80;
constexpr u16 kCommandLineMagic = 0xa33f;
constexpr u16 kHeapEndBias = 0x200;

void put16(u8* at, u16 value) {
  at[0] = u8(value);
  at[1] = u8(value >> 8);
}
void put32(u8* at, u32 value) {
  put16(at, u16(value));
  put16(at + 2, u16(value >> 16));
}

u64 align_up(u64 value, u32 alignment) { return (value + alignment - 1) & ~u64{alignment - 1}; }

// Bytes from `at` on that a kernel needs there.
u32 needed_at(const LinuxHeader& header, u32 at) {
  LinuxPlacement placed;
  placed.code = at;
  placed.alignment = header.alignment;
  return linux_extent(header, placed).end - at;
}

}  // namespace

Result place_linux_low(Text name, const LinuxHeader& header, u32 low_end, LinuxPlacement& at) {
  const bool modern = header.protocol >= 0x0202 && header.loaded_high;
  at.segment = modern ? kSegment : kOldSegment;
  at.heap_end = modern ? kHeapEnd : kOldHeapEnd;
  const u32 ceiling = modern ? kCommandLineCeiling : kOldCommandLineCeiling;
  const u32 room = ceiling - at.command_line() - 1;
  at.command_line_room = lib32::min(room, header.command_line_limit);
  const u32 end = at.command_line() + (modern ? lib32::min<u32>(at.command_line_room, 0x1000) : room) + 1;
  if (end > low_end)
    return fail("{} needs memory up to {:x}h, and the BIOS keeps what begins at {:x}h", name, end, low_end);
  return {};
}

LinuxExtent linux_extent(const LinuxHeader& header, const LinuxPlacement& at) {
  LinuxExtent extent{at.code, at.code + header.code_bytes};
  if (header.init_size == 0 || !header.loaded_high) return extent;
  const u64 start =
      header.relocatable ? lib32::max(align_up(at.code, at.alignment), header.pref_address) : header.pref_address;
  const u64 end = start + header.init_size;
  if (end <= 0xffffffff && end > extent.end) extent.end = u32(end);
  return extent;
}

Result place_linux_code(Text name, const LinuxHeader& header, LinuxMemory& memory, LinuxPlacement& at) {
  at.alignment = header.alignment;
  at.code = header.loaded_high ? kHighCode : kLowCode;
  if (!header.loaded_high) return {};
  if (header.relocatable && header.pref_address >= kHighCode && header.pref_address <= 0xffffffff) {
    const u32 preferred = u32(header.pref_address);
    if (memory.is_free(preferred, needed_at(header, preferred))) {
      at.code = preferred;
      return {};
    }
  }
  if (memory.is_free(kHighCode, needed_at(header, kHighCode))) return {};
  // Where it starts to run must be where it is loaded: below pref_address it would move itself up there.
  for (u32 alignment = header.alignment; header.relocatable && alignment >= header.min_alignment && alignment != 0;
       alignment >>= 1) {
    const u32 found = memory.find(lib32::max(header.code_bytes, header.init_size), alignment);
    if (found == 0 || found < header.pref_address) continue;
    at.code = found;
    at.alignment = alignment;
    return {};
  }
  const u32 needed = needed_at(header, kHighCode);
  return fail("{} needs memory from {:x}h to {:x}h to start, and not all of it is free", name, kHighCode,
              u64{kHighCode} + needed);
}

void fill_linux_header(const LinuxHeader& header, const LinuxPlacement& at, const LinuxBootValues& values,
                       u8* real_mode) {
  if (values.has_video_mode) put16(real_mode + kVidModeAt, values.video_mode);
  if (header.protocol != 0) {
    real_mode[kTypeOfLoaderAt] = kUndefinedLoader;
    put32(real_mode + kRamdiskImageAt, values.initrd);
    put32(real_mode + kRamdiskSizeAt, values.initrd_bytes);
  }
  if (header.protocol >= 0x0201) {
    put16(real_mode + kHeapEndPtrAt, u16(at.heap_end - kHeapEndBias));
    real_mode[kLoadFlagsAt] |= kCanUseHeap;
  }
  if (header.protocol >= 0x0202) {
    real_mode[kExtLoaderVerAt] = 0;
    real_mode[kExtLoaderTypeAt] = 0;
    put32(real_mode + kCmdLinePtrAt, at.command_line());
  } else {
    put16(real_mode + kCommandLineMagicAt, kCommandLineMagic);
    put16(real_mode + kCommandLineOffsetAt, at.heap_end);
    if (header.protocol != 0) put16(real_mode + kSetupMoveSizeAt, u16(at.heap_end + values.command_line_length + 1));
  }
  if (header.relocatable) {
    put32(real_mode + kCode32StartAt, at.code);
    if (header.protocol >= 0x020a) put32(real_mode + kKernelAlignmentAt, at.alignment);
  }
}

}  // namespace stage2
