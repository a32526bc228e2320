// Breakpoints as the user writes them.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "debugger/breakpoints.h"
#include "emu/error.h"
#include "emu/text.h"

namespace debugger {
namespace {

using emu::lower, emu::same_words;
using std::string_view;

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

/// The text of a breakpoint, taken word by word; knows the column of what is left.
class Text {
 public:
  explicit Text(string_view text) : whole_(text) { skip_spaces(); }

  string_view rest() const { return whole_.substr(at_); }
  bool empty() const { return rest().empty(); }
  std::size_t offset() const { return at_; }

  string_view peek() const { return rest().substr(0, std::min(rest().find_first_of(" \t"), rest().size())); }
  string_view word() {
    const string_view result = peek();
    at_ += result.size();
    skip_spaces();
    return result;
  }
  bool accept(string_view wanted) {
    if (!same_words(peek(), wanted)) return false;
    word();
    return true;
  }
  /// Cuts off what follows the first word `separator`; returns it with its offset.
  std::optional<std::pair<string_view, std::size_t>> cut(string_view separator) {
    for (std::size_t begin = at_; begin < whole_.size();) {
      const std::size_t end = std::min(whole_.find_first_of(" \t", begin), whole_.size());
      if (same_words(whole_.substr(begin, end - begin), separator)) {
        const std::size_t behind = std::min(whole_.find_first_not_of(" \t", end), whole_.size());
        const std::pair cut(whole_.substr(behind), behind);
        whole_ = whole_.substr(0, begin);
        while (!whole_.empty() && whole_.back() == ' ' && whole_.size() > at_) whole_.remove_suffix(1);
        return cut;
      }
      begin = std::min(whole_.find_first_not_of(" \t", end), whole_.size());
    }
    return std::nullopt;
  }

 private:
  void skip_spaces() { at_ = std::min(whole_.find_first_not_of(" \t", at_), whole_.size()); }
  string_view whole_;
  std::size_t at_ = 0;
};

/// Parses a piece of a longer text; columns count in the longer one.
Expression parse_piece(string_view piece, std::size_t offset) {
  try {
    return Expression::parse(piece);
  } catch (const ExpressionError& error) {
    throw ExpressionError(error.column() + offset, error.problem());
  }
}

bool is_event_field(BreakKind kind, string_view name) {
  if (kind == BreakKind::kPort) return same_words(name, "port") || same_words(name, "value");
  if (kind == BreakKind::kMemory || kind == BreakKind::kVector)
    return same_words(name, "address") || same_words(name, "value") || same_words(name, "old");
  return false;
}

/// Names that nothing will ever know are mistakes; better now than silently never. And what the condition asks for says
/// when it is looked at.
void check_condition(Breakpoint& b, const MachineNames& names) {
  const bool has_call = b.kind == BreakKind::kCall || b.kind == BreakKind::kSector;
  const bool has_file = b.kind == BreakKind::kSector || (b.kind == BreakKind::kCall && b.vector == 0x13);
  b.asks_file = false;
  for (const Expression::Use& use : b.condition->names()) {
    if (has_file && same_words(use.name, kFileField)) {
      b.asks_file = true;
      continue;
    }
    if (use.name.starts_with('$') || names.lookup(use.name) || (has_call && is_call_field(use.name)) ||
        is_event_field(b.kind, use.name))
      continue;
    refuse(fmt::format("there is no register, symbol or field \"{}\" {}", use.name,
                       has_call ? "of a call" : "here; calls alone have fields such as lba"));
  }
  b.at_return = has_call && asks_for_results(*b.condition);
}

class Parser {
 public:
  Parser(string_view text, const MachineNames& names, const Names& here) : text_(text), names_(names), here_(here) {
    b_.text = text;
  }

  Breakpoint parse() {
    prefixes();
    if (const auto condition = text_.cut("if")) b_.condition = parse_piece(condition->first, condition->second);
    place();
    if (!text_.empty())
      refuse(fmt::format("column {}: \"{}\" means nothing behind the breakpoint; conditions begin with if{}",
                         text_.offset() + 1, text_.rest(), for_example()));
    if (b_.condition) check_condition(b_, names_);
    return std::move(b_);
  }

 private:
  void prefixes() {
    for (bool more = true; more;) {
      more = false;
      if (text_.accept("once")) more = b_.once = true;
      if (text_.accept("log")) more = b_.logs = true;
    }
  }

  /// What a place begins with, how it is read, and how it is written.
  struct Form {
    string_view word;
    void (Parser::*handler)();
    string_view example;
    bool alone = false;  // nothing need follow
  };
  static const std::array<Form, 12> kForms;
  std::string for_example() const { return example_.empty() ? "" : fmt::format("; for example: {}", example_); }

