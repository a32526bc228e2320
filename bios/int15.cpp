// INT 15h: what the AT and its successors added to the BIOS: memory, waits, power management, mouse.
#include "bios/int15.h"

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/rom_labels.h"

namespace bios {

namespace {

// The default of the hook that INT 09h calls: the key is not swallowed. CF is the answer, AH and AL are kept.
void keyboard_intercept(Bios&, Call& call) { call.set_carry(true); }
void accept(Bios&, Call& call) { call.succeed(); }
// Nothing to do while a device is busy, and nothing was done: CF clear says that no time-out happened.
void device_busy(Bios&, Call&) {}

void configuration(Bios&, Call& call) {
  call.regs.set_real_segment(emu::Seg::kEs, rom::kSegment);
  call.regs.set_bx(rom::kConfigurationTable);
  call.succeed();
}

void ebda_segment(Bios& bios, Call& call) {
  call.regs.set_real_segment(emu::Seg::kEs, bios.memory().read<std::uint16_t>(bda::kEbdaSegment));
  call.set_carry(false);
}

using namespace int15;

constexpr Function kFunctions[] = {
    {0x15, Selector::kAx, 0x2400, "disable A20", "", "CF, AH status", "RBIL 15-2400", disable_a20},
    {0x15, Selector::kAx, 0x2401, "enable A20", "", "CF, AH status", "RBIL 15-2401", enable_a20},
    {0x15, Selector::kAx, 0x2402, "query A20", "", "CF, AH status, AL 1 = enabled", "RBIL 15-2402", query_a20},
    {0x15, Selector::kAx, 0x2403, "query A20 support", "", "CF, AH status, BX bit 0 8042, bit 1 port 92h",
     "RBIL 15-2403", query_a20_support},
    {0x15, Selector::kAh, 0x4F, "keyboard intercept", "AL scan code, CF set", "CF clear: key swallowed, AL scan code",
     "RBIL 15-4F", keyboard_intercept},
    {0x15, Selector::kAh, 0x52, "media eject", "DL drive", "CF, AH status", "RBIL 15-52, EDD 3.0", accept},
    {0x15, Selector::kAx, 0x5300, "APM installation check", "BX 0", "CF, AX version, BX 'PM', CX flags",
     "APM 1.2 §4.6.1", apm_installation_check},
    {0x15, Selector::kAx, 0x5301, "APM connect", "BX 0", "CF, AH status", "APM 1.2 §4.6.2", apm_connect_real},
    {0x15, Selector::kAx, 0x5302, "APM connect 16-bit", "BX 0",
     "CF, AX code segment, BX entry, CX data segment, SI and DI sizes", "APM 1.2 §4.6.3", apm_connect_16},
    {0x15, Selector::kAx, 0x5303, "APM connect 32-bit", "BX 0",
     "CF, AX and CX code segments, EBX entry, DX data segment, ESI and DI sizes", "APM 1.2 §4.6.4", apm_connect_32},
    {0x15, Selector::kAx, 0x5304, "APM disconnect", "BX 0", "CF, AH status", "APM 1.2 §4.6.5", apm_accept},
    {0x15, Selector::kAx, 0x5305, "APM CPU idle", "", "CF, AH status", "APM 1.2 §4.6.6", apm_idle},
    {0x15, Selector::kAx, 0x5306, "APM CPU busy", "", "CF, AH status", "APM 1.2 §4.6.7", apm_accept},
    {0x15, Selector::kAx, 0x5307, "APM set power state", "BX device, CX state", "CF, AH status", "APM 1.2 §4.6.8",
     apm_set_power_state, describe_power_state},
    {0x15, Selector::kAx, 0x5308, "APM enable", "BX device, CX on", "CF, AH status", "APM 1.2 §4.6.9", apm_accept},
    {0x15, Selector::kAx, 0x530A, "APM power status", "BX device",
     "CF, BH line, BL battery, CH flags, CL percent, DX time, SI batteries", "APM 1.2 §4.6.11", apm_power_status},
    {0x15, Selector::kAx, 0x530B, "APM get event", "", "CF, AH 80h = none", "APM 1.2 §4.6.12", apm_no_event},
    {0x15, Selector::kAx, 0x530E, "APM driver version", "BX 0, CX version", "CF, AX connection version",
     "APM 1.2 §4.6.15", apm_driver_version},
    {0x15, Selector::kAx, 0x530F, "APM engage", "BX device, CX on", "CF, AH status", "APM 1.2 §4.6.16", apm_accept},
    {0x15, Selector::kAx, 0x5310, "APM capabilities", "BX 0", "CF, BL batteries, CX flags", "APM 1.2 §4.6.17",
     apm_capabilities},
    {0x15, Selector::kAh, 0x83, "event wait", "AL 0 set, 1 cancel; CX:DX microseconds, ES:BX flag", "CF, AH status",
     "RBIL 15-83", event_wait, describe_wait},
    {0x15, Selector::kAh, 0x86, "wait", "CX:DX microseconds", "CF", "RBIL 15-86", wait, describe_wait},
    {0x15, Selector::kAh, 0x87, "block move", "CX words, ES:SI descriptor table", "CF, AH status", "RBIL 15-87",
     block_move, describe_block_move},
    {0x15, Selector::kAh, 0x88, "extended memory size", "", "CF, AX KiB above 1 MiB", "RBIL 15-88",
     extended_memory_size, nullptr, describe_extended_size},
    {0x15, Selector::kAh, 0x89, "enter protected mode", "BH, BL vectors of IRQ 0 and 8, ES:SI descriptor table",
     "CF, AH status; CS DS ES SS from the table", "RBIL 15-89", enter_protected_mode},
    {0x15, Selector::kAh, 0x90, "device busy", "AL device", "CF", "RBIL 15-90", device_busy},
    {0x15, Selector::kAh, 0x91, "device ready", "AL device", "CF", "RBIL 15-91", device_busy},
    {0x15, Selector::kAh, 0xC0, "system configuration", "", "CF, AH status, ES:BX table", "RBIL 15-C0", configuration},
    {0x15, Selector::kAh, 0xC1, "EBDA segment", "", "CF, ES segment", "RBIL 15-C1", ebda_segment},
    {0x15, Selector::kAx, 0xC200, "mouse enable", "BH 0 off, 1 on", "CF, AH status", "RBIL 15-C200", mouse_enable},
    {0x15, Selector::kAx, 0xC201, "mouse reset", "", "CF, AH status, BH id, BL AAh", "RBIL 15-C201", mouse_reset},
    {0x15, Selector::kAx, 0xC202, "mouse sample rate", "BH rate index", "CF, AH status", "RBIL 15-C202",
     mouse_sample_rate},
    {0x15, Selector::kAx, 0xC203, "mouse resolution", "BH resolution index", "CF, AH status", "RBIL 15-C203",
     mouse_resolution},
    {0x15, Selector::kAx, 0xC204, "mouse type", "", "CF, AH status, BH id", "RBIL 15-C204", mouse_type},
    {0x15, Selector::kAx, 0xC205, "mouse initialize", "BH packet size", "CF, AH status, BH id, BL AAh", "RBIL 15-C205",
     mouse_initialize},
    {0x15, Selector::kAx, 0xC206, "mouse status and scaling", "BH 0 status, 1 1:1, 2 2:1",
     "CF, AH status, BL status, CL resolution, DL rate", "RBIL 15-C206", mouse_extended},
    {0x15, Selector::kAx, 0xC207, "mouse driver", "ES:BX far handler, 0:0 = none", "CF, AH status", "RBIL 15-C207",
     mouse_driver},
    {0x15, Selector::kAx, 0xE801, "memory size E801", "", "CF, AX and CX KiB from 1 to 16 MiB, BX and DX 64 KiB above",
     "RBIL 15-E801", memory_size_e801, nullptr, describe_e801},
    {0x15, Selector::kAx, 0xE820, "memory map", "EBX continuation, ECX size, EDX 'SMAP', ES:DI buffer",
     "CF, EAX 'SMAP', EBX continuation, ECX size", "ACPI 6.5 §15.1", memory_map_e820, describe_e820_arguments,
     describe_e820},
    {0x15, Selector::kAx, 0xE881, "memory size E881", "",
     "CF, EAX and ECX KiB from 1 to 16 MiB, EBX and EDX 64 KiB above", "RBIL 15-E881", memory_size_e881, nullptr,
     describe_e801},
};

}  // namespace

std::uint8_t int15::unknown_status(std::uint8_t ah) {
  constexpr std::uint8_t kApm = 0x53, kPointingDevice = 0xC2;
  constexpr std::uint8_t kApmNotSupported = 0x0C, kPointingInvalidFunction = 0x01, kNotSupported = 0x86;
  return ah == kApm ? kApmNotSupported : ah == kPointingDevice ? kPointingInvalidFunction : kNotSupported;
}

std::span<const Function> int15_functions() { return kFunctions; }

}  // namespace bios
