#include "debugger/expression.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "debugger/expression_lexer.h"
#include "debugger/expression_program.h"

namespace debugger {
namespace expression {
namespace {

using Maybe = std::optional<Value>;
using Kind = Value::Kind;

Maybe truth(bool b) { return Value::of(b ? 1 : 0); }

/// One run of a program.
class Machine {
 public:
  Machine(const Names& names, const Maybe& subject, std::string* missing)
      : names_(names), subject_(subject), missing_(missing) {}

  Maybe run(const Program& program) {
    stack_.reserve(8);
    for (const Step& step : program.steps) execute(step);
    return pop();
  }

 private:
  Maybe pop() {
    Maybe top = std::move(stack_.back());
    stack_.pop_back();
    return top;
  }
  void push(Maybe value) { stack_.push_back(std::move(value)); }
  Maybe nothing(std::string what) {
    if (missing_ && missing_->empty()) *missing_ = std::move(what);
    return std::nullopt;
  }

  void execute(const Step& step) {
    switch (step.op) {
      case Op::kLiteral: return push(step.value);
      case Op::kName: return push(name(step.value.text));
      case Op::kSubject: return push(subject_);
      case Op::kMemory: return push(memory(pop(), step.size));
      case Op::kNegate: return push(unary(pop(), [](std::uint64_t n) { return 0 - n; }));
      case Op::kComplement: return push(unary(pop(), [](std::uint64_t n) { return ~n; }));
      case Op::kNot: return push(negated(pop()));
      case Op::kExists: return push(truth(pop().has_value()));
      case Op::kSetBegin: return push(truth(false));
      case Op::kItem:
      case Op::kItemTest:
      case Op::kRange:
      case Op::kSetEnd: return membership(step.op);
      default: break;
    }
    const Maybe right = pop(), left = pop();
    push(binary(step.op, left, right));
  }

  Maybe name(const std::string& text) {
    Maybe value = names_.lookup(text);
    return value ? value : nothing(text);
  }

  std::optional<std::uint64_t> address(const Value& value) {
    if (value.kind == Kind::kNumber) return value.number;
    if (value.kind == Kind::kFar) return names_.linear(value.selector, value.number);
    return std::nullopt;
  }
  static bool is_true(const Value& value) {
    if (value.kind == Kind::kText) return !value.text.empty();
    return value.number != 0 || value.selector != 0;
  }

  template <class Function>
  Maybe unary(const Maybe& operand, Function function) {
    if (!operand || operand->kind != Kind::kNumber)
      return operand ? nothing("a sign before what is no number") : std::nullopt;
    return Value::of(function(operand->number));
  }
  static Maybe negated(const Maybe& operand) { return operand ? truth(!is_true(*operand)) : std::nullopt; }

  Maybe memory(const Maybe& where, int size) {
    if (!where) return std::nullopt;
    const auto linear = address(*where);
    std::array<std::uint8_t, 8> bytes{};
    if (!linear || !names_.read(*linear, std::span(bytes).first(static_cast<std::size_t>(size))))
      return nothing(fmt::format("memory at {}", to_string(*where)));
    std::uint64_t value = 0;
    for (int i = size; i-- > 0;) value = value << 8 | bytes[static_cast<std::size_t>(i)];
    return Value::of(value);
  }

  Maybe binary(Op op, const Maybe& left, const Maybe& right) {
    if (op == Op::kBoth || op == Op::kEither) return logic(op == Op::kEither, left, right);
    if (!left || !right) return std::nullopt;
    switch (op) {
      case Op::kFar: return far_pointer(*left, *right);
      case Op::kMatches: return matches(*left, *right);
      case Op::kEqual:
      case Op::kNotEqual: {
        const auto equal = compare(*left, *right);
        return equal ? truth((*equal == 0) == (op == Op::kEqual)) : std::nullopt;
      }
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual: return ordered(op, *left, *right);
      default: return arithmetic(op, *left, *right);
    }
  }

  static Maybe logic(bool either, const Maybe& left, const Maybe& right) {
    const auto decides = [&](const Maybe& side) { return side && is_true(*side) == either; };
    if (decides(left) || decides(right)) return truth(either);
    return left && right ? truth(!either) : std::nullopt;
  }

