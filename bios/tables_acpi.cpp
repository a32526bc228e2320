#include "bios/tables_acpi.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "bios/aml.h"
#include "bios/memory_map.h"
#include "bios/rom_labels.h"
#include "devices/acpi_pm.h"

namespace bios {

namespace {

using aml::Bytes;

// Byte by byte: GCC 12 warns of overflows that cannot happen when it inlines insert() of small vectors.
void append(Bytes& out, const Bytes& more) {
  for (const std::uint8_t byte : more) out.push_back(byte);
}
void append(Bytes& out, std::string_view text) {
  for (const char c : text) out.push_back(static_cast<std::uint8_t>(c));
}

std::uint8_t checksum(std::span<const std::uint8_t> bytes) {
  return static_cast<std::uint8_t>(-std::accumulate(bytes.begin(), bytes.end(), 0));
}

// The header that all but FACS and RSDP share (ACPI 6.5 §5.2.6), around a body.
Bytes table(std::string_view signature, std::uint8_t revision, const Bytes& body) {
  constexpr std::size_t kChecksum = 9;
  Bytes out;
  append(out, signature);
  append(out, aml::raw(36 + body.size(), 4));
  append(out, Bytes{revision, 0});
  append(out, "BOOTSM");    // OEM
  append(out, "BOOTSIMP");  // OEM table
  append(out, aml::raw(1, 4));
  append(out, "BSIM");  // compiler
  append(out, aml::raw(1, 4));
  append(out, body);
  out[kChecksum] = checksum(out);
  return out;
}

// --- FADT (ACPI 2.0 §5.2.8), revision 3: 244 bytes.
constexpr std::size_t kFadtSize = 244;
// IA-PC boot architecture flags.
constexpr std::uint16_t kLegacyDevices = 1, k8042 = 2, kNoMsi = 8;
// Fixed feature flags: caches can be flushed; C1 works; no power or sleep button and no RTC event in PM1; reset
// register. Without TMR_VAL_EXT the PM timer has 24 bits.
constexpr std::uint32_t kWbinvd = 1, kC1 = 4, kNoPowerButton = 0x10, kNoSleepButton = 0x20, kNoFixedRtc = 0x40,
                        kResetRegister = 0x400;
constexpr std::uint16_t kNoC2 = 101, kNoC3 = 1001;

Bytes make_fadt(std::uint32_t facs, std::uint32_t dsdt) {
  Bytes body(kFadtSize - 36);
  const auto put = [&](std::size_t offset, std::uint64_t value,
                       int size) {  // offsets as the specification counts them
    for (int i = 0; i < size; ++i)
      body[offset - 36 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (8 * i));
  };
  put(36, facs, 4);
  put(40, dsdt, 4);
  put(45, 1, 1);  // preferred profile: desktop
  put(46, kAcpiSciIrq, 2);
  put(56, devices::AcpiPm::kStatus, 4);  // PM1a event block: status and enable
  put(64, devices::AcpiPm::kControl, 4);
  put(76, devices::AcpiPm::kTimer, 4);
  put(88, 4, 1);  // the blocks' lengths
  put(89, 2, 1);
  put(91, 4, 1);
  put(96, kNoC2, 2);
  put(98, kNoC3, 2);
  put(108, 0x32, 1);  // CMOS index of the century
  put(109, kLegacyDevices | k8042 | kNoMsi, 2);
  put(112, kWbinvd | kC1 | kNoPowerButton | kNoSleepButton | kNoFixedRtc | kResetRegister, 4);
  const auto put_port = [&](std::size_t offset, std::uint8_t bits, std::uint8_t access_bytes,
                            std::uint16_t port) {  // generic address structure
    constexpr std::uint8_t kSystemIo = 1;
    put(offset, kSystemIo, 1);
    put(offset + 1, bits, 1);
    put(offset + 3, access_bytes == 4 ? 3 : access_bytes, 1);  // access size: a power of two, counted from 1
    put(offset + 4, port, 8);
  };
  put_port(116, 8, 1, 0xCF9);
  put(128, 0x06, 1);  // the value that resets
  put(132, facs, 8);
  put(140, dsdt, 8);
  put_port(148, 32, 2, devices::AcpiPm::kStatus);
  put_port(172, 16, 2, devices::AcpiPm::kControl);
  put_port(208, 32, 4, devices::AcpiPm::kTimer);
  return table("FACP", 3, body);
}

Bytes make_facs() {
  Bytes out(64);
  constexpr std::string_view kSignature = "FACS";
  std::copy(kSignature.begin(), kSignature.end(), out.begin());
  out[4] = 64;
  return out;
}

Bytes isa_device(std::string_view name, std::string_view id, const Bytes& descriptors) {
  return aml::device(name,
                     aml::join({aml::name("_HID", aml::eisa_id(id)), aml::name("_CRS", aml::resources(descriptors))}));
}

Bytes numbered_device(std::string_view name, std::string_view id, std::uint32_t number, const Bytes& descriptors) {
  return aml::device(name, aml::join({aml::name("_HID", aml::eisa_id(id)), aml::name("_UID", aml::integer(number)),
                                      aml::name("_CRS", aml::resources(descriptors))}));
}

Bytes isa_devices(const AcpiHardware& hardware) {
  using namespace aml;
  Bytes out = join({
      isa_device("PIC_", "PNP0000", join({io(0x20, 2), io(0xA0, 2), irq(2)})),
      isa_device("TMR_", "PNP0100", join({io(0x40, 4), irq(0)})),
      isa_device("DMA_", "PNP0200", join({io(0x00, 16), io(0x81, 15), io(0xC0, 32), dma(4)})),
      isa_device("SPK_", "PNP0800", io(0x61, 1)), isa_device("RTC_", "PNP0B00", join({io(0x70, 2), irq(8)})),
      isa_device("KBD_", "PNP0303", join({io(0x60, 1), io(0x64, 1), irq(1)})), isa_device("MOU_", "PNP0F13", irq(12)),
      isa_device("PM__", "PNP0C02", io(devices::AcpiPm::kBase, devices::AcpiPm::kPorts)),  // what the FADT names
  });
  constexpr std::array<std::string_view, 4> kComNames = {"COM1", "COM2", "COM3", "COM4"};
  for (std::size_t i = 0; i < hardware.com_ports.size(); ++i) {
    const std::uint16_t base = hardware.com_ports[i];
    if (base == 0) continue;
    const int line = base == 0x3F8 || base == 0x3E8 ? 4 : 3;
    append(out,
           numbered_device(kComNames[i], "PNP0501", static_cast<std::uint32_t>(i + 1), join({io(base, 8), irq(line)})));
  }
  constexpr std::array<std::string_view, 3> kLptNames = {"LPT1", "LPT2", "LPT3"};
  for (std::size_t i = 0; i < hardware.lpt_ports.size(); ++i) {
    const std::uint16_t base = hardware.lpt_ports[i];
    if (base == 0) continue;
    const int line = base == 0x378 ? 7 : 5;
    append(out,
           numbered_device(kLptNames[i], "PNP0400", static_cast<std::uint32_t>(i + 1), join({io(base, 4), irq(line)})));
  }
  return out;
}

}  // namespace

std::vector<std::uint8_t> make_dsdt(const AcpiHardware& hardware) {
  using namespace aml;
  constexpr std::uint32_t kIsaBridge = 0x0001'0000;  // device 1, function 0
  constexpr std::uint32_t kPciWindowEnd = 0xFEBF'FFFF;
  const Bytes root_resources = join({bus_range(0, 255), io(0xCF8, 8), io_range(0, 0xCF7), io_range(0xD00, 0xFFFF),
                                     memory_range(0xA0000, 0xBFFFF),
                                     memory_range(static_cast<std::uint32_t>(emu::Memory::kRamHole), kPciWindowEnd)});
  const Bytes root = join({aml::name("_HID", eisa_id("PNP0A03")), aml::name("_ADR", integer(0)),
                           aml::name("_UID", integer(0)), aml::name("_CRS", resources(root_resources)),
                           device("ISA_", join({aml::name("_ADR", integer(kIsaBridge)), isa_devices(hardware)}))});
  // Soft off: SLP_TYPx for PM1a and PM1b, of which there is none, and two reserved elements (ACPI 6.5 §7.4.2).
  const Bytes soft_off =
      aml::name("\\_S5_", package({integer(devices::AcpiPm::kSoftOff), integer(0), integer(0), integer(0)}));
  return table("DSDT", 1, join({soft_off, scope("\\_SB_", device("PCI0", root))}));
}

AcpiTables make_acpi_tables(std::uint32_t base, const AcpiHardware& hardware) {
  AcpiTables tables;
  const auto place = [&](const Bytes& bytes, std::size_t alignment) {
    tables.bytes.resize((tables.bytes.size() + alignment - 1) / alignment * alignment);
    const auto address = static_cast<std::uint32_t>(base + tables.bytes.size());
    append(tables.bytes, bytes);
    return address;
  };
  const std::uint32_t facs = place(make_facs(), 64);
  const std::uint32_t dsdt = place(make_dsdt(hardware), 16);
  const std::uint32_t fadt = place(make_fadt(facs, dsdt), 16);
  tables.rsdt = place(table("RSDT", 1, aml::raw(fadt, 4)), 16);
  return tables;
}

std::vector<std::uint8_t> make_acpi_rsdp(std::uint32_t rsdt) {
  constexpr std::size_t kChecksum = 8;
  Bytes out;
  append(out, "RSD PTR ");
  append(out, Bytes{0});
  append(out, "BOOTSM");
  append(out, Bytes{0});
  append(out, aml::raw(rsdt, 4));
  out[kChecksum] = checksum(out);
  return out;
}

void write_acpi_tables(emu::Memory& memory, const AcpiHardware& hardware) {
  const std::uint64_t base = acpi_tables_base(memory);
  if (base == 0) return;
  const AcpiTables tables = make_acpi_tables(static_cast<std::uint32_t>(base), hardware);
  memory.write(emu::PhysAddr(base), tables.bytes);
  memory.write_rom(rom::phys(rom::kAcpiRsdp), make_acpi_rsdp(tables.rsdt));
}

}  // namespace bios
