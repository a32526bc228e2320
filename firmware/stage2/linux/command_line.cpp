#include "stage2/linux/command_line.h"

namespace stage2 {
namespace {

// The value of the last word that begins with `name`, which ends in '='.
bool last_value(Text command_line, Text name, Text& value) {
  bool found = false;
  while (!command_line.empty()) {
    const Text word = take_word(command_line);
    if (!starts_with(word, name)) continue;
    value = word.from(name.size);
    found = true;
  }
  return found;
}

u32 digit_value(char c) {
  if (is_digit(c)) return u32(c - '0');
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? u32(lower - 'a') + 10 : 99;
}

// C notation, 40 bits; `text` becomes what follows the digits.
bool take_number(Text& text, u64& value) {
  u32 base = 10;
  if (starts_with(text, "0x") || starts_with(text, "0X")) {
    base = 16;
    text = text.from(2);
  } else if (text.size > 1 && text[0] == '0') {
    base = 8;
  }
  value = 0;
  size_t digits = 0;
  for (; digits < text.size && digit_value(text[digits]) < base; ++digits) {
    value = value * base + digit_value(text[digits]);
    if (value >> 40 != 0) return false;
  }
  text = text.from(digits);
  return digits != 0;
}

}  // namespace

bool video_mode(Text command_line, u16& mode) {
  Text value;
  if (!last_value(command_line, "vga=", value)) return false;
  if (value == Text("normal")) return mode = 0xffff, true;
  if (value == Text("ext")) return mode = 0xfffe, true;
  if (value == Text("ask")) return mode = 0xfffd, true;
  u64 number;
  if (!take_number(value, number) || !value.empty() || number > 0xffff) return false;
  mode = u16(number);
  return true;
}

u64 memory_end(Text command_line, u64 otherwise) {
  Text value;
  u64 number;
  if (!last_value(command_line, "mem=", value) || !take_number(value, number)) return otherwise;
  if (value.size > 1) return otherwise;
  const char suffix = value.empty() ? 'b' : to_lower(value[0]);
  const u32 shift = suffix == 'k' ? 10 : suffix == 'm' ? 20 : suffix == 'g' ? 30 : 0;
  if ((shift == 0 && !value.empty()) || number == 0 || number > (otherwise >> shift)) return otherwise;
  return number << shift;
}

}  // namespace stage2
