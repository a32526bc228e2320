#include "stage2/bios.h"
#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {
namespace {

// Advanced Power Management 1.2 §4.6: connect in real mode, say that we know version 1.2, set the power state to off
constexpr u32 kApmConnect = 0x5301, kApmVersion = 0x530e, kApmSetPower = 0x5307;
constexpr u32 kAllDevices = 1, kOff = 3;

bool apm(u32 function, u32 ebx, u32 ecx = 0) {
  Regs regs;
  regs.eax = function;
  regs.ebx = ebx;
  regs.ecx = ecx;
  bios_call(0x15, regs);
  return !regs.carry();
}

}  // namespace

Result halt_command(Session&, const Args&) {
  if (apm(kApmConnect, 0) && apm(kApmVersion, 0, 0x0102)) apm(kApmSetPower, kAllDevices, kOff);
  print("The machine may be switched off.\n");
  asm volatile("cli; hlt");
  return fail("the processor went on");
}

}  // namespace stage2
