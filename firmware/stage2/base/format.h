#pragma once

#include "stage2/base/string.h"

/// format("{} of {:x}h at {:04x}", name, address, n): {} takes the next argument; {:x} in hexadecimal, {:8} in at least
/// eight columns (numbers to the right, text to the left), {:08x} with leading zeros. {{ is a brace.
namespace stage2 {

struct FormatArg {
  enum class Type { kText, kUnsigned, kSigned, kChar } type;
  u64 number = 0;
  Text text;

  FormatArg(Text value) : type(Type::kText), text(value) {}
  FormatArg(const String& value) : type(Type::kText), text(value) {}
  FormatArg(const char* value) : type(Type::kText), text(value) {}
  FormatArg(char value) : type(Type::kChar), number(u8(value)) {}
  FormatArg(unsigned char value) : type(Type::kUnsigned), number(value) {}
  FormatArg(unsigned short value) : type(Type::kUnsigned), number(value) {}
  FormatArg(unsigned value) : type(Type::kUnsigned), number(value) {}
  FormatArg(unsigned long value) : type(Type::kUnsigned), number(value) {}
  FormatArg(unsigned long long value) : type(Type::kUnsigned), number(value) {}
  FormatArg(int value) : type(Type::kSigned), number(u64(int64_t(value))) {}
};

String format_args(Text pattern, const FormatArg* args, size_t count);

template <class... Args>
String format(Text pattern, const Args&... args) {
  if constexpr (sizeof...(Args) == 0) {
    return format_args(pattern, nullptr, 0);
  } else {
    const FormatArg list[] = {FormatArg(args)...};
    return format_args(pattern, list, sizeof...(Args));
  }
}

/// How an operation ended: done, or a sentence for the user that says what went wrong and where.
class [[nodiscard]] Result {
 public:
  Result() = default;
  static Result failure(String words) {
    Result result;
    result.ok_ = false;
    result.words_ = move(words);
    return result;
  }
  bool ok() const { return ok_; }
  Text words() const { return words_; }

 private:
  bool ok_ = true;
  String words_;
};

template <class... Args>
Result fail(Text pattern, const Args&... args) {
  return Result::failure(format(pattern, args...));
}

}  // namespace stage2
