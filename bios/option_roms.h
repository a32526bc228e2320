// Option ROMs given by the user: where they are mapped, and how POST calls them.
#pragma once

#include <cstddef>

#include "emu/registers.h"

namespace bios {

class Bios;

/// Maps the ROMs from C8000h up, each on the next 4 KiB boundary. One that does not fit below F0000h, or is
/// no option ROM (55AAh, length, checksum 0), gets a notice and is left out.
void map_option_roms(Bios& bios);

/// Trap F4h. Pushes onto the guest's stack where an option ROM returns to, and the ROM's entry (or, when none
/// is left, the start of booting) for the RETF that follows. `index` counts the ROMs and is moved on.
void enter_next_option_rom(Bios& bios, std::size_t& index, emu::Registers& regs);

}  // namespace bios
