// One grammar for conditions and values: breakpoints, boot specs and the window read the same expressions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emu/error.h"

namespace debugger {

/// What an expression comes to: a number, a far pointer, or text.
///
/// Numbers are 64 bits wide without a sign and wrap: 0 - 1 is FFFFFFFFFFFFFFFFh, as in an address calculation.
struct Value {
  enum class Kind : std::uint8_t { kNumber, kFar, kText };
  Kind kind = Kind::kNumber;
  std::uint16_t selector = 0;  ///< kFar
  std::uint64_t number = 0;    ///< kNumber: the number; kFar: the offset
  std::string text;            ///< kText

  static Value of(std::uint64_t n) { return {Kind::kNumber, 0, n, {}}; }
  static Value far(std::uint16_t selector, std::uint64_t offset) { return {Kind::kFar, selector, offset, {}}; }
  static Value of_text(std::string t) { return {Kind::kText, 0, 0, std::move(t)}; }
  bool operator==(const Value&) const = default;
};

/// "63", "0000:7C00" or the text itself.
std::string to_string(const Value& value);

/// Who knows what names mean: a CPU's registers, a call's arguments, a line of a trace, a spec's captures.
class Names {
 public:
  virtual ~Names() = default;
  /// The value of a name, or nothing when it has none here (an LBA of a call that has no LBA, an unknown name). Names
  /// come as written; those of registers and fields are looked up without regard to case. Captures keep their "$".
  virtual std::optional<Value> lookup(std::string_view name) const = 0;
  /// The linear address that selector:offset reaches. By default as in real mode.
  virtual std::optional<std::uint64_t> linear(std::uint16_t selector, std::uint64_t offset) const {
    return (std::uint64_t{selector} << 4) + (offset & 0xFFFF);
  }
  /// Reads memory at a linear address without side effects. False: there is none to read.
  virtual bool read(std::uint64_t linear, std::span<std::uint8_t> out) const {
    static_cast<void>(linear), static_cast<void>(out);
    return false;
  }
};

/// A text that is no expression. what() is "column N: expected ..., found ...".
class ExpressionError : public emu::Error {
 public:
  ExpressionError(std::size_t column, const std::string& problem);
  std::size_t column() const { return column_; }  ///< from 1, in bytes
  const std::string& problem() const { return problem_; }

 private:
  std::size_t column_;
  std::string problem_;
};

namespace expression {
struct Program;  // expression_program.h
}

/// An expression, parsed once and evaluated many times.
///
///     63  0x3F  3Fh  0E0h  0b101            numbers: decimal, hexadecimal, binary
///     0000:7C00  cs:ip  es:bx+2  ds:7c00    far pointers; their digits are hexadecimal. + and - move the offset
///     "boot"  '/boot/*'                     text
///     drive  lba  eax  cf  stage2_main      whatever the Names know
///     $pvd                                  captures of a spec
///     byte [0x413]  word [es:bx+2]  dword [..]  qword [..]      memory
///     * / %   + -   << >>   &   ^   |       arithmetic, binding in this order (& binds tighter than ==)
///     - ~                                   of one number
///     == != < <= > >=                       comparison; = is ==. Far pointers compare by the place that they reach
///     lba in {1, 5..9, $pvd + 1}            sets and ranges; both ends belong to a range
///     file matches "/boot/*"                * any text, ? one character
///     ! not   && and   || or                logic
///
/// Where something has no value, neither has what is computed from it; && and || go by the other side if that decides.
/// A condition holds when it has a value and the value is not 0.
class Expression {
 public:
  static constexpr std::size_t kMaxLength = 4096;  ///< bytes of text
  static constexpr int kMaxDepth = 64;             ///< nested parentheses and signs

  /// Throws ExpressionError.
  static Expression parse(std::string_view text);

  /// The value, or nothing; then `missing`, when given, says what had none.
  std::optional<Value> evaluate(const Names& names, std::string* missing = nullptr) const;
  bool holds(const Names& names) const;
  /// When it does not hold: "not so: lba < 9 (lba is 16)", with what its names and the memory that it reads have.
  std::string why_not(const Names& names) const;

  /// A name and the column where it stands, for callers who know all names beforehand.
  struct Use {
    std::string name;
    std::size_t column;
  };
  const std::vector<Use>& names() const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<const expression::Program> program_;
};

/// What one field of a spec may be: an expression, a range, a comparison, a set, a wildcard, or several of them.
///
///     63     $pvd + 1     16..31     100..     >= 100     != 0     {1, 2}     1, 2, 16..31
///     *      anything, but something          none     no value (null is the same)
///     "/boot/*"   text with wildcards          not 0..15
class Pattern {
 public:
  /// Throws ExpressionError.
  static Pattern parse(std::string_view text);

  bool matches(const std::optional<Value>& subject, const Names& names) const;
  /// "$pvd" when the pattern is that name and nothing else: the place where a capture may get its value.
  std::optional<std::string_view> capture() const;
  const std::vector<Expression::Use>& names() const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<const expression::Program> program_;
};

/// Does `text` match a pattern of * (any text) and ? (one character)? Case matters.
bool glob_matches(std::string_view pattern, std::string_view text);

/// "0000:7c00" as a far pointer, other text as text: for values that come as strings.
Value value_of_text(std::string_view text);

}  // namespace debugger
