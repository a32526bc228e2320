// The power-on self test: what guest software finds in memory and chips before the first boot sector runs.
#pragma once

#include <cstddef>

#include "emu/registers.h"
#include "emu/types.h"

namespace bios {

class Bios;

/// Trap F0h. Programs the chips through their ports and writes the vectors, the BIOS data area, the EBDA and the tables.
void power_on_self_test(Bios& bios);
/// Trap F4h. Pushes onto the guest's stack where an option ROM returns to, and the ROM's entry (or, when none is left,
/// the start of booting) for the RETF that follows. `index` counts the ROMs and is moved on.
void enter_next_option_rom(Bios& bios, std::size_t& index, emu::Registers& regs);

/// How long POST takes on the virtual clock. A real one takes seconds, most of it for spinning disks up and for people; SeaBIOS
/// takes some 10 ms under QEMU when no menu is waited for.
inline constexpr emu::Nanoseconds kPostTime = 10 * emu::kMillisecond;

}  // namespace bios
