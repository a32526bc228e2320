// Commands that print values, and change registers and memory.
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bootsim/debug/foreign_words.h"
#include "bootsim/debug/format.h"
#include "bootsim/debug/shell.h"

namespace bootsim {
namespace {

using debugger::Value;

std::string value_words(Shell& shell, const Value& value, char letter) {
  if (value.kind == Value::Kind::kText) return value.text;
  if (value.kind == Value::Kind::kFar) {
    const auto linear = shell.debugger().names().linear(value.selector, value.number);
    const std::string where = linear ? fmt::format(" ({:X}h)", *linear) : "";
    return to_string(value) + where;
  }
  switch (letter) {
    case ' ':
      return value.number < 10 ? fmt::format("{}", value.number)
                               : fmt::format("{} ({:X}h)", value.number, value.number);
    case 't': return fmt::format("{:b}b", value.number);
    default: return number_words(value.number, 8, letter);
  }
}

void print_value(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const Format format = take_format(rest);
  if (format.letter == 'i' || format.letter == 's')
    refuse_command(fmt::format("/{} is of memory: x/{} ADDRESS", format.letter, format.letter));
  if (rest.empty()) refuse_command("print what? for example: print es:bx + 2, print word [0x413] * 1024, print $here");
  const Value value = value_argument(shell, from_gdb(rest));
  shell.debugger().names().set_variable("_", value);
  shell.print(fmt::format("{}\n", value_words(shell, value, format.letter_given ? format.letter : ' ')));
}

/// Numbers have 64 bits without a sign: 0 - 1 fits everywhere, into a byte as FFh.
void check_width(std::uint64_t number, int bits, std::string_view target) {
  if (bits >= 64) return;
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  const bool negative = bits > 1 && (number | mask / 2) == ~std::uint64_t{0};
  if (number > mask && !negative)
    refuse_command(
        fmt::format("{:X}h does not fit into {}, which has {} bit{}", number, target, bits, bits == 1 ? "" : "s"));
}

/// set REGISTER = VALUE, set $NAME = VALUE, set byte [ADDRESS] = VALUE.
void assign(Shell& shell, std::string_view arguments) {
  if (arguments.starts_with("var ") || arguments.starts_with("variable ")) take_word(arguments);  // gdb's
  const std::size_t equals = arguments.find('=');
  if (equals == arguments.npos)
    refuse_command(
        "set what to what? set ax = 1, set $here = cs:ip, set byte [0x7DFE] = 55h; gdb's settings are not here");
  std::string target = from_gdb(trimmed(arguments.substr(0, equals)));
  Value value = value_argument(shell, from_gdb(trimmed(arguments.substr(equals + 1))));
  debugger::Debugger& d = shell.debugger();
  emu::Registers probe = shell.machine().registers();
  if (emu::same_words(target, "$pc")) {
    if (value.kind == Value::Kind::kFar) refuse_command("set cs = ..., then set ip = ...");
    target = "rip";
    value.number -= probe[emu::Seg::kCs].base;
  }
  if (target.starts_with('$') && value.kind == Value::Kind::kNumber &&
      debugger::set_register(probe, target.substr(1), value.number))
    target.erase(0, 1);  // gdb's way to write registers
  if (target.starts_with('$')) return d.names().set_variable(target.substr(1), value);
  if (value.kind != Value::Kind::kNumber) refuse_command("registers and memory take numbers");
  if (const std::size_t bracket = target.find('['); bracket != target.npos && target.ends_with(']')) {
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 4> kSizes = {
        {{"byte", 1}, {"word", 2}, {"dword", 4}, {"qword", 8}}};
    const std::string_view word = trimmed(std::string_view(target).substr(0, bracket));
    const auto size = std::find_if(kSizes.begin(), kSizes.end(), [&](const auto& s) { return s.first == word; });
    if (size == kSizes.end()) refuse_command("say how wide: set byte [..], word [..], dword [..] or qword [..]");
    const std::uint64_t linear = d.address(target.substr(bracket + 1, target.size() - bracket - 2));
    const auto physical = shell.machine().translate(linear);
    if (!physical) refuse_command(fmt::format("the page of {:X}h is not present", linear));
    check_width(value.number, static_cast<int>(8 * size->second), target);
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value.number >> (8 * i));
    return d.input([&machine = shell.machine(), at = *physical, bytes, n = size->second] {
      machine.memory().write(at, std::span(bytes).first(n));
    });
  }
  if (!debugger::set_register(probe, target, value.number))
    refuse_command(fmt::format("there is no register \"{}\"", target));
  check_width(value.number, debugger::register_bits(target).value_or(64), target);
  d.input([&machine = shell.machine(), target, number = value.number] {
    emu::Registers r = machine.registers();
    debugger::set_register(r, target, number);
    machine.set_registers(r);
  });
}

constexpr ShellCommand kCommands[] = {
    {"print", "p ? calc", "[/x/d/u/o/t/c] EXPRESSION", "a value", "print word [es:bx+2]", print_value},
    {"set", "", "WHAT = VALUE", "a register, memory, or a $variable", "set byte [0x7DFE] = 55h", assign},
};

}  // namespace

std::span<const ShellCommand> memory_commands() { return kCommands; }

}  // namespace bootsim
