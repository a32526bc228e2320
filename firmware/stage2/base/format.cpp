#include "stage2/base/format.h"

namespace stage2 {
namespace {

struct Spec {
  size_t width = 0;
  bool zeros = false;
  bool hex = false;
};

Spec parse_spec(Text text) {
  Spec spec;
  for (size_t i = 0; i < text.size; ++i) {
    if (text[i] == ':') continue;
    if (text[i] == 'x') spec.hex = true;
    if (text[i] == '0' && spec.width == 0) spec.zeros = true;
    if (is_digit(text[i])) spec.width = lib32::min<size_t>(spec.width * 10 + size_t(text[i] - '0'), 80);
  }
  return spec;
}

void pad(String& out, size_t used, size_t width, char with) {
  for (; used < width; ++used) out += with;
}

void put_number(String& out, const FormatArg& arg, const Spec& spec) {
  u64 value = arg.number;
  const bool negative = arg.type == FormatArg::Type::kSigned && int64_t(value) < 0;
  if (negative) value = 0 - value;
  char digits[24];
  size_t at = sizeof digits;
  do {
    const auto [quotient, remainder] = lib32::divide(value, spec.hex ? 16 : 10);
    digits[--at] = "0123456789ABCDEF"[remainder];
    value = quotient;
  } while (value != 0);
  const size_t length = sizeof digits - at + negative;
  if (!spec.zeros) pad(out, length, spec.width, ' ');
  if (negative) out += '-';
  if (spec.zeros) pad(out, length, spec.width, '0');
  out += Text(digits + at, sizeof digits - at);
}

void put(String& out, const FormatArg& arg, const Spec& spec) {
  if (arg.type == FormatArg::Type::kText) {
    out += arg.text;
    pad(out, arg.text.size, spec.width, ' ');
  } else if (arg.type == FormatArg::Type::kChar) {
    out += char(arg.number);
  } else {
    put_number(out, arg, spec);
  }
}

}  // namespace

String format_args(Text pattern, const FormatArg* args, size_t count) {
  String out;
  size_t next = 0;
  for (size_t i = 0; i < pattern.size; ++i) {
    if (pattern[i] != '{') {
      out += pattern[i];
    } else if (i + 1 < pattern.size && pattern[i + 1] == '{') {
      out += pattern[++i];
    } else {
      const size_t length = find(pattern.from(i + 1), '}');
      if (next < count) put(out, args[next++], parse_spec(pattern.from(i + 1).first(length)));
      i += length + 1;
    }
  }
  return out;
}

}  // namespace stage2
