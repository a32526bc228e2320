#include "lib32/fs/names.h"

namespace lib32 {

namespace {

constexpr u32 kReplacement = 0xFFFD;

// Code page 437, 80h–FFh.
constexpr u16 kCp437[128] = {
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA, 0x00EB, 0x00E8, 0x00EF, 0x00EE,
    0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9, 0x00FF, 0x00D6,
    0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1, 0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA,
    0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB, 0x2591, 0x2592, 0x2593, 0x2502,
    0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, 0x2514,
    0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, 0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550,
    0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518, 0x250C,
    0x2588, 0x2584, 0x258C, 0x2590, 0x2580, 0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4,
    0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6, 0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320,
    0x2321, 0x00F7, 0x2248, 0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0};

/// Simple case folding (Unicode's CaseFolding.txt, status C) of the blocks that occur in file names most.
u32 fold(u32 c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if (c < 0x100) return c >= 0xC0 && c <= 0xDE && c != 0xD7 ? c + 32 : c;
  if (c < 0x180) {  // Latin Extended-A: pairs, the capital even or, in two ranges, odd
    if (c == 0x130 || c == 0x138 || c == 0x149 || c == 0x178 || c == 0x17F) return c;
    const bool odd_capitals = (c >= 0x139 && c <= 0x148) || c >= 0x179;
    return (c % 2 != 0) == odd_capitals ? c + 1 : c;
  }
  if (c >= 0x391 && c <= 0x3A9) return c + 32;  // Greek
  if (c >= 0x400 && c <= 0x40F) return c + 80;  // Cyrillic
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  return c;
}

/// Takes one character from `text`; a byte that is not UTF-8 stands for itself, beyond all characters.
u32 take(Text& text) {
  const u8 lead = static_cast<u8>(text[0]);
  const size_t more = lead >= 0xF8 ? 0 : lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  u32 code = more == 0 ? lead : lead & (0x3F >> more);
  for (size_t i = 1; i <= more; ++i) {
    if (i >= text.size || (static_cast<u8>(text[i]) & 0xC0) != 0x80) {
      text = text.from(1);
      return 0x110000u + lead;
    }
    code = code << 6 | (static_cast<u8>(text[i]) & 0x3F);
  }
  text = text.from(1 + more);
  return more == 0 && lead >= 0x80 ? 0x110000u + lead : code;
}

}  // namespace

void NameWriter::add_code_point(u32 code) {
  char bytes[4];
  size_t count = 0;
  if (code < 0x80) {
    bytes[count++] = static_cast<char>(code);
  } else {
    const unsigned more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    constexpr u8 kLead[] = {0, 0xC0, 0xE0, 0xF0};
    bytes[count++] = static_cast<char>(kLead[more] | code >> (6 * more));
    for (unsigned i = more; i-- > 0;) bytes[count++] = static_cast<char>(0x80 | (code >> (6 * i) & 0x3F));
  }
  if (count <= room_ - length_) add(Text(bytes, count));  // never half a character
}

void NameWriter::add_hex(u8 byte, bool upper_case) {
  const char* const digits = upper_case ? "0123456789ABCDEF" : "0123456789abcdef";
  add(digits[byte >> 4]);
  add(digits[byte & 0xF]);
}

void NameWriter::add_utf16(const u8* units, size_t count, bool big_endian) {
  const auto unit = [&](size_t i) -> u32 {
    const u8* p = units + 2 * i;
    return big_endian ? p[0] << 8 | p[1] : le16(p);
  };
  for (size_t i = 0; i < count; ++i) {
    const u32 high = unit(i);
    if (high < 0xD800 || high > 0xDFFF) {
      add_code_point(high);
    } else if (high < 0xDC00 && i + 1 < count && unit(i + 1) >= 0xDC00 && unit(i + 1) <= 0xDFFF) {
      add_code_point(0x10000 + ((high - 0xD800) << 10) + (unit(++i) - 0xDC00));
    } else {
      add_code_point(kReplacement);
    }
  }
}

void NameWriter::add_cp437(u8 c) { add_code_point(c < 0x80 ? c : kCp437[c - 0x80]); }

bool same_ignoring_case(Text a, Text b) {
  while (!a.empty() && !b.empty())
    if (fold(take(a)) != fold(take(b))) return false;
  return a.empty() && b.empty();
}

}  // namespace lib32
