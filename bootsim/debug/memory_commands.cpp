// Commands that look at memory, code and values, and change them.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "debugger/views/memory_dump.h"

namespace bootsim {
namespace {

using debugger::Value;

constexpr std::uint64_t kMostBytes = 1 << 20, kMostInstructions = 10'000;

/// gdb's /NFU: how many, as what, of which size.
struct Format {
  std::uint64_t count = 0;     // 0: not given
  char letter = 'x';
  int unit = 1;
};

Format take_format(std::string_view& rest) {
  Format format;
  if (!rest.starts_with('/')) return format;
  std::string_view text = take_word(rest).substr(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), format.count);
  if (error == std::errc{}) text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const char c : text) {
    switch (c) {
      case 'b': format.unit = 1; break;
      case 'h': format.unit = 2; break;
      case 'w': format.unit = 4; break;
      case 'g': format.unit = 8; break;
      case 'x':
      case 'i':
      case 's':
      case 'd':
      case 't': format.letter = c; break;
      default: refuse_command(fmt::format("/{} is no format: /16xb bytes, /8xh words, /4xw dwords, /2xg qwords, /10i code, /s text", text));
    }
  }
  return format;
}

void show_instructions(Shell& shell, std::string_view place, std::uint64_t count) {
  debugger::Debugger& d = shell.debugger();
  if (count > kMostInstructions) refuse_command(fmt::format("at most {} instructions", kMostInstructions));
  const emu::Registers registers = shell.machine().registers();
  std::uint64_t offset = registers.rip;
  if (!place.empty()) {
    const Value value = value_argument(shell, place);
    // A far pointer of another segment is shown by its linear address in this one.
    offset = value.kind == Value::Kind::kFar && value.selector == registers.cs() ? value.number : d.address(place) - registers[emu::Seg::kCs].base;
  } else if (shell.repeats("disassemble") && shell.next_address()) {
    offset = *shell.next_address();
  }
  const auto code = d.code_from(offset, static_cast<int>(count));
  if (code.empty()) refuse_command(fmt::format("there is no memory at {:X}h", offset));
  shell.show_code(code);
  shell.next_address() = code.back().offset + static_cast<std::uint64_t>(code.back().size);
}

/// disassemble [/N] [PLACE]; /-N shows what lies before.
void disassemble(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const bool back = rest.starts_with("/-");
  if (!back) {
    const Format format = take_format(rest);
    return show_instructions(shell, rest, format.count ? format.count : 10);
  }
  std::uint64_t count = 0;
  const std::string_view word = take_word(rest).substr(2);
  std::from_chars(word.data(), word.data() + word.size(), count);
  debugger::Debugger& d = shell.debugger();
  const emu::Registers registers = shell.machine().registers();
  const std::uint64_t offset = rest.empty() ? registers.rip : d.address(rest) - registers[emu::Seg::kCs].base;
  auto code = d.code_before(offset, static_cast<int>(std::clamp<std::uint64_t>(count, 1, 1000)));
  for (const auto& i : d.code_from(offset, 1)) code.push_back(i);
  shell.show_code(code);
}

std::optional<std::uint8_t> byte_at(Shell& shell, std::uint64_t linear) {
  std::uint8_t byte = 0;
  return debugger::read_linear(shell.machine(), linear, {&byte, 1}) ? std::optional(byte) : std::nullopt;
}

void show_text(Shell& shell, std::uint64_t address) {
  std::string text;
  for (std::uint64_t i = 0; i < 1024; ++i) {
    const auto byte = byte_at(shell, address + i);
    if (!byte || *byte == 0) break;
    text += *byte >= 0x20 && *byte < 0x7F ? std::string(1, static_cast<char>(*byte)) : fmt::format("\\x{:02X}", *byte);
  }
  shell.print(fmt::format("{:08X}  \"{}\"\n", address, text));
}

void dump(Shell& shell, const Format& format, std::uint64_t address, const debugger::views::ReadByte& read) {
  const std::uint64_t bytes = (format.count ? format.count : 64 / static_cast<std::uint64_t>(format.unit)) * static_cast<std::uint64_t>(format.unit);
  if (bytes > kMostBytes) refuse_command("at most a megabyte at a time");
  shell.print(to_text(debugger::views::memory_dump(read, address, bytes), format.unit));
  shell.next_address() = address + bytes;
}

