// What CPUID says: a plain 64-bit processor with what the engine can do and what Linux needs, and no APIC.
#pragma once

#include <cstdint>

namespace emu {

struct CpuidResult {
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// `time_stamp`: whether RDTSC is tied to virtual time (else it is hidden, because the host's would leak in).
CpuidResult cpuid(std::uint32_t leaf, std::uint32_t subleaf, bool time_stamp);

}  // namespace emu
