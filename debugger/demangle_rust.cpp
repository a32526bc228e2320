#include "debugger/demangle_rust.h"

#include <array>
#include <cstdint>
#include <utility>

#include <fmt/core.h>

namespace debugger {
namespace {

using std::string_view;

constexpr std::size_t kMostText = 2048;  // a few references to references would make gigabytes
constexpr int kDeepest = 64;
constexpr std::uint64_t kLargest = std::uint64_t{1} << 48;  // of numbers; positions and counts are small

string_view basic_type(char tag) {
  static constexpr std::array<std::pair<char, string_view>, 21> kTypes = {
      {{'a', "i8"},    {'b', "bool"},  {'c', "char"}, {'d', "f64"}, {'e', "str"},  {'f', "f32"},  {'h', "u8"},
       {'i', "isize"}, {'j', "usize"}, {'l', "i32"},  {'m', "u32"}, {'n', "i128"}, {'o', "u128"}, {'p', "_"},
       {'s', "i16"},   {'t', "u16"},   {'u', "()"},   {'v', "..."}, {'x', "i64"},  {'y', "u64"},  {'z', "!"}}};
  for (const auto& [letter, name] : kTypes) {
    if (letter == tag && tag != '\0') return name;
  }
  return {};
}

/// Recursive descent; each function reads what the RFC's grammar calls so and writes it. After a mistake nothing is
/// read any more.
class Demangler {
 public:
  explicit Demangler(string_view text) : text_(text) {}

  std::string symbol() {
    path(true);
    if (!failed_ && at_ < text_.size() && text_[at_] != '.' && text_[at_] != '$') {  // the crate that asked for it
      const std::string name = std::move(out_);
      path(false);
      out_ = name;
    }
    const bool ends = at_ == text_.size() || text_[at_] == '.' || text_[at_] == '$';
    return failed_ || !ends ? std::string() : out_;
  }

 private:
  class Level {
   public:
    explicit Level(Demangler& d) : d_(d) {
      if (++d.depth_ > kDeepest) d.failed_ = true;
    }
    ~Level() { --d_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Demangler& d_;
  };

  char peek() const { return !failed_ && at_ < text_.size() ? text_[at_] : '\0'; }
  char next() {
    const char c = peek();
    if (c == '\0') failed_ = true;
    ++at_;
    return c;
  }
  bool accept(char c) {
    if (peek() != c || c == '\0') return false;
    ++at_;
    return true;
  }
  void write(string_view text) {
    if (out_.size() + text.size() > kMostText) failed_ = true;
    if (!failed_) out_ += text;
  }

  // --- Numbers and names
  std::uint64_t base62() {
    if (accept('_')) return 0;
    std::uint64_t value = 0;
    for (char c = next(); c != '_'; c = next()) {
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'z' ? c - 'a' + 10
                        : c >= 'A' && c <= 'Z' ? c - 'A' + 36
                                               : -1;
      if (digit < 0 || value > kLargest) failed_ = true;
      if (failed_) return 0;
      value = value * 62 + static_cast<std::uint64_t>(digit);
    }
    return value + 1;
  }
  std::uint64_t disambiguator() { return accept('s') ? base62() + 1 : 0; }
  string_view plain_identifier() {
    if (accept('u')) failed_ = true;  // letters beyond ASCII, in Punycode
    std::size_t size = 0;
    while (peek() >= '0' && peek() <= '9' && size < text_.size())
      size = size * 10 + static_cast<std::size_t>(next() - '0');
    accept('_');
    if (failed_ || size > text_.size() - at_) {
      failed_ = true;
      return {};
    }
    const string_view name = text_.substr(at_, size);
    at_ += size;
    return name;
  }

  /// Reads again what stands further back.
  template <class Read>
  void backref(Read read) {
    const std::size_t from = at_ - 1;
    const std::uint64_t to = base62();
    if (to >= from) failed_ = true;
    if (failed_) return;
    const std::size_t behind = std::exchange(at_, static_cast<std::size_t>(to));
    read();
    at_ = behind;
  }

