// How control passes from guest code in the BIOS's ROM to the host.
#pragma once

#include <cstdint>

#include "emu/registers.h"

namespace emu {

/// What became of a trap.
enum class TrapResult {
  kAnswered,  ///< the call is complete; the ROM code goes on (to its IRET)
  kWaiting,   ///< the BIOS waits; the ROM code will halt, let interrupts in, and trap again
};

/// ROM code of the BIOS traps by `out nn, eax` (66 E7 nn), a 32-bit OUT to a port below 100h, which no device decodes.
/// The trap counts only when the executing block lies in the BIOS ROM; elsewhere it is an ordinary OUT.
class TrapHandler {
 public:
  virtual ~TrapHandler() = default;
  /// `regs` are the guest's registers at the trap; edits to general registers and segments are given back (RIP, CS and
  /// FLAGS of the ROM code are not changed by it: a handler edits the caller's FLAGS on the guest's stack).
  virtual TrapResult on_trap(std::uint8_t number, Registers& regs) = 0;
};

}  // namespace emu
