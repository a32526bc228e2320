// The ACPI tables: what an operating system is told about the hardware that it cannot probe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "emu/memory.h"

namespace bios {

/// The system control interrupt's line.
constexpr int kAcpiSciIrq = 9;

/// What of the machine the tables depend on.
struct AcpiHardware {
  std::array<std::uint16_t, 4> com_ports{};  ///< base ports, 0 = none (the BDA's words)
  std::array<std::uint16_t, 3> lpt_ports{};
};

/// RSDT, FADT, FACS and DSDT as they lie in memory from a base on.
///
/// The machine is a plain PC: 8259A pair, 8254, RTC, 8042; no APIC, so no MADT. It is ACPI-only hardware: the PM1
/// registers and the PM timer of devices/acpi_pm.h, and no SMI command port, by which one would enter or leave
/// ACPI mode. Of the sleeping states there is soft off
/// (S5) alone, and there are no general-purpose events. The reset register is port CF9h.
struct AcpiTables {
  std::vector<std::uint8_t> bytes;
  std::uint32_t rsdt = 0;  ///< physical address
};
AcpiTables make_acpi_tables(std::uint32_t base, const AcpiHardware& hardware);

/// The differentiated system description table alone: soft off, the PCI root and the ISA devices behind its bridge.
std::vector<std::uint8_t> make_dsdt(const AcpiHardware& hardware);

/// The 20 bytes of the root pointer (ACPI 1.0 §5.2.4): revision 0, RSDT only.
std::vector<std::uint8_t> make_acpi_rsdp(std::uint32_t rsdt);

/// Writes the tables to the top of RAM (memory_map.h) and the root pointer to the ROM. Nothing on a machine
/// without room.
void write_acpi_tables(emu::Memory& memory, const AcpiHardware& hardware);

}  // namespace bios
