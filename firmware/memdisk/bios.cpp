#include "memdisk/bios.h"

namespace memdisk {

uint8_t* Bios::scratch() const { return &physical<uint8_t>(uint32_t{services_.segment} * 16 + services_.scratch); }

void Bios::print(char character) const {
  if (character == '\n') print('\r');
  Registers registers;
  registers.eax = 0x0e00 | static_cast<uint8_t>(character);
  registers.ebx = 0x0007;
  call(0x10, registers);
}

void Bios::print(const char* text) const {
  while (*text != '\0') print(*text++);
}

void Bios::print_decimal(uint32_t value) const {
  if (value >= 10) print_decimal(value / 10);
  print(static_cast<char>('0' + value % 10));
}

void Bios::print_hex(uint32_t value) const {
  if (value >= 16) print_hex(value / 16);
  print("0123456789ABCDEF"[value % 16]);
}

void Bios::wait_for_key() const {
  Registers registers;
  call(0x16, registers);
}

}  // namespace memdisk
