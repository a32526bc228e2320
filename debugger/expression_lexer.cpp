#include "debugger/expression_lexer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "emu/text.h"

namespace debugger::expression {
namespace {

using emu::lower, emu::same_words;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
constexpr bool begins_name(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '$' || c == '@' || c == '.';
}
constexpr bool in_name(char c) { return begins_name(c) || is_digit(c); }

bool all_hex(std::string_view word) { return !word.empty() && std::all_of(word.begin(), word.end(), is_hex); }

/// AH could be ten, but is a register; 0Ah is the number.
bool is_byte_register(std::string_view word) {
  static constexpr std::array<std::string_view, 4> kRegisters = {"ah", "bh", "ch", "dh"};
  return std::any_of(kRegisters.begin(), kRegisters.end(), [&](auto r) { return same_words(word, r); });
}

/// The digits of a number, and its base; base 0: the word is no number.
struct Digits {
  std::string_view text;
  int base = 0;
};

Digits digits_of(std::string_view word) {
  const auto is_base = [&](std::size_t skip, int base) {
    const std::string_view rest = word.substr(skip);
    return !rest.empty() &&
           std::all_of(rest.begin(), rest.end(), [&](char c) { return base == 2 ? c == '0' || c == '1' : is_hex(c); });
  };
  if (word.size() > 1 && lower(word.back()) == 'h' && all_hex(word.substr(0, word.size() - 1))) {
    return {word.substr(0, word.size() - 1), 16};
  }
  if (word.size() > 2 && word[0] == '0' && lower(word[1]) == 'x' && is_base(2, 16)) return {word.substr(2), 16};
  if (word.size() > 2 && word[0] == '0' && lower(word[1]) == 'b' && is_base(2, 2)) return {word.substr(2), 2};
  if (std::all_of(word.begin(), word.end(), is_digit)) return {word, 10};
  return {};
}

std::uint64_t number_of(Digits digits, std::size_t column) {
  std::uint64_t value = 0;
  const char* end = digits.text.data() + digits.text.size();
  if (std::from_chars(digits.text.data(), end, value, digits.base).ec != std::errc{})
    throw ExpressionError(column, fmt::format("{} does not fit in 64 bits", digits.text));
  return value;
}

}  // namespace

bool Token::is_word(std::string_view word) const { return kind == Kind::kName && same_words(text, word); }

std::size_t Lexer::end_of_word(std::size_t from) const {
  std::size_t end = from;
  // Two dots are a range, not a part of a name. Two colons are, when a name goes on behind them: stage2::main.
  const auto goes_on = [&](std::size_t at) {
    return text_.substr(at, 2) == "::" && at > from && at + 2 < text_.size() && begins_name(text_[at + 2]);
  };
  for (; end < text_.size(); ++end) {
    if (goes_on(end)) {
      end += 2;
    } else if (!in_name(text_[end]) || text_.substr(end, 2) == "..") {
      break;
    }
  }
  return end;
}

Token Lexer::next() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  Token token{.column = at_ + 1, .text = {}, .value = {}};
  if (at_ >= text_.size()) return token;
  const char c = text_[at_];
  if (c == '"' || c == '\'') {
    token = quoted(c);
  } else if (in_name(c) && text_.substr(at_, 2) != "..") {
    token = number_or_name();
  } else {
    token = symbol();
  }
  after_colon_ = token.is(":");
  return token;
}

/// SEG:OFF of hexadecimal digits alone. Register names have other letters.
bool Lexer::far_pointer(std::size_t segment_end, Token& token) {
  const std::string_view segment = text_.substr(at_, segment_end - at_);
  if (segment.size() > 4 || !all_hex(segment) || segment_end >= text_.size() || text_[segment_end] != ':') return false;
  const std::size_t end = end_of_word(segment_end + 1);
  const std::string_view offset = text_.substr(segment_end + 1, end - segment_end - 1);
  if (offset.size() > 8 || !all_hex(offset)) return false;
  token.kind = Token::Kind::kValue;
  token.text = text_.substr(at_, end - at_);
  token.value = Value::far(static_cast<std::uint16_t>(number_of({segment, 16}, token.column)),
                           number_of({offset, 16}, token.column));
  at_ = end;
  return true;
}

Token Lexer::number_or_name() {
  Token token{.column = at_ + 1, .text = {}, .value = {}};
  const std::size_t end = end_of_word(at_);
  const std::string_view word = text_.substr(at_, end - at_);
  if (!after_colon_ && far_pointer(end, token)) return token;
  token.text = word;
  at_ = end;
  const bool bare_offset = after_colon_ && word.size() <= 8 && all_hex(word);
  const Digits digits = bare_offset ? Digits{word, 16} : digits_of(word);
  if (digits.base != 0 && !is_byte_register(word)) {
    token.kind = Token::Kind::kValue;
    token.value = Value::of(number_of(digits, token.column));
    return token;
  }
  if (is_digit(word.front())) {
    throw ExpressionError(token.column,
                          fmt::format("{} is no number; hexadecimal ones are written 0x{} or {}h", word, word, word));
  }
  token.kind = Token::Kind::kName;
  return token;
}

Token Lexer::quoted(char quote) {
  const std::size_t end = text_.find(quote, at_ + 1);
  if (end == std::string_view::npos)
    throw ExpressionError(at_ + 1, fmt::format("the text that begins here has no closing {}", quote));
  Token token{.kind = Token::Kind::kValue, .column = at_ + 1, .text = text_.substr(at_, end + 1 - at_), .value = {}};
  token.value = Value::of_text(std::string(text_.substr(at_ + 1, end - at_ - 1)));
  at_ = end + 1;
  return token;
}

Token Lexer::symbol() {
  static constexpr std::array<std::string_view, 31> kSymbols = {
      "&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "..", "(", ")", "[", "]", "{", "}", ",",
      ":",  "=",  "<",  ">",  "!",  "~",  "+",  "-",  "*",  "/", "%", "&", "|", "^", "?"};
  for (const std::string_view s : kSymbols) {
    if (text_.substr(at_, s.size()) != s) continue;
    Token token{.kind = Token::Kind::kSymbol, .column = at_ + 1, .text = text_.substr(at_, s.size()), .value = {}};
    at_ += s.size();
    return token;
  }
  const auto byte = static_cast<unsigned char>(text_[at_]);
  throw ExpressionError(at_ + 1, byte >= 0x20 && byte < 0x7F ? fmt::format("{} means nothing here", text_[at_])
                                                             : fmt::format("byte {:02X}h means nothing here", byte));
}

}  // namespace debugger::expression