void examine(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const Format format = take_format(rest);
  if (format.letter == 'i') return show_instructions(shell, rest, format.count ? format.count : 1);
  if (rest.empty() && !shell.next_address()) refuse_command("which address? x/16xb 0000:7C00, x es:bx, x/5i main");
  const std::uint64_t address = rest.empty() ? *shell.next_address() : shell.debugger().address(rest);
  if (format.letter == 's') return show_text(shell, address);
  dump(shell, format, address, [&](std::uint64_t at) { return byte_at(shell, at); });
}

void examine_physical(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const Format format = take_format(rest);
  dump(shell, format, shell.debugger().address(rest),
       [&](std::uint64_t at) { return std::optional(shell.machine().memory().read<std::uint8_t>(emu::PhysAddr(at))); });
}

std::string value_words(Shell& shell, const Value& value, char letter) {
  if (value.kind == Value::Kind::kText) return value.text;
  if (value.kind == Value::Kind::kFar) {
    const auto linear = shell.debugger().names().linear(value.selector, value.number);
    const std::string where = linear ? fmt::format(" ({:X}h)", *linear) : "";
    return to_string(value) + where;
  }
  switch (letter) {
    case 'd': return fmt::format("{}", value.number);
    case 'x': return fmt::format("{:X}h", value.number);
    case 't': return fmt::format("{:b}b", value.number);
    default: return value.number < 10 ? fmt::format("{}", value.number) : fmt::format("{} ({:X}h)", value.number, value.number);
  }
}

void print_value(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const bool formatted = rest.starts_with('/');
  const Format format = take_format(rest);
  if (rest.empty()) refuse_command("print what? for example: print es:bx + 2, print word [0x413] * 1024, print $here");
  const Value value = value_argument(shell, rest);
  shell.debugger().names().set_variable("_", value);
  shell.print(fmt::format("{}\n", value_words(shell, value, formatted ? format.letter : ' ')));
}

/// set REGISTER = VALUE, set $NAME = VALUE, set byte [ADDRESS] = VALUE.
void assign(Shell& shell, std::string_view arguments) {
  const std::size_t equals = arguments.find('=');
  if (equals == arguments.npos) refuse_command("set what to what? set ax = 1, set $here = cs:ip, set byte [0x7DFE] = 55h");
  const std::string target(trimmed(arguments.substr(0, equals)));
  const Value value = value_argument(shell, arguments.substr(equals + 1));
  debugger::Debugger& d = shell.debugger();
  if (target.starts_with('$')) return d.names().set_variable(target.substr(1), value);
  if (value.kind != Value::Kind::kNumber) refuse_command("registers and memory take numbers");
  if (const std::size_t bracket = target.find('['); bracket != target.npos && target.ends_with(']')) {
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 4> kSizes = {{{"byte", 1}, {"word", 2}, {"dword", 4}, {"qword", 8}}};
    const std::string_view word = trimmed(std::string_view(target).substr(0, bracket));
    const auto size = std::find_if(kSizes.begin(), kSizes.end(), [&](const auto& s) { return s.first == word; });
    if (size == kSizes.end()) refuse_command("say how wide: set byte [..], word [..], dword [..] or qword [..]");
    const std::uint64_t linear = d.address(target.substr(bracket + 1, target.size() - bracket - 2));
    const auto physical = shell.machine().translate(linear);
    if (!physical) refuse_command(fmt::format("the page of {:X}h is not present", linear));
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value.number >> (8 * i));
    return d.input([&machine = shell.machine(), at = *physical, bytes, n = size->second] { machine.memory().write(at, std::span(bytes).first(n)); });
  }
  emu::Registers probe = shell.machine().registers();
  if (!debugger::set_register(probe, target, value.number)) refuse_command(fmt::format("there is no register \"{}\"", target));
  d.input([&machine = shell.machine(), target, number = value.number] {
    emu::Registers r = machine.registers();
    debugger::set_register(r, target, number);
    machine.set_registers(r);
  });
}

constexpr ShellCommand kCommands[] = {
    {"x", "dump", "[/NFU] ADDRESS", "memory: N units b h w g as x, as s text or as i instructions", "x/32xb 0000:7C00", examine},
    {"xp", "", "[/NFU] ADDRESS", "the same by physical address", "xp/16xb 413h", examine_physical},
    {"disassemble", "dis disas u", "[/N | /-N] [PLACE]", "N instructions from here on, or before here", "disassemble /-5", disassemble},
    {"print", "p ? calc", "[/d/x/t] EXPRESSION", "a value", "print word [es:bx+2]", print_value},
    {"set", "", "WHAT = VALUE", "a register, memory, or a $variable", "set byte [0x7DFE] = 55h", assign},
};

}  // namespace

std::span<const ShellCommand> memory_commands() { return kCommands; }

}  // namespace bootsim
