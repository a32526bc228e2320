#pragma once

#include <stdint.h>

/// Real-mode services: interrupts of the BIOS, the address line A20, waiting.
namespace stage2 {

/// Registers given to a BIOS call and returned by it. The layout is known to start.asm.
struct Regs {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0, esi = 0, edi = 0, ebp = 0;
  uint16_t ds = 0, es = 0, fs = 0, gs = 0;
  uint32_t flags = 0x202;  ///< Bit 1 is always set; IF is set.

  bool carry() const { return flags & 1; }
  uint8_t al() const { return uint8_t(eax); }
  uint8_t ah() const { return uint8_t(eax >> 8); }
  uint16_t ax() const { return uint16_t(eax); }
  uint16_t bx() const { return uint16_t(ebx); }
  uint16_t cx() const { return uint16_t(ecx); }
  uint16_t dx() const { return uint16_t(edx); }
};
static_assert(sizeof(Regs) == 40);

/// Calls a BIOS interrupt in real mode with interrupts enabled. Whatever the BIOS does to registers, the descriptor
/// tables or A20, the caller sees only `regs` change.
void bios_call(uint8_t vector, Regs& regs);

/// Waits for the next interrupt: at most 55 ms, a tick of the timer.
void wait_for_interrupt();

/// Ticks of 18.2 Hz since midnight, from the BIOS data area (0040:006C).
uint32_t timer_ticks();

/// Opens A20 by whatever way this machine has; false: memory above 1 MiB cannot be used.
bool enable_a20();

/// A pointer to physical memory. Absolute low addresses look like null-pointer arithmetic to compilers; this does not.
template <typename T>
T* physical(uint32_t address) {
  asm("" : "+r"(address));
  return reinterpret_cast<T*>(address);
}

inline uint8_t in8(uint16_t port) {
  uint8_t value;
  asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
inline void out8(uint16_t port, uint8_t value) { asm volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }

}  // namespace stage2
