#include "stage2/console/screen.h"

#include "stage2/bios.h"
#include "stage2/console/keyboard.h"

namespace stage2 {
namespace {

// INT 10h functions (RBIL 10-00 to 10-0F), AH in the upper byte
constexpr u32 kSetMode3 = 0x0003;
constexpr u32 kSetCursorShape = 0x0100;
constexpr u32 kSetCursor = 0x0200;
constexpr u32 kScrollUp = 0x0600;
constexpr u32 kWriteCharAttribute = 0x0900;
constexpr u32 kTeletype = 0x0e00;
constexpr u32 kGetMode = 0x0f00;
// BIOS data area: columns (word), rows minus one (EGA and later), cursor of page 0 (column, row), cursor shape (word)
constexpr u32 kBdaColumns = 0x44a;
constexpr u32 kBdaLastRow = 0x484;
constexpr u32 kBdaCursor = 0x450;

constexpr u32 kCursorHidden = 0x2000;
constexpr u32 kCursorLine = 0x0607;

void video(u32 function, u32 ebx, u32 ecx = 0, u32 edx = 0) {
  Regs regs;
  regs.eax = function;
  regs.ebx = ebx;
  regs.ecx = ecx;
  regs.edx = edx;
  bios_call(0x10, regs);
}

}  // namespace

void Screen::init() {
  Regs regs;
  regs.eax = kGetMode;
  bios_call(0x10, regs);
  const u8 mode = regs.al() & 0x7f;
  if (mode != 2 && mode != 3 && mode != 7) video(kSetMode3, 0);
}

void Screen::put(char c) {
  if (c == '\n') video(kTeletype | '\r', kDefaultColour);
  // Teletype output keeps the colour of the cell, so a cell is given its colour first.
  if (u8(c) >= ' ') video(kWriteCharAttribute | u8(c), colour_, 1);
  video(kTeletype | u8(c), kDefaultColour);
}

void Screen::repeat(char c, u8 count) {
  const u8* cursor = physical<const u8>(kBdaCursor);
  const u8 column = cursor[0], row = cursor[1];
  count = lib32::min<u8>(count, u8(columns() - column));
  if (count != 0) video(kWriteCharAttribute | u8(c), colour_, count);
  move_to(u8(column + count), row);
}

void Screen::move_to(u8 column, u8 row) { video(kSetCursor, 0, 0, u32(row) << 8 | column); }

void Screen::clear() {
  video(kScrollUp, u32(colour_) << 8, 0, u32(rows() - 1) << 8 | u32(columns() - 1));
  move_to(0, 0);
}

void Screen::show_cursor(bool visible) { video(kSetCursorShape, 0, visible ? kCursorLine : kCursorHidden); }

u8 Screen::columns() const {
  const u16 columns = *physical<const volatile u16>(kBdaColumns);
  return columns >= 20 && columns <= 200 ? u8(columns) : 80;
}

u8 Screen::rows() const {
  const u8 last = *physical<const volatile u8>(kBdaLastRow);
  return last >= 10 && last <= 100 ? u8(last + 1) : 25;
}

u16 Screen::poll_key() { return keyboard_poll(); }

}  // namespace stage2
