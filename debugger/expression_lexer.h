// The words of an expression.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "debugger/expression.h"

namespace debugger::expression {

struct Token {
  enum class Kind { kEnd, kValue, kName, kSymbol };
  Kind kind = Kind::kEnd;
  std::size_t column = 1;
  std::string_view text;  ///< as written
  Value value;            ///< kValue

  bool is(std::string_view symbol) const { return kind == Kind::kSymbol && text == symbol; }
  bool is_word(std::string_view word) const;  ///< a name, without regard to case
};

/// Reads one token at a time. Throws ExpressionError for what is none.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  Token next();

 private:
  Token number_or_name();
  Token quoted(char quote);
  Token symbol();
  bool far_pointer(std::size_t segment_end, Token& token);
  std::size_t end_of_word(std::size_t from) const;

  std::string_view text_;
  std::size_t at_ = 0;
  bool after_colon_ = false;  // the digits of an offset are hexadecimal
};

}  // namespace debugger::expression
