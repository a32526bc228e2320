// The host's part of the handlers of hardware interrupts; the rest of them is guest code in rom/.
#pragma once

#include "emu/registers.h"

namespace bios {

class Bios;

/// INT 08h: counts the tick at 40:6C, notes midnight at 40:70, and switches the diskette motors off in time.
void on_timer_tick(Bios& bios);
/// INT 09h: AL is a scan code; on return AL says which interrupt the ROM raises next (KEY_... in rom/).
void on_key(Bios& bios, emu::Registers& regs);
/// INT 70h: serves the RTC's flags; AL bit 0 on return: the alarm went off (the ROM raises INT 4Ah).
void on_rtc(Bios& bios, emu::Registers& regs);
/// INT 74h: takes a byte from the mouse; AL = 1 on return when a packet is complete and a driver wants it:
/// BX status, CX x, DX y, ES:DI the driver's far address.
void on_mouse(Bios& bios, emu::Registers& regs);

}  // namespace bios
