// The BIOS as the 32-bit part sees it: calls through the real-mode part, and a console.
#pragma once

#include <stdint.h>

namespace memdisk {

struct Registers {
  uint32_t eax = 0;
  uint32_t ebx = 0;
  uint32_t ecx = 0;
  uint32_t edx = 0;
  uint32_t esi = 0;
  uint32_t edi = 0;
  uint16_t ds = 0;
  uint16_t es = 0;
  uint32_t flags = 0;

  bool carry() const { return (flags & 1) != 0; }
};

// What setup.asm offers; the layouts are shared with it.
struct Services {
  [[gnu::regparm(0)]] void (*call)(uint32_t vector, Registers* registers);
  uint32_t header;  // linear address of the kernel header's segment
  uint16_t segment;
  uint16_t scratch;  // offset in `segment` of 512 bytes for the BIOS to read and write
};

class Bios {
 public:
  explicit Bios(const Services& services) : services_(services) {}

  void call(uint32_t vector, Registers& registers) const { services_.call(vector, &registers); }
  uint16_t segment() const { return services_.segment; }
  uint16_t scratch_offset() const { return services_.scratch; }
  uint8_t* scratch() const;

  void print(const char* text) const;
  void print(char character) const;
  void print_decimal(uint32_t value) const;
  void print_hex(uint32_t value) const;
  void wait_for_key() const;

 private:
  const Services& services_;
};

// Memory by its physical address, which is its address here.
template <typename T>
T& physical(uint32_t address) {
  asm("" : "+r"(address));  // GCC holds that nothing lies at small addresses
  return *reinterpret_cast<T*>(address);
}

}  // namespace memdisk
