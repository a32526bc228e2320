#pragma once

#include "lib32/types.h"
#include "stage2/base/vector.h"

/// Text that grows, and questions about text.
namespace stage2 {

using lib32::Text;

class String {
 public:
  constexpr String() = default;
  String(Text text) { append(text); }
  String(const char* text) { append(Text(text)); }

  operator Text() const { return {data_.begin(), data_.size()}; }
  Text text() const { return *this; }
  /// Zero-terminated; valid until the string changes.
  const char* c_str();
  size_t size() const { return data_.size(); }
  bool empty() const { return data_.empty(); }
  char operator[](size_t i) const { return data_[i]; }

  void append(Text text);
  void append(char c) { data_.push_back(c); }
  String& operator+=(Text text) { return append(text), *this; }
  String& operator+=(char c) { return append(c), *this; }
  void insert(size_t at, char c) { data_.insert(at, c); }
  void erase(size_t at) { data_.erase(at); }
  void shorten(size_t size) {
    while (data_.size() > size) data_.pop_back();
  }
  void clear() { data_.clear(); }

 private:
  Vector<char> data_;
};

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }
constexpr bool is_name_char(char c) { return is_digit(c) || c == '_' || (to_lower(c) >= 'a' && to_lower(c) <= 'z'); }

bool starts_with(Text text, Text prefix);
bool equal_ignoring_case(Text a, Text b);
/// Where `c` first is, or text.size.
size_t find(Text text, char c);
Text trim(Text text);
/// The first word; `text` becomes what follows it, without the blanks between.
Text take_word(Text& text);
/// Where the last word begins; a blank behind a backslash is part of its word.
size_t last_word_begin(Text text);
/// The first line without its end (LF or CR LF); `text` becomes the rest.
Text take_line(Text& text);
/// Decimal, or hexadecimal after 0x; all of `text`, at most 64 bits.
bool parse_number(Text text, u64& value);

}  // namespace stage2
