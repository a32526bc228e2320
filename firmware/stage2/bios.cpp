#include "bios.h"

namespace stage2 {
namespace {

extern "C" [[gnu::regparm(0)]] void bios_thunk(uint16_t opcode, Regs* regs);

constexpr uint16_t kHltNop = 0x90f4;
constexpr uint16_t kInt = 0x00cd;

// INT 15h, PS/2 A20 support (RBIL 15-2401)
constexpr uint16_t kEnableA20 = 0x2401;
// PS/2 system control port A: bit 1 opens A20, bit 0 resets the machine
constexpr uint16_t kPort92 = 0x92;
constexpr uint8_t kPort92A20 = 0x02;
constexpr uint8_t kPort92Reset = 0x01;
// 8042 keyboard controller
constexpr uint16_t kKeyboardStatus = 0x64, kKeyboardCommand = 0x64, kKeyboardData = 0x60;
constexpr uint8_t kInputFull = 0x02;
constexpr uint8_t kWriteOutputPort = 0xd1;
constexpr uint8_t kOutputPortA20On = 0xdf;

constexpr uint32_t kOneMiB = 0x100000;

volatile uint32_t a20_probe;

// With A20 closed, an address and the one 1 MiB above it are the same byte.
bool a20_is_open() {
  const uint32_t address = reinterpret_cast<uint32_t>(&a20_probe);
  volatile uint32_t* high = physical<volatile uint32_t>(address + kOneMiB);
  const uint32_t saved = *high;
  if (a20_probe != saved) return true;
  a20_probe = ~saved;
  const bool open = *high != a20_probe;
  *high = saved;
  return open;
}

// Some chip sets need a while: the test is repeated.
bool a20_opens_soon() {
  for (int i = 0; i < 2000; ++i)
    if (a20_is_open()) return true;
  return false;
}

bool wait_for_keyboard_controller() {
  for (int i = 0; i < 0x10000; ++i)
    if (!(in8(kKeyboardStatus) & kInputFull)) return true;
  return false;
}

void a20_by_keyboard_controller() {
  if (!wait_for_keyboard_controller()) return;
  out8(kKeyboardCommand, kWriteOutputPort);
  if (!wait_for_keyboard_controller()) return;
  out8(kKeyboardData, kOutputPortA20On);
  wait_for_keyboard_controller();
}

}  // namespace

bool enable_a20() {
  if (a20_is_open()) return true;
  Regs regs;
  regs.eax = kEnableA20;
  bios_thunk(kInt | 0x15 << 8, &regs);
  if (a20_is_open()) return true;
  out8(kPort92, uint8_t((in8(kPort92) | kPort92A20) & ~kPort92Reset));
  if (a20_opens_soon()) return true;
  a20_by_keyboard_controller();
  return a20_opens_soon();
}

void bios_call(uint8_t vector, Regs& regs) {
  bios_thunk(uint16_t(kInt | vector << 8), &regs);
  if (!a20_is_open()) enable_a20();  // INT 15h/87h of some BIOSes closes it behind itself
}

void wait_for_interrupt() {
  Regs regs;
  bios_thunk(kHltNop, &regs);
}

uint32_t timer_ticks() { return *physical<volatile uint32_t>(0x46c); }

}  // namespace stage2