  void place() {
    if (text_.empty())
      refuse("what to stop at? for example: break 0000:7C00, break int13/42 if lba == 63, break mode protected");
    for (const Form& form : kForms) {
      if (!text_.accept(form.word)) continue;
      example_ = form.example;
      try {
        if (text_.empty() && !form.alone) refuse(fmt::format("something must follow {}", form.word));
        return (this->*form.handler)();
      } catch (const ExpressionError& error) {
        throw ExpressionError(error.column(), error.problem() + for_example());
      } catch (const emu::Error& error) {
        refuse(error.what() + for_example());
      }
    }
    if (interrupt() || source_line()) return;
    b_.kind = BreakKind::kAddress;
    const std::size_t star = text_.rest().starts_with('*');  // gdb's: break *0x7c00
    b_.first = b_.last = linear(text_.rest().substr(star), text_.offset() + star);
    text_ = Text({});
  }

  // --- Addresses
  std::uint64_t linear(string_view piece, std::size_t offset) {
    const Expression e = parse_piece(piece, offset);
    std::string missing;
    const auto value = e.evaluate(here_, &missing);
    if (!value) refuse(fmt::format("{} has no value now; {}", missing, "it is no register, symbol or variable"));
    if (value->kind == Value::Kind::kText) refuse(fmt::format("\"{}\" is no address", value->text));
    const auto address =
        value->kind == Value::Kind::kFar ? names_.linear(value->selector, value->number) : std::optional(value->number);
    if (!address) refuse(fmt::format("there is no segment {:04X}h now", value->selector));
    return *address;
  }
  /// "A", "A..B" or "A len N"; takes all that is left but trailing words that the caller cut off before.
  void span(string_view piece, std::size_t offset) {
    if (const std::size_t dots = piece.find(".."); dots != piece.npos) {
      b_.first = linear(piece.substr(0, dots), offset);
      b_.last = linear(piece.substr(dots + 2), offset + dots + 2);
    } else {
      b_.first = linear(piece, offset);
      b_.last = b_.first;
    }
    if (b_.last < b_.first) refuse(fmt::format("{:X}h..{:X}h ends before it begins", b_.first, b_.last));
  }
  void span_with_length() {
    const auto length = text_.cut("len");
    string_view piece = text_.rest();
    std::size_t offset = text_.offset();
    std::uint64_t size = 0;
    static constexpr std::array<std::pair<string_view, std::uint64_t>, 4> kSizes = {
        {{"byte", 1}, {"word", 2}, {"dword", 4}, {"qword", 8}}};
    for (const auto& [name, bytes] : kSizes) {  // write word [es:bx] means these two bytes
      if (same_words(piece.substr(0, name.size()), name) && piece.find('[') != piece.npos && piece.ends_with(']')) {
        size = bytes;
        offset += piece.find('[') + 1;
        piece = piece.substr(piece.find('[') + 1);
        piece.remove_suffix(1);
        break;
      }
    }
    span(piece, offset);
    if (length) size = linear(length->first, length->second);
    if (length && size == 0) refuse("a length of 0 bytes is nothing to watch");
    if (size > 0) b_.last = b_.first + size - 1;
    text_ = Text({});
  }
  bool source_line() {
    const auto place = parse_source_place(text_.rest());
    if (!place) return false;
    b_.kind = BreakKind::kAddress;
    b_.first = b_.last = names_.symbols().line_address(*place);
    text_ = Text({});
    return true;
  }
  void physical() {
    b_.kind = BreakKind::kAddress;
    b_.first = b_.last = linear(text_.rest(), text_.offset());
    b_.physical = true;
    text_ = Text({});
  }
  void range() {
    b_.kind = BreakKind::kRange;
    span_with_length();
  }
  void outside() {
    b_.kind = BreakKind::kOutside;
    span_with_length();
  }

  // --- Memory
  void memory(bool read, bool write) {
    b_.kind = BreakKind::kMemory;
    b_.on_read = read;
    b_.on_write = write;
    b_.physical = text_.accept("phys");
    span_with_length();
  }
  void reads() { memory(true, false); }
  void writes() { memory(false, true); }
  void accesses() { memory(true, true); }
  void ivt() {
    b_.kind = BreakKind::kVector;
    b_.vector = vector_number(text_.word());
    b_.first = b_.vector * 4u;
    b_.last = b_.first + 3;
    b_.on_read = false;
  }

