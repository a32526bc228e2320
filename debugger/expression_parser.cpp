// Recursive descent, one function for each kind of thing; binary operators by a table of their precedence.
#include <array>

#include <fmt/core.h>

#include "debugger/expression_lexer.h"
#include "debugger/expression_program.h"

namespace debugger::expression {
namespace {

struct Binary {
  std::string_view symbol;
  int precedence;
  Op op;
};
constexpr std::array<Binary, 10> kArithmetic = {{{"|", 1, Op::kOr},
                                                 {"^", 2, Op::kXor},
                                                 {"&", 3, Op::kAnd},
                                                 {"<<", 4, Op::kShiftLeft},
                                                 {">>", 4, Op::kShiftRight},
                                                 {"+", 5, Op::kAdd},
                                                 {"-", 5, Op::kSubtract},
                                                 {"*", 6, Op::kMultiply},
                                                 {"/", 6, Op::kDivide},
                                                 {"%", 6, Op::kRemainder}}};
constexpr std::array<std::pair<std::string_view, Op>, 7> kComparisons = {{{"==", Op::kEqual},
                                                                          {"=", Op::kEqual},
                                                                          {"!=", Op::kNotEqual},
                                                                          {"<", Op::kLess},
                                                                          {"<=", Op::kLessEqual},
                                                                          {">", Op::kGreater},
                                                                          {">=", Op::kGreaterEqual}}};
constexpr std::array<std::pair<std::string_view, int>, 4> kSizes = {
    {{"byte", 1}, {"word", 2}, {"dword", 4}, {"qword", 8}}};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {
    if (text.size() > Expression::kMaxLength)
      throw ExpressionError(1, fmt::format("the expression has more than {} characters", Expression::kMaxLength));
    advance();
  }

  Program expression() {
    either();
    finish();
    return std::move(program_);
  }
  Program pattern() {
    alternatives();
    finish();
    return std::move(program_);
  }

 private:
  // --- Tokens
  void advance() { token_ = lexer_.next(); }
  bool accept(std::string_view symbol) {
    if (!token_.is(symbol)) return false;
    advance();
    return true;
  }
  bool accept_word(std::string_view word) {
    if (!token_.is_word(word)) return false;
    advance();
    return true;
  }
  [[noreturn]] void fail(std::string_view expected) const {
    throw ExpressionError(token_.column, fmt::format("expected {}, found {}", expected,
                                                     token_.kind == Token::Kind::kEnd ? "the end" : token_.text));
  }
  void expect(std::string_view symbol) {
    if (!accept(symbol)) fail(symbol);
  }
  void finish() const {
    if (token_.kind != Token::Kind::kEnd) fail("an operator or the end");
  }
  void emit(Op op, int size = 0, Value value = {}) {
    program_.steps.push_back({op, static_cast<std::uint8_t>(size), std::move(value)});
  }

  /// Counts levels of nesting, so that no text makes the parser itself overrun its stack.
  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser) {
      if (++parser.depth_ > Expression::kMaxDepth)
        throw ExpressionError(parser.token_.column,
                              fmt::format("more than {} levels of nesting", Expression::kMaxDepth));
    }
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  // --- Logic
  void either() {
    both();
    while (accept("||") || accept_word("or")) {
      both();
      emit(Op::kEither);
    }
  }
  void both() {
    denied();
    while (accept("&&") || accept_word("and")) {
      denied();
      emit(Op::kBoth);
    }
  }
  /// `not` takes the whole comparison behind it, `!` only what follows at once.
  void denied() {
    if (accept_word("not")) {
      const Level level(*this);
      denied();
      return emit(Op::kNot);
    }
    comparison();
  }
  void comparison() {
    arithmetic(1);
    while (true) {
      if (accept_word("in")) {
        emit(Op::kSetBegin);
        set();
        emit(Op::kSetEnd);
      } else if (accept_word("matches")) {
        arithmetic(1);
        emit(Op::kMatches);
      } else if (const std::optional<Op> op = comparison_operator()) {
        arithmetic(1);
        emit(*op);
      } else {
        return;
      }
    }
  }
  std::optional<Op> comparison_operator() {
    for (const auto& [symbol, op] : kComparisons) {
      if (accept(symbol)) return op;
    }
    return std::nullopt;
  }

