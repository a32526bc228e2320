#include "stage2/reset.h"

#include "stage2/bios.h"
#include "stage2/console/console.h"
#include "stage2/memory/heap.h"

namespace stage2 {
namespace {

// 8042 keyboard controller: command FEh pulses the reset line
constexpr uint16_t kKeyboardCommand = 0x64;
constexpr uint8_t kPulseReset = 0xfe;
constexpr uint16_t kPort92 = 0x92;
constexpr uint8_t kFastReset = 0x01;

// What the BIOS data area's 0040:0072 says to the next POST: not a warm start
constexpr uint32_t kBdaResetFlag = 0x472;

void let_some_time_pass() {
  for (int i = 0; i < 100000; ++i) in8(kKeyboardCommand);
}

struct Frame {
  uint32_t vector, word0, word1, word2;
};

}  // namespace

void restart_machine() {
  *physical<volatile uint16_t>(kBdaResetFlag) = 0;
  out8(kKeyboardCommand, kPulseReset);
  let_some_time_pass();
  out8(kPort92, uint8_t(in8(kPort92) & ~kFastReset));
  out8(kPort92, uint8_t(in8(kPort92) | kFastReset));
  let_some_time_pass();
  struct [[gnu::packed]] {
    uint16_t limit = 0;
    uint32_t base = 0;
  } no_idt;
  asm volatile("lidt %0; int3" : : "m"(no_idt));
  for (;;) asm volatile("hlt");
}

void panic(const char* words) {
  print_error(words);
  put("A key restarts the machine.");
  wait_key();
  restart_machine();
}

/// Called by start.asm for a processor exception. An error code, where there is one, comes before EIP.
extern "C" [[noreturn, gnu::regparm(0)]] void stage2_exception(const Frame* frame) {
  const bool has_code = frame->vector == 8 || (frame->vector >= 10 && frame->vector <= 14) || frame->vector == 17;
  print_error(format("processor exception {} at {:08x}, error code {:x}: a defect of bootsim's stage2", frame->vector,
                     has_code ? frame->word1 : frame->word0, has_code ? frame->word0 : 0));
  put("A key restarts the machine.");
  wait_key();
  restart_machine();
}

}  // namespace stage2
