#include "bios/memory_map.h"

namespace bios {

namespace {
constexpr std::uint64_t kMiB = 1u << 20;
constexpr std::uint64_t k4GiB = 1ull << 32;
constexpr std::uint64_t kRomAlias = 0xFFFF0000;
}  // namespace

std::uint64_t acpi_tables_base(const emu::Memory& memory) {
  const std::uint64_t top = memory.ram_below_4g();
  return top >= kMiB + kAcpiTablesSize ? top - kAcpiTablesSize : 0;
}

std::uint64_t extended_memory_end(const emu::Memory& memory) {
  const std::uint64_t tables = acpi_tables_base(memory);
  return tables != 0 ? tables : kMiB;
}

std::vector<MemoryRange> memory_map(const emu::Memory& memory, std::uint32_t low_memory_end) {
  std::vector<MemoryRange> map = {
      {0, low_memory_end, RangeType::kRam},
      {low_memory_end, 0xA0000u - low_memory_end, RangeType::kReserved},
      {0xF0000, 0x10000, RangeType::kReserved},
  };
  const std::uint64_t end = extended_memory_end(memory);
  if (end > kMiB) {
    map.push_back({kMiB, end - kMiB, RangeType::kRam});
    map.push_back({end, kAcpiTablesSize, RangeType::kReserved});
  }
  map.push_back({kRomAlias, k4GiB - kRomAlias, RangeType::kReserved});
  if (memory.ram_above_4g() > 0) map.push_back({k4GiB, memory.ram_above_4g(), RangeType::kRam});
  return map;
}

}  // namespace bios
