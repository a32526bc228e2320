#include "stage2/base/string.h"

namespace stage2 {

const char* String::c_str() {
  data_.push_back(0);
  data_.pop_back();
  return data_.begin();
}

void String::append(Text text) {
  for (size_t i = 0; i < text.size; ++i) data_.push_back(text[i]);
}

bool starts_with(Text text, Text prefix) { return text.first(prefix.size) == prefix; }

bool equal_ignoring_case(Text a, Text b) {
  if (a.size != b.size) return false;
  for (size_t i = 0; i < a.size; ++i)
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  return true;
}

size_t find(Text text, char c) {
  size_t i = 0;
  while (i < text.size && text[i] != c) ++i;
  return i;
}

Text trim(Text text) {
  while (!text.empty() && is_space(text[0])) text = text.from(1);
  while (!text.empty() && is_space(text[text.size - 1])) --text.size;
  return text;
}

Text take_word(Text& text) {
  text = trim(text);
  size_t length = 0;
  while (length < text.size && !is_space(text[length])) ++length;
  const Text word = text.first(length);
  text = trim(text.from(length));
  return word;
}

size_t last_word_begin(Text text) {
  size_t begin = text.size;
  while (begin > 0 && (!is_space(text[begin - 1]) || (begin > 1 && text[begin - 2] == '\\'))) --begin;
  return begin;
}

Text take_line(Text& text) {
  const size_t length = find(text, '\n');
  Text line = text.first(length);
  text = text.from(length + 1);
  if (!line.empty() && line[line.size - 1] == '\r') --line.size;
  return line;
}

namespace {

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

}  // namespace

bool parse_number(Text text, u64& value) {
  u32 base = 10;
  if (starts_with(text, "0x") || starts_with(text, "0X")) {
    base = 16;
    text = text.from(2);
  }
  if (text.empty()) return false;
  u64 number = 0;
  for (size_t i = 0; i < text.size; ++i) {
    const u32 digit = u32(digit_value(text[i]));
    if (digit >= base) return false;
    const u64 high = (number >> 32) * base;
    if (high >> 32) return false;
    const u64 next = (high << 32) + (number & 0xffffffff) * base + digit;
    if (next < number) return false;
    number = next;
  }
  value = number;
  return true;
}

}  // namespace stage2
