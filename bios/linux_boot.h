// The Linux/x86 boot protocol: where a kernel, its command line and its initrd go, and what its header is told
// (Documentation/arch/x86/boot.rst of the kernel). MEMDISK, Memtest86+ and iPXE's .lkrn speak it too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emu/memory.h"
#include "emu/registers.h"
#include "emu/types.h"

namespace bios {

/// What is booted, as files hold it.
struct LinuxKernel {
  std::string name;                  ///< for messages
  std::vector<std::uint8_t> image;   ///< zImage or bzImage
  std::vector<std::uint8_t> initrd;  ///< all of them, one behind the other; empty: none
  std::string command_line;
};

/// Everything that the header says and the protocol derives from it.
struct LinuxPlacement {
  std::uint16_t protocol = 0;      ///< 0200h and up
  bool loaded_high = false;        ///< bzImage: protected-mode code at 1 MiB; else zImage, at 64 KiB
  std::size_t real_mode_size = 0;  ///< bytes of boot sector and setup at the beginning of the image
  std::uint16_t segment = 0;       ///< of the boot sector; setup is entered at segment + 20h : 0
  std::uint16_t heap_end = 0;      ///< offset in the segment of the end of heap and stack
  emu::PhysAddr code;              ///< of the protected-mode code
  emu::PhysAddr command_line;
  std::optional<emu::PhysAddr> initrd;
  std::optional<std::uint16_t> video_mode;  ///< vga= of the command line, for vid_mode
};

/// Reads the header and places everything in RAM that ends at `memory_end` (extended_memory_end()). Throws
/// emu::Error: kMedium when the image is no kernel of protocol 2.00 or later or is truncated, kUsage when the
/// command line is too long or the memory too small.
LinuxPlacement place_linux(const LinuxKernel& kernel, std::uint64_t memory_end);

/// Copies everything to its place and fills in the header.
void load_linux(const LinuxKernel& kernel, const LinuxPlacement& placement, emu::Memory& memory);

/// The registers with which setup is entered, but for CS:IP and the flags (interrupts off): DS, ES, FS, GS and
/// SS on the boot sector, SP at the end of the heap, the rest 0.
void set_linux_registers(const LinuxPlacement& placement, emu::Registers& regs);
emu::FarPtr linux_entry(const LinuxPlacement& placement);

}  // namespace bios
