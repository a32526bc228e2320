// What a Linux kernel finds when it gets control: where the loader put it, its command line, its initrd.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/pc.h"
#include "emu/types.h"

namespace bootsim {

/// Read from boot_params at the kernel's first instruction (Documentation/arch/x86/boot.rst of the kernel).
struct Handoff {
  emu::Nanoseconds time = 0;
  bool real_mode = false;      ///< entered at its setup; else at its 32-bit or 64-bit entry point
  std::uint16_t protocol = 0;  ///< 020Fh is 2.15
  std::string command_line;
  std::uint64_t code_address = 0;    ///< physical, of the protected-mode code
  std::uint64_t initrd_address = 0;  ///< physical; 0: there is none
  std::vector<std::uint8_t> initrd;
  std::vector<std::uint8_t> code;  ///< what lies at code_address, as long as setup says it is
};

/// What the kernel finds that is being entered. Nothing when boot_params are not where the registers say.
std::optional<Handoff> read_handoff(Pc& pc);

}  // namespace bootsim
