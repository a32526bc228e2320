// Which physical addresses are RAM that the guest may use, and which are not: INT 15h/E820h's answer and its
// relatives'.
#pragma once

#include <cstdint>
#include <vector>

#include "bios/bda.h"
#include "emu/memory.h"

namespace bios {

/// Address range types (ACPI 6.5 table 15.1).
enum class RangeType : std::uint32_t { kRam = 1, kReserved = 2 };

struct MemoryRange {
  std::uint64_t base = 0;
  std::uint64_t size = 0;
  RangeType type = RangeType::kRam;
};

/// The top of RAM below 4 GiB is kept for the ACPI tables. It is reported as reserved, as under QEMU, because
/// the FACS must stay and little would be gained by giving the rest back.
inline constexpr std::uint64_t kAcpiTablesSize = 0x10000;

/// Where low memory ends unless an option ROM has taken more.
inline constexpr std::uint32_t kLowMemoryEnd = bda::kLowMemoryKiB * 1024u;

/// Ascending, not overlapping, without empty ranges. What lies between `low_memory_end` and A0000h is reserved.
std::vector<MemoryRange> memory_map(const emu::Memory& memory, std::uint32_t low_memory_end = kLowMemoryEnd);

/// End of the RAM that starts at 1 MiB and that the guest may use; 1 MiB when there is none.
std::uint64_t extended_memory_end(const emu::Memory& memory);

/// Where the ACPI tables are, or 0 when a machine with 1 MiB of RAM has no room for any.
std::uint64_t acpi_tables_base(const emu::Memory& memory);

}  // namespace bios
