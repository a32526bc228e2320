// The ACPI tables: what an operating system is told about the hardware that it cannot probe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "emu/memory.h"

namespace bios {

/// What of the machine the tables depend on.
struct AcpiHardware {
  std::array<std::uint16_t, 4> com_ports{};  ///< base ports, 0 = none (the BDA's words)
  std::array<std::uint16_t, 3> lpt_ports{};
};

/// RSDT, FADT, FACS and DSDT as they lie in memory from a base on.
///
/// The machine is a plain PC: 8259A pair, 8254, RTC, 8042; no APIC, so no MADT; and no ACPI hardware. The
/// FADT cannot say so: the "hardware reduced" flag would, but Linux takes it to mean that there are no 8259A
/// and 8254 either. So the FADT names PM1 blocks at ports that nobody decodes. They read all ones, which is
/// "SCI enabled", and their interrupt, IRQ 9, never comes. There is no PM timer and no SMI command port,
/// which the FADT can say. The reset register is real: port CF9h.
struct AcpiTables {
  std::vector<std::uint8_t> bytes;
  std::uint32_t rsdt = 0;  ///< physical address
};
AcpiTables make_acpi_tables(std::uint32_t base, const AcpiHardware& hardware);

/// The differentiated system description table alone: the PCI root and the ISA devices behind its bridge.
std::vector<std::uint8_t> make_dsdt(const AcpiHardware& hardware);

/// The 20 bytes of the root pointer (ACPI 1.0 §5.2.4): revision 0, RSDT only.
std::vector<std::uint8_t> make_acpi_rsdp(std::uint32_t rsdt);

/// Writes the tables to the top of RAM (memory_map.h) and the root pointer to the ROM. Nothing on a machine
/// without room.
void write_acpi_tables(emu::Memory& memory, const AcpiHardware& hardware);

}  // namespace bios
