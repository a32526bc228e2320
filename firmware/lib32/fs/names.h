// Names of files: UTF-8 out of what the file systems keep, and comparison without regard to case.
#pragma once

#include "lib32/types.h"

namespace lib32 {

/// Appends to a buffer; what does not fit is left out.
class NameWriter {
 public:
  NameWriter(char* to, size_t room) : to_(to), room_(room) {}
  void add(char c) {
    if (length_ < room_) to_[length_++] = c;
  }
  void add(Text text) {
    for (size_t i = 0; i < text.size; ++i) add(text[i]);
  }
  void add_code_point(u32 code);
  /// Two digits, for UUIDs.
  void add_hex(u8 byte, bool upper_case);
  /// Surrogate pairs become one character, lone halves U+FFFD. `units` as they lie on the disk.
  void add_utf16(const u8* units, size_t count, bool big_endian);
  /// A character of the PC's first code page, which short names are written in for want of knowing better.
  void add_cp437(u8 c);
  void trim_right(char c) {
    while (length_ != 0 && to_[length_ - 1] == c) --length_;
  }
  void clear() { length_ = 0; }
  size_t length() const { return length_; }
  Text text() const { return {to_, length_}; }

 private:
  char* to_;
  size_t room_;
  size_t length_ = 0;
};

/// UTF-8; the letters of Latin, Greek and Cyrillic have case, others are compared as they are.
bool same_ignoring_case(Text a, Text b);

}  // namespace lib32
