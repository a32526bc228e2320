#include "stage2/commands/command.h"
#include "stage2/console/console.h"
#include "stage2/head.h"
#include "stage2/memory/map.h"
#include "stage2/menu/command_line.h"

namespace stage2 {

/// Called by start.asm, with the drive that stage2 was loaded from.
extern "C" [[noreturn]] void stage2_main(u32 drive) {
  console_init();
  memory_init();
  print("bootsim {}\n", BOOTSIM_VERSION);
  Session* session = new Session;
  session->boot_drive = u8(drive);
  for (;;) command_line(*session);
}

}  // namespace stage2
