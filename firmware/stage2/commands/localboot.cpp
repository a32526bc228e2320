#include "stage2/bios.h"
#include "stage2/chain/chain.h"
#include "stage2/commands/command.h"

namespace stage2 {

// As ISOLINUX's LOCALBOOT (Syslinux, doc/isolinux.txt): -1 lets the BIOS go on, another number is a drive.
// INT 18h: the BIOS Boot Specification 1.01 §D.2 has it go on with the next boot device.
Result localboot_command(Session& session, const Args& args) {
  u64 number;
  if (args.size() != 0 && args[0] != Text("-1")) {
    if (!parse_number(args[0], number) || number > 0xff)
      return fail("localboot [0x80], or -1 for the next boot device");
    Chain* chain;
    const String name = format("(0x{:02x})", number);
    if (Result result = chain_load(session, name, {}, chain); !result.ok()) return result;
    session.set_loaded(chain);
    return chain->boot(session);
  }
  Regs regs;
  bios_call(0x18, regs);
  return fail("INT 18h came back: the BIOS has nothing else to boot");
}

}  // namespace stage2
