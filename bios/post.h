// The power-on self test: what guest software finds in memory and chips before the first boot sector runs.
#pragma once

#include "emu/types.h"

namespace bios {

class Bios;

/// Trap F0h. Programs the chips through their ports and writes the vectors, the BIOS data area, the EBDA and
/// the tables.
void power_on_self_test(Bios& bios);

/// How long POST takes on the virtual clock, at least. A real one takes seconds, for disks to spin up and
/// people to press a key; SeaBIOS under QEMU takes some 20 ms when it waits for nobody.
inline constexpr emu::Nanoseconds kPostTime = 20 * emu::kMillisecond;

}  // namespace bios
