#include "stage2/relocator/hand_off.h"

#include "stage2/bios.h"
#include "stage2/console/console.h"

namespace stage2 {
namespace {

constexpr u8 kVideo = 0x10;
constexpr u32 kGetMode = 0x0f00, kSetTextMode = 0x0003;
constexpr u8 kModeMask = 0x7f, kColourText = 0x03, kMonochromeText = 0x07;

// Boot sectors and kernels print by INT 10h and expect a text mode.
void leave_graphics() {
  Regs regs;
  regs.eax = kGetMode;
  bios_call(kVideo, regs);
  const u8 mode = regs.al() & kModeMask;
  if (mode <= kColourText || mode == kMonochromeText) return;
  regs = Regs();
  regs.eax = kSetTextMode;
  bios_call(kVideo, regs);
}

}  // namespace

Result hand_off(Session&, Relocator& relocator, const Handoff& handoff) {
  set_colour(kDefaultColour);
  show_cursor(true);
  leave_graphics();
  return relocator.start(handoff);
}

}  // namespace stage2
