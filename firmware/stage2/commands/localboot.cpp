#include "stage2/bios.h"
#include "stage2/commands/command.h"

namespace stage2 {

// INT 18h: the BIOS Boot Specification 1.01 §D.2 has it go on with the next boot device.
Result localboot_command(Session&, const Args& args) {
  if (args.size() != 0) return fail("localboot of a drive is not known yet; without a drive it calls INT 18h");
  Regs regs;
  bios_call(0x18, regs);
  return fail("INT 18h came back: the BIOS has nothing else to boot");
}

}  // namespace stage2
