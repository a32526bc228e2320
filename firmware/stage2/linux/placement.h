#pragma once

#include "stage2/linux/header.h"

/// Where the pieces of a kernel go, and what its header is told ("Memory Layout", "Sample Boot Configuration"
/// of boot.rst). Compiles for the host too.
namespace stage2 {

struct LinuxPlacement {
  u16 segment = 0;            ///< of the boot sector; setup is entered at segment + 20h : 0
  u16 heap_end = 0;           ///< offset in the segment: the end of heap and stack, where the command line begins
  u32 command_line_room = 0;  ///< characters, without the zero
  u32 code = 0;               ///< of the protected-mode code
  u32 alignment = 0;          ///< what kernel_alignment becomes

  u32 real_mode() const { return u32{segment} << 4; }
  u32 command_line() const { return real_mode() + heap_end; }
};

/// Memory above 1 MiB, as the placement asks for it.
class LinuxMemory {
 public:
  /// All of it is RAM, and free until the kernel runs.
  virtual bool is_free(u32 at, u32 length) = 0;
  /// The lowest such place at a multiple of `alignment`; 0: there is none.
  virtual u32 find(u32 length, u32 alignment) = 0;

 protected:
  ~LinuxMemory() = default;
};

/// The low part: real-mode code, heap, command line. `low_end` is where the extended BIOS data area begins.
Result place_linux_low(Text name, const LinuxHeader& header, u32 low_end, LinuxPlacement& at);
/// The protected-mode code: a zImage at 64 KiB; a bzImage that can be relocated where it likes to be, or else
/// at 1 MiB, or else as low as it can be, with less and less alignment; others at 1 MiB.
Result place_linux_code(Text name, const LinuxHeader& header, LinuxMemory& memory, LinuxPlacement& at);

/// What a kernel at `code` writes to before it knows its memory: at least its code. Where it starts to run
/// comes from boot.rst, init_size.
struct LinuxExtent {
  u32 begin = 0, end = 0;
};
LinuxExtent linux_extent(const LinuxHeader& header, const LinuxPlacement& at);

struct LinuxBootValues {
  u32 initrd = 0, initrd_bytes = 0;
  u32 command_line_length = 0;
  bool has_video_mode = false;
  u16 video_mode = 0;
};
/// Fills in the header in `real_mode`, the file's first bytes: only fields that the protocol's version has.
void fill_linux_header(const LinuxHeader& header, const LinuxPlacement& at, const LinuxBootValues& values,
                       u8* real_mode);

}  // namespace stage2
