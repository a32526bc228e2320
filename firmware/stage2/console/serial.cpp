#include "stage2/console/serial.h"

#include "stage2/base/format.h"
#include "stage2/bios.h"

namespace stage2 {
namespace {

// PC16550D registers; with DLAB set, 0 and 1 are the divisor latch
constexpr u8 kData = 0, kInterruptEnable = 1, kFifoControl = 2, kLineControl = 3, kModemControl = 4, kLineStatus = 5,
             kScratch = 7;
constexpr u8 kDivisorLow = 0, kDivisorHigh = 1;
constexpr u8 kFifoEnableAndClear = 0x07;
constexpr u8 kLine8N1 = 0x03, kDlab = 0x80;
constexpr u8 kDtrAndRts = 0x03;
constexpr u8 kDataReady = 0x01, kTransmitterEmpty = 0x20;

constexpr u16 kUsualPorts[4] = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
constexpr u32 kBdaPorts = 0x400;
// Reads of a register at about 1 µs each: longer than ten bits at 300 baud, and than a gap inside an escape sequence
constexpr u32 kPatience = 50000;

u16 key_of_final(u8 final) {
  switch (final) {
    case 'A': return kUp;
    case 'B': return kDown;
    case 'C': return kRight;
    case 'D': return kLeft;
    case 'H': return kHome;
    case 'F': return kEnd;
    default: return kNoKey;
  }
}

// ESC [ n ~
u16 key_of_number(u32 number) {
  switch (number) {
    case 1: return kHome;
    case 3: return kDelete;
    case 4: return kEnd;
    case 5: return kPageUp;
    case 6: return kPageDown;
    default: return number >= 11 && number <= 15 ? u16(kF1 + number - 11) : u16(kNoKey);
  }
}

}  // namespace

u8 Serial::read(u8 reg) const { return in8(u16(port_ + reg)); }
void Serial::write(u8 reg, u8 value) const { out8(u16(port_ + reg), value); }

bool Serial::init(u8 unit, u32 speed) {
  if (unit >= 4 || speed == 0 || speed > kMaxSpeed) return false;
  const u16 named = physical<const volatile u16>(kBdaPorts)[unit];
  port_ = named != 0 ? named : kUsualPorts[unit];
  write(kScratch, 0x5a);
  if (read(kScratch) != 0x5a) return false;
  const u32 divisor = kMaxSpeed / speed;
  write(kInterruptEnable, 0);
  write(kLineControl, kDlab);
  write(kDivisorLow, u8(divisor));
  write(kDivisorHigh, u8(divisor >> 8));
  write(kLineControl, kLine8N1);
  write(kFifoControl, kFifoEnableAndClear);
  write(kModemControl, kDtrAndRts);
  return true;
}

void Serial::send(u8 byte) {
  for (u32 i = 0; i < kPatience && !(read(kLineStatus) & kTransmitterEmpty); ++i) {
  }
  write(kData, byte);
}

void Serial::send(Text text) {
  for (size_t i = 0; i < text.size; ++i) send(u8(text[i]));
}

void Serial::put(char c) {
  if (c == '\n') send(u8('\r'));
  send(u8(c) < 0x80 ? u8(c) : u8('?'));
}

void Serial::repeat(char c, u8 count) {
  for (; count != 0; --count) put(c);
}

void Serial::move_to(u8 column, u8 row) { send(format("\x1b[{};{}H", row + 1, column + 1)); }

// ECMA-48 §8.3.117 numbers its colours with red and blue exchanged against VGA.
void Serial::set_colour(u8 attribute) {
  static constexpr u8 kAnsi[8] = {0, 4, 2, 6, 1, 5, 3, 7};
  if (attribute == colour_) return;
  colour_ = attribute;
  if (attribute == kDefaultColour) return send("\x1b[0m");
  send(format("\x1b[0;{}{};{}m", attribute & 8 ? "1;" : "", 30 + kAnsi[attribute & 7], 40 + kAnsi[attribute >> 4 & 7]));
}

void Serial::clear() { send("\x1b[2J\x1b[H"); }

void Serial::show_cursor(bool visible) { send(visible ? "\x1b[?25h" : "\x1b[?25l"); }

bool Serial::wait_for_byte() const {
  for (u32 i = 0; i < kPatience; ++i)
    if (read(kLineStatus) & kDataReady) return true;
  return false;
}

u16 Serial::escape_sequence() {
  if (!wait_for_byte()) return kEscape;
  const u8 introducer = read(kData);
  if (introducer != '[' && introducer != 'O') return kEscape;
  u32 number = 0;
  for (u32 i = 0; i < 8 && wait_for_byte(); ++i) {
    const u8 byte = read(kData);
    if (introducer == 'O' && byte >= 'P' && byte <= 'S') return u16(kF1 + byte - 'P');
    if (is_digit(char(byte))) {
      number = number * 10 + byte - '0';
    } else {
      return byte == '~' ? key_of_number(number) : key_of_final(byte);
    }
  }
  return kNoKey;
}

u16 Serial::poll_key() {
  const u8 status = read(kLineStatus);
  if (status == 0xff || !(status & kDataReady)) return kNoKey;
  const u8 byte = read(kData);
  if (byte == kEscape) return escape_sequence();
  if (byte == 0x7f) return kBackspace;
  return byte == '\n' ? u16(kEnter) : byte;
}

}  // namespace stage2
