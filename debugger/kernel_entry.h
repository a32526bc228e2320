// Recognises a Linux kernel: the moment at which it gets control, and its real-mode code
// (Documentation/arch/x86/boot.rst).
#pragma once

#include <array>
#include <cstdint>

#include "emu/machine.h"
#include "emu/memory.h"
#include "emu/registers.h"

namespace debugger {

/// Linear addresses at which kernels are entered by the loaders in use: setup at 9000:0 + 200h (the classic place) and
/// 1000:0 + 200h (SYSLINUX); protected-mode code at 1 MiB (the default code32_start) and at 16 MiB (the preferred
/// address of relocatable kernels, where GRUB puts them). Entries elsewhere are seen at the kernel's next mode change.
inline constexpr std::array<std::uint64_t, 4> kKernelEntries = {0x90200, 0x10200, 0x100000, 0x1000000};

/// The CPU is at the first instruction of setup: CS = the segment of the boot sector + 20h, IP = 0, and the boot
/// sector holds "HdrS" at 202h.
bool at_linux_setup(const emu::Registers& registers, const emu::Memory& memory);
/// Code in this segment is real-mode code of a kernel: the segment is that of the boot sector, or of setup.
bool in_linux_setup(std::uint16_t segment, const emu::Memory& memory);
/// Protected or long mode with (E/R)SI on boot_params that hold "HdrS" at 202h, as at the 32-bit entry point and in the
/// decompressor's first steps.
bool has_linux_boot_params(const emu::Registers& registers, emu::CpuMode mode, const emu::Memory& memory);

}  // namespace debugger
