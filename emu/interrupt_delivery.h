// Delivering an interrupt by hand: for the engine path that may use only the library's public interface.
#pragma once

#include <cstdint>

#include "emu/cpu_layout.h"
#include "emu/memory.h"

namespace emu {

struct PendingInterrupt {
  std::uint8_t vector;
  bool external;  ///< INT n or a hardware interrupt: no error code, no privilege exemption
  std::uint32_t error_code;
  std::uint64_t flags;  ///< EFLAGS with the arithmetic flags in place
};

enum class Delivery { kDone, kShutdown, kUnsupported };

/// Pushes the return address and jumps through IVT or IDT, in real mode and through 16- and 32-bit gates, also to an
/// inner ring (Intel SDM vol. 3, 6.12). `state` are the engine's registers; linear addresses are taken as physical.
Delivery deliver_interrupt(std::uint8_t* state, const CpuLayout& layout, Memory& memory,
                           const PendingInterrupt& interrupt);

}  // namespace emu
