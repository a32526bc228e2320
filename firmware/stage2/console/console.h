#pragma once

#include "lib32/source.h"
#include "stage2/base/format.h"
#include "stage2/console/terminal.h"

/// The console: every terminal that is in use at once. What is printed goes to all, keys come from any.
namespace stage2 {

/// The screen comes up.
void console_init();

/// Sets up the serial port; it is used once console_use says so.
Result console_serial(u8 unit, u32 speed);
/// The screen becomes a picture with text over it, until console_hide_picture. Does nothing when the screen is not
/// in use. Terminals are not exchanged meanwhile.
Result console_show_picture(Text name, lib32::Source& file);
bool console_shows_picture();
void console_hide_picture();
/// Which terminals are in use. The serial one needs console_serial before.
Result console_use(bool screen, bool serial);

void put(char c);
void put(Text text);
template <class... Args>
void print(Text pattern, const Args&... args) {
  put(format(pattern, args...));
}
/// Prints a line that cannot be overlooked.
void print_error(Text text);

/// The same character `count` times, within one line.
void repeat(char c, u8 count);
void move_to(u8 column, u8 row);
void set_colour(u8 attribute);
void clear();
void show_cursor(bool visible);
/// Of the smallest terminal in use.
u8 columns();
u8 rows();

/// kNoKey when there is none.
u16 poll_key();
u16 wait_key();
/// kNoKey when `ticks` of 1/18.2 s went by.
u16 wait_key_for(u32 ticks);

}  // namespace stage2
