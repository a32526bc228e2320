#include "stage2/console/console.h"

#include "stage2/bios.h"
#include "stage2/console/graphics.h"
#include "stage2/console/screen.h"
#include "stage2/console/serial.h"

namespace stage2 {
namespace {

constexpr u8 kErrorColour = 0x0c;  // light red
constexpr u32 kTicksPerDay = 0x1800b0;

constinit Screen screen;
constinit Graphics graphics;
constinit Serial serial;
constinit bool serial_ready = false;
constinit Terminal* in_use[2] = {nullptr, nullptr};

template <class Action>
void each_terminal(Action action) {
  for (Terminal* terminal : in_use)
    if (terminal != nullptr) action(*terminal);
}

// Waiting must let the timer tick. A serial line in use is polled without a pause: it would lose characters in 55 ms.
void idle() {
  if (in_use[1] == nullptr) wait_for_interrupt();
}

}  // namespace

void console_init() {
  screen.init();
  in_use[0] = &screen;
}

Result console_show_picture(Text name, lib32::Source& file) {
  if (in_use[0] == nullptr) return {};
  Result result = graphics.show(name, file);
  if (result.ok()) in_use[0] = &graphics;
  return result;
}

bool console_shows_picture() { return graphics.shown(); }

void console_hide_picture() {
  if (!graphics.shown()) return;
  graphics.hide();
  in_use[0] = &screen;
}

Result console_serial(u8 unit, u32 speed) {
  serial_ready = serial.init(unit, speed);
  if (!serial_ready) return fail("there is no serial port {}", unit);
  return {};
}

Result console_use(bool use_screen, bool use_serial) {
  if (use_serial && !serial_ready) return fail("set up the serial port first: serial [--unit=N] [--speed=BAUD]");
  in_use[0] = use_screen ? &screen : nullptr;
  in_use[1] = use_serial ? &serial : nullptr;
  return {};
}

void put(char c) {
  each_terminal([c](Terminal& terminal) { terminal.put(c); });
}

void put(Text text) {
  for (size_t i = 0; i < text.size; ++i) put(text[i]);
}

void print_error(Text text) {
  set_colour(kErrorColour);
  put("error: ");
  put(text);
  set_colour(kDefaultColour);
  put('\n');
}

void repeat(char c, u8 count) {
  each_terminal([=](Terminal& terminal) { terminal.repeat(c, count); });
}

void move_to(u8 column, u8 row) {
  each_terminal([=](Terminal& terminal) { terminal.move_to(column, row); });
}

void set_colour(u8 attribute) {
  each_terminal([=](Terminal& terminal) { terminal.set_colour(attribute); });
}

void clear() {
  each_terminal([](Terminal& terminal) { terminal.clear(); });
}

void show_cursor(bool visible) {
  each_terminal([=](Terminal& terminal) { terminal.show_cursor(visible); });
}

u8 columns() {
  u8 smallest = 255;
  each_terminal([&](Terminal& terminal) { smallest = lib32::min(smallest, terminal.columns()); });
  return smallest;
}

u8 rows() {
  u8 smallest = 255;
  each_terminal([&](Terminal& terminal) { smallest = lib32::min(smallest, terminal.rows()); });
  return smallest;
}

u16 poll_key() {
  for (Terminal* terminal : in_use)
    if (terminal != nullptr)
      if (const u16 key = terminal->poll_key(); key != kNoKey) return key;
  return kNoKey;
}

u16 wait_key() {
  for (;;) {
    if (const u16 key = poll_key(); key != kNoKey) return key;
    idle();
  }
}

u16 wait_key_for(u32 ticks) {
  const u32 start = timer_ticks();
  for (;;) {
    if (const u16 key = poll_key(); key != kNoKey) return key;
    const u32 now = timer_ticks();
    if ((now >= start ? now - start : now + kTicksPerDay - start) >= ticks) return kNoKey;
    idle();
  }
}

}  // namespace stage2
