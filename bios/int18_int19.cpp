// INT 18h: the loader gives up. INT 19h: boot (again).
#include "bios/bios.h"
#include "bios/boot.h"
#include "bios/call_table.h"

namespace bios {

namespace {

// The ROM's stubs come here with a fresh stack, onto which the boot pushes the frame of what is next.
// The ROM's stubs take a fresh stack before they trap; the first step puts the frame for their IRET on it.
void boot_failed(Bios& bios, Call& call) {
  bios.boot().int18(call.regs);
  bios.boot().step(call.regs);
}
void bootstrap(Bios& bios, Call& call) {
  bios.boot().int19(call.regs);
  bios.boot().step(call.regs);
}

constexpr Function kInt18[] = {
    {0x18, Selector::kNone, 0, "boot failed", "", "never returns: the next boot device is tried",
     "BIOS Boot Specification 1.01", boot_failed},
};
constexpr Function kInt19[] = {
    {0x19, Selector::kNone, 0, "bootstrap", "", "never returns: the first boot device is tried",
     "BIOS Boot Specification 1.01", bootstrap},
};

}  // namespace

std::span<const Function> int18_functions() { return kInt18; }
std::span<const Function> int19_functions() { return kInt19; }

}  // namespace bios
