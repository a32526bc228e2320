#include "stage2/console/keyboard.h"

#include "stage2/bios.h"

namespace stage2 {
namespace {

// INT 16h functions (RBIL 16-00, 16-01)
constexpr u32 kReadKey = 0x0000;
constexpr u32 kCheckKey = 0x0100;
constexpr u16 kZeroFlag = 0x40;

// Scan codes of set 1 for keys without a character
u16 key_of_scan_code(u8 scan) {
  switch (scan) {
    case 0x48: return kUp;
    case 0x50: return kDown;
    case 0x4b: return kLeft;
    case 0x4d: return kRight;
    case 0x47: return kHome;
    case 0x4f: return kEnd;
    case 0x49: return kPageUp;
    case 0x51: return kPageDown;
    case 0x53: return kDelete;
    default: return scan >= 0x3b && scan <= 0x44 ? u16(kF1 + scan - 0x3b) : u16(kNoKey);
  }
}

}  // namespace

u16 keyboard_poll() {
  Regs regs;
  regs.eax = kCheckKey;
  bios_call(0x16, regs);
  if (regs.flags & kZeroFlag) return kNoKey;
  regs.eax = kReadKey;
  bios_call(0x16, regs);
  return regs.al() != 0 && regs.al() != 0xe0 ? regs.al() : key_of_scan_code(regs.ah());
}

}  // namespace stage2
