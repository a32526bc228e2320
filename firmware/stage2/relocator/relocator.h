#pragma once

#include "stage2/base/format.h"
#include "stage2/relocator/moves.h"

/// Leaving stage2 for good: pieces of memory are moved to where they are wanted, over stage2 itself if need
/// be, and something else runs.
namespace stage2 {

/// What the next program finds in its registers. The layout is known to stub.asm.
struct Handoff {
  u32 eax = 0, ebx = 0, ecx = 0, edx = 0, esi = 0, edi = 0, ebp = 0, esp = 0;
  u16 ds = 0, es = 0, fs = 0, gs = 0, ss = 0;  ///< real mode; protected mode has flat segments
  bool protected_mode = false;                 ///< 32-bit, paging off, interrupts off
  bool interrupts = true;                      ///< real mode: IF
  u32 ip = 0;
  u16 cs = 0;  ///< real mode
};

class Relocator {
 public:
  /// `length` bytes at `from` go to `to`, physical addresses. The targets do not overlap each other;
  /// everything else may overlap.
  void move(u32 from, u32 to, u32 length);
  /// Bytes that stay where they are, and must not be overwritten.
  void keep(u32 at, u32 length) { kept_.push_back({at, at, length}); }

  /// Moves and starts; A20 is open. The interrupt vectors, the PIC and the timer are as the BIOS left them.
  /// Returns only when it cannot be done, and then nothing has been moved.
  Result start(const Handoff& handoff);

 private:
  bool is_free(u32 at, u32 length) const;
  u32 find_place(u32 length) const;

  Vector<Move> moves_;
  Vector<Move> kept_;
};

}  // namespace stage2