  // --- Paths
  void path(bool value) {
    const Level level(*this);
    switch (next()) {
      case 'C': disambiguator(); return write(plain_identifier());
      case 'N': return nested(value);
      case 'M':
        impl_path();
        write("<");
        type();
        return write(">");
      case 'X': impl_path(); [[fallthrough]];
      case 'Y':
        write("<");
        type();
        write(" as ");
        path(false);
        return write(">");
      case 'I':
        path(value);
        write(value ? "::<" : "<");
        list([this] { generic_argument(); });
        return write(">");
      case 'B': return backref([&] { path(value); });
      default: failed_ = true;
    }
  }
  /// Where an impl stands, which its name does not say.
  void impl_path() {
    disambiguator();
    const std::string before = out_;
    path(false);
    out_ = before;
  }
  void nested(bool value) {
    const char space = next();
    path(value);
    const std::uint64_t number = disambiguator();
    const string_view name = plain_identifier();
    if (space >= 'A' && space <= 'Z') {
      const std::string kind = space == 'C' ? "closure" : space == 'S' ? "shim" : std::string(1, space);
      return write(fmt::format("::{{{}{}{}#{}}}", kind, name.empty() ? "" : ":", name, number));
    }
    if (!name.empty()) write(fmt::format("::{}", name));
  }
  template <class Read>
  int list(Read read) {
    int count = 0;
    for (; !failed_ && !accept('E'); ++count) {
      if (count > 0) write(", ");
      read();
    }
    return count;
  }
  void generic_argument() {
    if (accept('L')) return lifetime();
    if (accept('K')) return constant();
    type();
  }
  void lifetime() {
    const std::uint64_t index = base62();
    if (index == 0) return write("'_");
    if (index > lifetimes_ || lifetimes_ - index >= 26) {
      failed_ = true;
      return;
    }
    write(fmt::format("'{}", static_cast<char>('a' + static_cast<char>(lifetimes_ - index))));
  }

  // --- Types
  void type() {
    const Level level(*this);
    const char tag = peek();
    if (const string_view basic = basic_type(tag); !basic.empty()) {
      ++at_;
      return write(basic);
    }
    switch (tag) {
      case 'R':
      case 'Q':
        ++at_;
        write("&");
        if (accept('L')) {
          lifetime();
          write(" ");
        }
        if (tag == 'Q') write("mut ");
        return type();
      case 'P':
      case 'O':
        ++at_;
        write(tag == 'P' ? "*const " : "*mut ");
        return type();
      case 'A':
      case 'S':
        ++at_;
        write("[");
        type();
        if (tag == 'A') {
          write("; ");
          constant();
        }
        return write("]");
      case 'T':
        ++at_;
        write("(");
        if (list([this] { type(); }) == 1) write(",");
        return write(")");
      case 'F': ++at_; return bound([this] { function(); });
      case 'D':
        ++at_;
        write("dyn ");
        bound([this] { traits(); });
        if (!accept('L')) failed_ = true;
        if (peek() == '_') {
          ++at_;
          return;
        }
        write(" + ");
        return lifetime();
      case 'B': ++at_; return backref([this] { type(); });
      default: path(false);
    }
  }
  /// "for<'a, 'b>" before what is bound.
  template <class Read>
  void bound(Read read) {
    const std::uint64_t count = accept('G') ? base62() + 1 : 0;
    if (count > 26) failed_ = true;
    if (failed_) return;
    for (std::uint64_t i = 0; i < count; ++i) {
      write(i == 0 ? "for<" : ", ");
      ++lifetimes_;
      write(fmt::format("'{}", static_cast<char>('a' + static_cast<char>((lifetimes_ - 1) % 26))));
    }
    if (count > 0) write("> ");
    read();
    lifetimes_ -= count;
  }
  void function() {
    if (accept('U')) write("unsafe ");
    if (accept('K')) {
      std::string abi(accept('C') ? "C" : plain_identifier());
      for (char& c : abi) {
        if (c == '_') c = '-';
      }
      write(fmt::format("extern \"{}\" ", abi));
    }
    write("fn(");
    list([this] { type(); });
    write(")");
    if (accept('u')) return;
    write(" -> ");
    type();
  }
  void traits() {
    for (bool first = true; !failed_ && !accept('E'); first = false) {
      if (!first) write(" + ");
      path(false);
      bool open = out_.ends_with('>');
      bool any = false;
      if (peek() == 'p' && open) out_.pop_back();
      for (; accept('p'); any = true) {
        write(any || open ? ", " : "<");
        write(plain_identifier());
        write(" = ");
        type();
      }
      if (any) write(">");
    }
  }
  void constant() {
    const Level level(*this);
    if (accept('B')) return backref([this] { constant(); });
    const char tag = next();
    if (tag == 'p') return write("_");
    const bool negative = accept('n');
    std::uint64_t value = 0;
    for (char c = next(); c != '_'; c = next()) {
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (digit < 0 || value >> 60 != 0) failed_ = true;
      if (failed_) return;
      value = value << 4 | static_cast<std::uint64_t>(digit);
    }
    if (tag == 'b') return write(value == 0 ? "false" : "true");
    if (tag == 'c') {
      if (value < 0x20 || value > 0x7E) return write(fmt::format("'\\u{{{:x}}}'", value));
      return write(fmt::format("'{}'", static_cast<char>(value)));
    }
    if (basic_type(tag).empty()) failed_ = true;
    write(fmt::format("{}{}", negative ? "-" : "", value));
  }

  string_view text_;
  std::size_t at_ = 0;
  std::string out_;
  std::uint64_t lifetimes_ = 0;  // bound so far
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::string demangled_rust(string_view mangled) {
  if (!mangled.starts_with("_R") || mangled.size() < 3 || mangled[2] < 'A' || mangled[2] > 'Z') return {};
  return Demangler(mangled.substr(2)).symbol();
}

}  // namespace debugger
