// The 8259A pair as POST leaves it.
#pragma once

#include <cstdint>

#include "emu/io_ports.h"

namespace bios {

/// ICW1-ICW4 for both chips with these vectors for IRQ 0 and IRQ 8; the masks are kept (Intel 8259A data
/// sheet).
inline void program_pics(emu::IoPorts& ports, std::uint8_t vector_of_irq0, std::uint8_t vector_of_irq8) {
  constexpr std::uint8_t kIcw1 = 0x11;  // edge triggered, cascaded, ICW4 follows
  constexpr std::uint8_t kSlaveAtIr2 = 0x04, kSlaveId = 0x02, k8086Mode = 0x01;
  const std::uint32_t masks = ports.in(0x21, 1) | ports.in(0xA1, 1) << 8;
  ports.out(0x20, kIcw1, 1);
  ports.out(0xA0, kIcw1, 1);
  ports.out(0x21, vector_of_irq0, 1);
  ports.out(0xA1, vector_of_irq8, 1);
  ports.out(0x21, kSlaveAtIr2, 1);
  ports.out(0xA1, kSlaveId, 1);
  ports.out(0x21, k8086Mode, 1);
  ports.out(0xA1, k8086Mode, 1);
  ports.out(0x21, masks & 0xFF, 1);
  ports.out(0xA1, masks >> 8, 1);
}

}  // namespace bios