  // --- Sets and patterns
  void set() {
    if (!accept("{")) return item();
    if (accept("}")) return;
    do {
      item();
    } while (accept(","));
    expect("}");
  }
  void item() {
    const std::size_t column = token_.column, low = program_.steps.size();
    arithmetic(1);
    if (!accept("..")) return emit(Op::kItem);
    const std::size_t high = program_.steps.size();
    const bool open = token_.kind == Token::Kind::kEnd || token_.is(",") || token_.is("}") || token_.is(")");
    if (open) {
      emit(Op::kLiteral, 0, Value::of(~std::uint64_t{0}));
    } else {
      arithmetic(1);
    }
    check_range(low, high, column);
    emit(Op::kRange);
  }
  /// No number is in a range of two literals that ends before it begins.
  void check_range(std::size_t low, std::size_t high, std::size_t column) const {
    const auto& steps = program_.steps;
    const bool literals =
        high == low + 1 && steps.size() == high + 1 && steps[low].op == Op::kLiteral && steps[high].op == Op::kLiteral;
    if (!literals) return;
    const Value &first = steps[low].value, &last = steps[high].value;
    if (first.kind == Value::Kind::kNumber && last.kind == Value::Kind::kNumber && first.number > last.number)
      throw ExpressionError(column, fmt::format("the range {}..{} ends before it begins", first.number, last.number));
  }
  void alternatives() {
    const bool denies = accept_word("not");
    emit(Op::kSubject);
    emit(Op::kSetBegin);
    do {
      alternative();
    } while (accept(","));
    emit(Op::kSetEnd);
    if (denies) emit(Op::kNot);
  }
  void alternative() {
    if (accept("*")) {
      emit(Op::kSubject);
      emit(Op::kExists);
      return emit(Op::kItemTest);
    }
    if (accept_word("none") || accept_word("null")) {
      emit(Op::kSubject);
      emit(Op::kExists);
      emit(Op::kNot);
      return emit(Op::kItemTest);
    }
    if (token_.is("{")) return set();
    if (const std::optional<Op> op = comparison_operator()) {
      emit(Op::kSubject);
      arithmetic(1);
      emit(*op);
      return emit(Op::kItemTest);
    }
    item();
  }

  // --- Arithmetic
  void arithmetic(int precedence) {
    sign();
    while (const Binary* binary = binary_operator(precedence)) {
      advance();
      arithmetic(binary->precedence + 1);
      emit(binary->op);
    }
  }
  const Binary* binary_operator(int precedence) const {
    for (const Binary& binary : kArithmetic) {
      if (binary.precedence >= precedence && token_.is(binary.symbol)) return &binary;
    }
    return nullptr;
  }
  void sign() {
    const Level level(*this);
    if (accept("-")) {
      sign();
      return emit(Op::kNegate);
    }
    if (accept("~")) {
      sign();
      return emit(Op::kComplement);
    }
    if (accept("!")) {
      sign();
      return emit(Op::kNot);
    }
    primary();
    if (accept(":")) {
      primary();
      emit(Op::kFar);
    }
  }
  void primary() {
    if (token_.kind == Token::Kind::kValue) {
      emit(Op::kLiteral, 0, token_.value);
      return advance();
    }
    if (accept("(")) {
      either();
      return expect(")");
    }
    for (const auto& [word, size] : kSizes) {
      if (accept_word(word)) return memory(size);
    }
    if (token_.is("[")) fail("a size before the address: byte [..], word [..], dword [..] or qword [..]");
    if (token_.kind != Token::Kind::kName) fail("a number, a name or (");
    program_.names.push_back({std::string(token_.text), token_.column});
    emit(Op::kName, 0, Value::of_text(std::string(token_.text)));
    advance();
  }
  void memory(int size) {
    accept_word("ptr");
    expect("[");
    either();
    expect("]");
    emit(Op::kMemory, size);
  }

  Lexer lexer_;
  Token token_;
  Program program_;
  int depth_ = 0;
};

}  // namespace

Program parse_expression(std::string_view text) { return Parser(text).expression(); }
Program parse_pattern(std::string_view text) { return Parser(text).pattern(); }

}  // namespace debugger::expression