  Maybe far_pointer(const Value& selector, const Value& offset) {
    if (selector.kind != Kind::kNumber || offset.kind != Kind::kNumber || selector.number > 0xFFFF)
      return nothing("a far pointer of what is no segment and offset");
    return Value::far(static_cast<std::uint16_t>(selector.number), offset.number);
  }

  Maybe matches(const Value& text, const Value& pattern) {
    if (text.kind != Kind::kText || pattern.kind != Kind::kText) return nothing("a text to match");
    return truth(glob_matches(pattern.text, text.text));
  }

  /// -1, 0 or 1; nothing for a text and a number, which nothing orders.
  std::optional<int> compare(const Value& a, const Value& b) {
    if (a.kind == Kind::kText && b.kind == Kind::kText) return (a.text > b.text) - (a.text < b.text);
    const auto left = address(a), right = address(b);
    if (left && right) return (*left > *right) - (*left < *right);
    // Pointers whose segments nobody knows are at least the same when they look the same.
    if (a.kind == Kind::kFar && a == b) return 0;
    nothing("a comparison of text with a number");
    return std::nullopt;
  }
  Maybe ordered(Op op, const Value& a, const Value& b) {
    const auto order = compare(a, b);
    if (!order) return std::nullopt;
    switch (op) {
      case Op::kLess: return truth(*order < 0);
      case Op::kLessEqual: return truth(*order <= 0);
      case Op::kGreater: return truth(*order > 0);
      default: return truth(*order >= 0);
    }
  }

  /// An offset stays in its segment: 16 bits wide where it was, as 16-bit code computes.
  static Value moved(const Value& far, std::uint64_t by) {
    const std::uint64_t mask = far.number <= 0xFFFF ? 0xFFFF : 0xFFFF'FFFF;
    return Value::far(far.selector, (far.number + by) & (far.number > mask ? ~std::uint64_t{0} : mask));
  }
  Maybe arithmetic(Op op, const Value& a, const Value& b) {
    if (a.kind == Kind::kFar && b.kind == Kind::kNumber && op == Op::kAdd) return moved(a, b.number);
    if (a.kind == Kind::kFar && b.kind == Kind::kNumber && op == Op::kSubtract) return moved(a, 0 - b.number);
    const auto left = address(a), right = address(b);
    if (!left || !right) return nothing("a sum of what is no number");
    const bool divides = op == Op::kDivide || op == Op::kRemainder;
    if (divides && *right == 0) return nothing("a division by zero");
    return Value::of(arithmetic(op, *left, *right));
  }
  static std::uint64_t arithmetic(Op op, std::uint64_t a, std::uint64_t b) {
    switch (op) {
      case Op::kMultiply: return a * b;
      case Op::kDivide: return a / b;
      case Op::kRemainder: return a % b;
      case Op::kAdd: return a + b;
      case Op::kSubtract: return a - b;
      case Op::kShiftLeft: return b < 64 ? a << b : 0;
      case Op::kShiftRight: return b < 64 ? a >> b : 0;
      case Op::kAnd: return a & b;
      case Op::kXor: return a ^ b;
      default: return a | b;
    }
  }

  void membership(Op op) {
    if (op == Op::kSetEnd) {
      const Maybe found = pop(), subject = pop();
      // `none` and `*` decide about a subject without a value; nothing else does.
      return push(subject || (found && is_true(*found)) ? found : nothing("what the set is asked about"));
    }
    const Maybe high = op == Op::kRange ? pop() : std::nullopt;
    const Maybe item = pop();
    Maybe found = pop();
    const Maybe& subject = stack_.back();
    bool hit = false;
    if (op == Op::kItemTest) hit = item && is_true(*item);
    if (op == Op::kItem && subject && item) hit = is_item(*subject, *item);
    if (op == Op::kRange && subject && item && high) {
      const auto low_order = compare(*subject, *item), high_order = compare(*subject, *high);
      hit = low_order && high_order && *low_order >= 0 && *high_order <= 0;
    }
    push(hit ? truth(true) : std::move(found));
  }
  bool is_item(const Value& subject, const Value& item) {
    if (subject.kind == Kind::kText && item.kind == Kind::kText) return glob_matches(item.text, subject.text);
    const auto order = compare(subject, item);
    return order && *order == 0;
  }

