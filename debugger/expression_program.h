// What a parsed expression is inside: operations in the order in which a stack of values takes them. A flat list
// needs no recursion to evaluate or to free, however long the text was.
#pragma once

#include <cstdint>
#include <vector>

#include "debugger/expression.h"

namespace debugger::expression {

enum class Op : std::uint8_t {
  kLiteral,  ///< pushes `value`
  kName,     ///< pushes what the name in value.text has
  kSubject,  ///< pushes what a pattern is asked about
  kMemory,   ///< address -> `size` bytes there
  kFar,      ///< selector, offset -> far pointer
  kNegate,
  kComplement,
  kNot,
  kMultiply,
  kDivide,
  kRemainder,
  kAdd,
  kSubtract,
  kShiftLeft,
  kShiftRight,
  kAnd,
  kXor,
  kOr,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kMatches,
  kBoth,
  kEither,
  // Membership: the subject and what has been found so far stay on the stack below each item.
  kSetBegin,  ///< subject -> subject, 0
  kItem,      ///< subject, found, item -> subject, found
  kRange,     ///< subject, found, low, high -> subject, found
  kItemTest,  ///< subject, found, truth -> subject, found: for `>= 100`
  kSetEnd,    ///< subject, found -> found
  kExists,    ///< value or nothing -> 1 or 0
};

struct Step {
  Op op;
  std::uint8_t size = 0;
  Value value = {};
};

struct Program {
  std::vector<Step> steps;
  std::vector<Expression::Use> names;
};

/// Runs the program. `subject` is what kSubject pushes.
std::optional<Value> run(const Program& program, const Names& names, const std::optional<Value>& subject,
                         std::string* missing);

Program parse_expression(std::string_view text);
Program parse_pattern(std::string_view text);

}  // namespace debugger::expression
