// What things take on the virtual clock besides executed code, which takes a nanosecond a byte (emu/clock.h). The
// figures are those of a PC of the period, and none is so small that a guest could keep the host busy for much longer
// than virtual time says.
#pragma once

#include "emu/types.h"

namespace emu {

/// A port access crosses the ISA or LPC bus, which takes about this long on a real PC whatever the CPU's speed. Loops
/// that poll a chip count on it.
inline constexpr Nanoseconds kPortTime = 500;
/// An access to a device's memory, of up to four bytes: a PCI write to a display takes four or five clocks of 30 ns.
inline constexpr Nanoseconds kDeviceMemoryTime = 150;
/// What a BIOS call takes at least: INT, some hundreds of instructions out of ROM, IRET.
inline constexpr Nanoseconds kCallTime = kMicrosecond;
/// INT n, an exception or CPUID: each empties the pipeline, and takes some dozens to hundreds of cycles. A guest whose
/// handler returns to the faulting instruction cannot stop the clock.
inline constexpr Nanoseconds kInterruptTime = 100;

}  // namespace emu