  // --- Calls
  static std::optional<std::uint64_t> hex(string_view digits) {
    if (digits.size() > 2 && digits[0] == '0' && lower(digits[1]) == 'x') digits.remove_prefix(2);
    if (digits.size() > 1 && lower(digits.back()) == 'h') digits.remove_suffix(1);
    std::uint64_t value = 0;
    if (digits.empty() || digits.size() > 4) return std::nullopt;
    for (const char c : digits) {
      const char l = lower(c);
      if ((l < '0' || l > '9') && (l < 'a' || l > 'f')) return std::nullopt;
      value = value * 16 + static_cast<std::uint64_t>(l <= '9' ? l - '0' : l - 'a' + 10);
    }
    return value;
  }
  static std::uint8_t vector_number(string_view digits) {
    const auto value = hex(digits);
    if (!value || *value > 0xFF) refuse(fmt::format("\"{}\" is no interrupt; write 13 or 13h", digits));
    return static_cast<std::uint8_t>(*value);
  }
  /// int13, int13/42, int 13h/4B01h. Digits are hexadecimal, as everywhere in this field.
  bool interrupt() {
    string_view word = text_.peek();
    if (word.size() < 3 || !same_words(word.substr(0, 3), "int")) return false;
    const bool apart = word.size() == 3;
    if (!apart && !hex(word.substr(3, std::min(word.find('/'), word.size()) - 3))) return false;  // a symbol
    text_.word();
    word = apart ? text_.word() : word.substr(3);
    const std::size_t slash = std::min(word.find('/'), word.size());
    b_.kind = BreakKind::kCall;
    b_.vector = vector_number(word.substr(0, slash));
    if (slash == word.size()) return true;
    string_view function = word.substr(slash + 1);
    const auto number = hex(function);
    if (!number) refuse(fmt::format("\"{}\" is no function; write int13/42 (AH) or int13/4b01 (AX)", function));
    b_.function = static_cast<std::uint16_t>(*number);
    b_.function_is_ax = *number > 0xFF;
    return true;
  }
  void call() {
    b_.kind = BreakKind::kCall;
    b_.vector = 0x13;
    b_.number = linear(text_.rest(), text_.offset());
    if (*b_.number == 0) refuse("disk calls count from 1");
    text_ = Text({});
  }

  // --- Ports, sectors, modes
  void direction() {
    if (const auto rest = text_.cut("write")) b_.on_read = false;
    if (const auto rest = text_.cut("read")) b_.on_write = false;
  }
  void port() {
    b_.kind = BreakKind::kPort;
    direction();
    span(text_.rest(), text_.offset());
    if (b_.last > 0xFFFF) refuse(fmt::format("port {:X}h does not exist; the last is FFFFh", b_.last));
    text_ = Text({});
  }
  void sector() {
    b_.kind = BreakKind::kSector;
    direction();
    if (const auto drive = text_.cut("drive")) {
      const std::uint64_t number = linear(drive->first, drive->second);
      if (number > 0xFF) refuse(fmt::format("drive {:X}h does not exist", number));
      b_.drive = static_cast<std::uint8_t>(number);
    }
    span(text_.rest(), text_.offset());
    text_ = Text({});
  }
  void mode() {
    b_.kind = BreakKind::kMode;
    static constexpr std::array<std::pair<string_view, BreakMode>, 5> kModes = {{{"real", BreakMode::kReal},
                                                                                 {"protected", BreakMode::kProtected},
                                                                                 {"long", BreakMode::kLong},
                                                                                 {"vm86", BreakMode::kVm86},
                                                                                 {"unreal", BreakMode::kUnreal}}};
    for (const auto& [word, which] : kModes) {
      if (text_.accept(word)) b_.mode = which;
    }
  }
  void a20() {
    b_.kind = BreakKind::kA20;
    if (text_.accept("on")) b_.gate = true;
    if (text_.accept("off")) b_.gate = false;
  }

  Text text_;
  const MachineNames& names_;
  const Names& here_;  // the same, and what else has a value now
  string_view example_;
  Breakpoint b_;
};

const std::array<Parser::Form, 12> Parser::kForms = {{
    {"port", &Parser::port, "break port 60h, break port 3F8h..3FFh write"},
    {"mode", &Parser::mode, "break mode, break mode protected (or long, real, unreal, vm86)", true},
    {"read", &Parser::reads, "break read 0000:7DFE len 2"},
    {"write", &Parser::writes, "break write word [413h], break write 7C00h..7DFFh"},
    {"access", &Parser::accesses, "break access B8000h len 4000"},
    {"ivt", &Parser::ivt, "break ivt 13"},
    {"a20", &Parser::a20, "break a20, break a20 on", true},
    {"sector", &Parser::sector, "break sector 63, break sector 63..70 drive 80h write"},
    {"range", &Parser::range, "break range 7C00h..7DFFh"},
    {"outside", &Parser::outside, "break outside 7C00h..7DFFh"},
    {"call", &Parser::call, "break call 17"},
    {"phys", &Parser::physical, "break phys 7C00h"},
}};

}  // namespace

Breakpoint parse_breakpoint(std::string_view text, const MachineNames& names, const Names* here) {
  return Parser(text, names, here ? *here : names).parse();
}

void set_condition(Breakpoint& breakpoint, string_view condition, const MachineNames& names) {
  Breakpoint changed = breakpoint;
  Text place(breakpoint.text);
  place.cut("if");
  changed.text = place.rest();
  changed.condition.reset();
  changed.at_return = changed.asks_file = false;
  if (!condition.empty()) {
    changed.condition = Expression::parse(condition);
    check_condition(changed, names);
    changed.text += fmt::format(" if {}", condition);
  }
  breakpoint = std::move(changed);
}

}  // namespace debugger
