// PCI configuration space through mechanism 1, ports CF8h and CFCh (PCI Local Bus Specification 2.1
// §3.2.2.3.2).
#pragma once

#include <cstdint>

#include "emu/io_ports.h"

namespace bios::pci {

/// Bus in bits 15-8, device in 7-3, function in 2-0: BX of INT 1Ah/B1xxh.
using Address = std::uint16_t;

inline constexpr std::uint16_t kVendorAndDevice = 0x00, kClassAndRevision = 0x08, kHeaderType = 0x0E;
inline constexpr std::uint32_t kNobody = 0xFFFFFFFF;

inline void select(emu::IoPorts& ports, Address address, std::uint16_t offset) {
  constexpr std::uint32_t kEnable = 0x80000000;
  ports.out(0xCF8, kEnable | std::uint32_t{address} << 8 | (offset & 0xFC), 4);
}
inline std::uint32_t read(emu::IoPorts& ports, Address address, std::uint16_t offset, int size) {
  select(ports, address, offset);
  return ports.in(static_cast<std::uint16_t>(0xCFC + (offset & 3)), size);
}
inline void write(emu::IoPorts& ports, Address address, std::uint16_t offset, std::uint32_t value, int size) {
  select(ports, address, offset);
  ports.out(static_cast<std::uint16_t>(0xCFC + (offset & 3)), value, size);
}
/// Is there a mechanism 1 bridge? Its address register reads back what was written.
inline bool present(emu::IoPorts& ports) {
  select(ports, 0, 0);
  return ports.in(0xCF8, 4) == 0x80000000;
}

/// Calls `visit(Address)` for each function of bus 0 until it returns true; says whether it did.
template <class Visit>
bool for_each_function(emu::IoPorts& ports, Visit visit) {
  for (Address address = 0; address < 256; ++address) {
    const bool first = (address & 7) == 0;
    if (read(ports, address, kVendorAndDevice, 4) == kNobody) {
      if (first) address += 7;
      continue;
    }
    if (visit(address)) return true;
    constexpr std::uint32_t kMultiFunction = 0x80;
    if (first && !(read(ports, address, kHeaderType, 1) & kMultiFunction)) address += 7;
  }
  return false;
}

}  // namespace bios::pci
