// Small pieces that the trace writers share: numbers in the forms of the trace, appended without allocation.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "bios/call_table.h"
#include "emu/types.h"

namespace debugger::append {

enum class Case { kUpper, kLower };

/// `digits` hexadecimal digits, at most 8.
inline void hex(std::string& out, std::uint32_t value, int digits, Case letters) {
  const char* alphabet = letters == Case::kUpper ? "0123456789ABCDEF" : "0123456789abcdef";
  char text[8];
  char* end = text;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) *end++ = alphabet[(value >> shift) & 0xF];
  out.append(text, end);
}

/// SEG:OFF.
inline void far(std::string& out, emu::FarPtr p, Case letters) {
  hex(out, p.seg, 4, letters);
  out += ':';
  hex(out, p.off, 4, letters);
}

inline void decimal(std::string& out, std::integral auto value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

/// "13/42", "15/E820", "11"; AH's digits for functions that the BIOS does not have.
inline void label(std::string& out, std::uint8_t vector, std::uint16_t ax, const bios::Function* function) {
  hex(out, vector, 2, Case::kUpper);
  if (function && function->selector == bios::Selector::kNone) return;
  out += '/';
  if (function && function->selector == bios::Selector::kAx) {
    hex(out, function->number, 4, Case::kUpper);
  } else {
    hex(out, ax >> 8, 2, Case::kUpper);
  }
}

/// Text as the inside of a JSON string (RFC 8259 §7). Bytes above 7Fh pass: the text is UTF-8 already.
inline void json_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      hex(out, byte, 2, Case::kLower);
    } else {
      out += c;
    }
  }
}

inline void json_string(std::string& out, std::string_view text) {
  out += '"';
  json_text(out, text);
  out += '"';
}

}  // namespace debugger::append
