// INT 16h: the keyboard.
#include <array>

#include <fmt/core.h>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/call_table.h"
#include "bios/keyboard.h"
#include "bios/ps2.h"

namespace bios {

namespace {

std::uint16_t translated(std::uint16_t word, bool enhanced) {
  return enhanced ? keyboard::enhanced_key(word) : keyboard::standard_key(word);
}

// The LEDs follow the lock keys at the next call, as in SeaBIOS: INT 09h has no time for the keyboard's
// answer.
void update_leds(Bios& bios) {
  emu::Memory& memory = bios.memory();
  const auto wanted = static_cast<std::uint8_t>((memory.read<std::uint8_t>(bda::kKeyboardFlags) >> 4) & 7);
  const auto leds = memory.read<std::uint8_t>(bda::kKeyboardLeds);
  if ((leds & 7) == wanted) return;
  memory.write(bda::kKeyboardLeds, static_cast<std::uint8_t>((leds & ~7) | wanted));
  Ps2(bios.ports(), bios.clock()).keyboard(std::array<std::uint8_t, 2>{0xED, wanted});
}

void read_key(Bios& bios, Call& call, bool enhanced) {
  update_leds(bios);
  const std::optional<std::uint16_t> word = keyboard::peek(bios.memory());
  if (!word) return call.wait_for_interrupt();
  keyboard::drop(bios.memory());
  call.regs.set_ax(translated(*word, enhanced));
}

void check_key(Bios& bios, Call& call, bool enhanced) {
  update_leds(bios);
  const std::optional<std::uint16_t> word = keyboard::peek(bios.memory());
  call.set_zero(!word);
  if (word) {
    call.regs.set_ax(translated(*word, enhanced));
  } else {
    bios.system().note_idle_poll();
  }
}

void read_standard(Bios& bios, Call& call) { read_key(bios, call, false); }
void check_standard(Bios& bios, Call& call) { check_key(bios, call, false); }
void read_enhanced(Bios& bios, Call& call) { read_key(bios, call, true); }
void check_enhanced(Bios& bios, Call& call) { check_key(bios, call, true); }

void shift_flags(Bios& bios, Call& call) {
  call.regs.set_al(bios.memory().read<std::uint8_t>(bda::kKeyboardFlags));
  bios.system().note_idle_poll();
}

void extended_shift_flags(Bios& bios, Call& call) {
  const emu::Memory& memory = bios.memory();
  call.regs.set_al(memory.read<std::uint8_t>(bda::kKeyboardFlags));
  const auto left = memory.read<std::uint8_t>(bda::kKeyboardFlags2);
  const auto right = memory.read<std::uint8_t>(bda::kKeyboardFlags3);
  constexpr std::uint8_t kRight = bda::kRightCtrl | bda::kRightAlt;
  // 40:18 with the right keys of 40:96 in bits 2-3; SysReq moves to bit 7 in IBM's, which SeaBIOS leaves to
  // Insert.
  call.regs.set_ah(static_cast<std::uint8_t>((left & ~kRight) | (right & kRight)));
  bios.system().note_idle_poll();
}

void set_typematic(Bios& bios, Call& call) {
  if (call.regs.al() != 0x05) return;
  const auto rate = static_cast<std::uint8_t>((call.regs.bh() & 3) << 5 | (call.regs.bl() & 0x1F));
  Ps2(bios.ports(), bios.clock()).keyboard(std::array<std::uint8_t, 2>{0xF3, rate});
}

void push_key(Bios& bios, Call& call) { call.regs.set_al(keyboard::put(bios.memory(), call.regs.cx()) ? 0 : 1); }

void functionality(Bios&, Call& call) {
  // RBIL table 00585. Bit 2 would name AX=0305h, which works too; SeaBIOS and Bochs leave it clear, and no program is
  // known to look.
  constexpr std::uint8_t kHas0A = 0x10, kHas10To12 = 0x20;
  call.regs.set_al(kHas0A | kHas10To12);
}

void keyboard_id(Bios& bios, Call& call) {
  std::array<std::uint8_t, 2> id{};
  const bool there = Ps2(bios.ports(), bios.clock()).keyboard(std::array<std::uint8_t, 1>{0xF2}, id);
  call.regs.set_bx(there ? static_cast<std::uint16_t>(id[0] | id[1] << 8) : 0);
}

// DOS's KEYB asks for these; the answers say that 10h-12h exist and 20h-22h do not.
void keyb_capability(Bios&, Call& call) { call.regs.set_ah(0x80); }
void keyb_122_keys(Bios&, Call&) {}

void describe_key(const CallView& view, Outcome& outcome) {
  const std::uint8_t character = view.out->al();
  outcome.text = fmt::format("scan {:02X}h char {:02X}h", view.out->ah(), character);
  if (character > 0x20 && character < 0x7F) outcome.text += fmt::format(" '{:c}'", character);
}

void describe_check(const CallView& view, Outcome& outcome) {
  if (view.out->rflags & emu::flag::kZero) {
    outcome.text = "no key";
  } else {
    describe_key(view, outcome);
  }
}

void describe_push(const CallView& view, Arguments& arguments) {
  arguments.text = fmt::format("scan {:02X}h char {:02X}h", view.in.ch(), view.in.cl());
}

constexpr Function kFunctions[] = {
    {0x16, Selector::kAh, 0x00, "read key", "", "AH scan code, AL character", "RBIL 16-00", read_standard, nullptr,
     describe_key},
    {0x16, Selector::kAh, 0x01, "check for key", "", "ZF no key, AH scan code, AL character", "RBIL 16-01",
     check_standard, nullptr, describe_check},
    {0x16, Selector::kAh, 0x02, "shift flags", "", "AL flags (40:17)", "RBIL 16-02", shift_flags},
    {0x16, Selector::kAh, 0x03, "set typematic rate", "AL 05h, BH delay, BL rate", "", "RBIL 16-03", set_typematic},
    {0x16, Selector::kAh, 0x05, "push key", "CH scan code, CL character", "AL 0 ok, 1 buffer full", "RBIL 16-05",
     push_key, describe_push},
    {0x16, Selector::kAh, 0x09, "keyboard functionality", "", "AL bits", "RBIL 16-09", functionality},
    {0x16, Selector::kAh, 0x0A, "keyboard id", "", "BX id", "RBIL 16-0A", keyboard_id},
    {0x16, Selector::kAh, 0x10, "read enhanced key", "", "AH scan code, AL character", "RBIL 16-10", read_enhanced,
     nullptr, describe_key},
    {0x16, Selector::kAh, 0x11, "check for enhanced key", "", "ZF no key, AH scan code, AL character", "RBIL 16-11",
     check_enhanced, nullptr, describe_check},
    {0x16, Selector::kAh, 0x12, "extended shift flags", "", "AL, AH flags (40:17, 40:18)", "RBIL 16-12",
     extended_shift_flags},
    {0x16, Selector::kAh, 0x92, "keyboard capability check", "", "AH 80h: 10h-12h exist", "RBIL 16-92",
     keyb_capability},
    {0x16, Selector::kAh, 0xA2, "122-key capability check", "", "AH kept: 20h-22h do not exist", "RBIL 16-A2",
     keyb_122_keys},
};

}  // namespace

std::span<const Function> int16_functions() { return kFunctions; }

}  // namespace bios