  const Names& names_;
  const Maybe& subject_;
  std::string* missing_;
  std::vector<Maybe> stack_;
};

}  // namespace

std::optional<Value> run(const Program& program, const Names& names, const std::optional<Value>& subject,
                         std::string* missing) {
  return Machine(names, subject, missing).run(program);
}

}  // namespace expression

ExpressionError::ExpressionError(std::size_t column, const std::string& problem)
    : Error(emu::ErrorKind::kUsage, fmt::format("column {}: {}", column, problem)),
      column_(column),
      problem_(problem) {}

std::string to_string(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNumber: return fmt::format("{}", value.number);
    case Value::Kind::kFar: return fmt::format("{:04X}:{:04X}", value.selector, value.number);
    case Value::Kind::kText: return value.text;
  }
  return {};
}

Value value_of_text(std::string_view text) {
  try {
    expression::Lexer lexer(text);
    const expression::Token token = lexer.next();
    if (token.value.kind == Value::Kind::kFar && token.text.size() == text.size()) return token.value;
  } catch (const ExpressionError&) {
    // Then it is text.
  }
  return Value::of_text(std::string(text));
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {  // the last * takes one character more
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

namespace {

/// Notes what it is asked for, each once.
class NotingNames : public Names {
 public:
  explicit NotingNames(const Names& names) : names_(names) {}

  std::optional<Value> lookup(std::string_view name) const override {
    auto value = names_.lookup(name);
    note(value ? fmt::format("{} is {}", name, to_string(*value)) : fmt::format("{} has no value", name));
    return value;
  }
  std::optional<std::uint64_t> linear(std::uint16_t selector, std::uint64_t offset) const override {
    return names_.linear(selector, offset);
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override {
    const bool there = names_.read(linear, out);
    std::uint64_t number = 0;
    for (std::size_t i = out.size(); i-- > 0;) number = number << 8 | out[i];
    const std::string_view size = out.size() == 1   ? "byte"
                                  : out.size() == 2 ? "word"
                                  : out.size() == 4 ? "dword"
                                                    : "qword";
    note(there ? fmt::format("{} [{:05X}h] is {}", size, linear, number)
               : fmt::format("there is no memory at {:05X}h", linear));
    return there;
  }
  std::string text() const { return fmt::format("{}", fmt::join(notes_, ", ")); }

 private:
  void note(std::string words) const {
    if (std::find(notes_.begin(), notes_.end(), words) == notes_.end()) notes_.push_back(std::move(words));
  }

  const Names& names_;
  mutable std::vector<std::string> notes_;
};

}  // namespace

Expression Expression::parse(std::string_view text) {
  Expression parsed;
  parsed.text_ = text;
  parsed.program_ = std::make_shared<const expression::Program>(expression::parse_expression(text));
  return parsed;
}

std::optional<Value> Expression::evaluate(const Names& names, std::string* missing) const {
  return expression::run(*program_, names, std::nullopt, missing);
}

bool Expression::holds(const Names& names) const {
  const auto value = evaluate(names);
  if (!value) return false;
  return value->kind == Value::Kind::kText ? !value->text.empty() : value->number != 0 || value->selector != 0;
}

std::string Expression::why_not(const Names& names) const {
  const NotingNames noting(names);
  evaluate(noting);
  const std::string values = noting.text();
  return fmt::format("not so: {}{}", text_, values.empty() ? "" : fmt::format(" ({})", values));
}

const std::vector<Expression::Use>& Expression::names() const { return program_->names; }

Pattern Pattern::parse(std::string_view text) {
  Pattern parsed;
  parsed.text_ = text;
  parsed.program_ = std::make_shared<const expression::Program>(expression::parse_pattern(text));
  return parsed;
}

bool Pattern::matches(const std::optional<Value>& subject, const Names& names) const {
  const auto value = expression::run(*program_, names, subject, nullptr);
  return value && value->number != 0;
}

std::optional<std::string_view> Pattern::capture() const {
  // Subject, set begin, the name, item, set end.
  const auto& steps = program_->steps;
  const bool alone = steps.size() == 5 && steps[2].op == expression::Op::kName && steps[3].op == expression::Op::kItem;
  if (!alone || !steps[2].value.text.starts_with('$')) return std::nullopt;
  return steps[2].value.text;
}

const std::vector<Expression::Use>& Pattern::names() const { return program_->names; }

}  // namespace debugger
