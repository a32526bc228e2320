// Commands that look at memory and code, once or at every stop.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "bootsim/debug/format.h"
#include "bootsim/debug/shell.h"
#include "debugger/views/memory_dump.h"

namespace bootsim {
namespace {

using debugger::Value;
using debugger::views::ReadByte;

constexpr std::uint64_t kMostBytes = 1 << 20, kMostInstructions = 10'000, kMostStrings = 1000;

/// Where code is shown from, as an offset of CS.
std::uint64_t code_offset(Shell& shell, std::string_view place) {
  const emu::Registers registers = shell.machine().registers();
  const std::uint64_t base = registers[emu::Seg::kCs].base;
  if (place.empty()) return shell.next_address() ? *shell.next_address() - base : registers.rip;
  const Value value = value_argument(shell, place);
  // A far pointer of another segment is shown by its linear address in this one.
  return value.kind == Value::Kind::kFar && value.selector == registers.cs() ? value.number : shell.debugger().address(place) - base;
}

void show_instructions(Shell& shell, std::uint64_t offset, std::uint64_t count) {
  if (count > kMostInstructions) refuse_command(fmt::format("at most {} instructions", kMostInstructions));
  if (count == 0) return;
  const auto code = shell.debugger().code_from(offset, static_cast<int>(count));
  if (code.empty()) refuse_command(fmt::format("there is no memory at {:X}h", offset));
  shell.show_code(code);
  const std::uint64_t base = shell.machine().registers()[emu::Seg::kCs].base;
  shell.next_address() = base + code.back().offset + static_cast<std::uint64_t>(code.back().size);
}

/// Bochs's way to name two places; takes the second off. Nothing: it is one expression.
std::optional<std::uint64_t> take_end(Shell& shell, std::string_view& rest) {
  const std::size_t space = rest.find_first_of(" ,");
  if (space == rest.npos) return std::nullopt;
  const std::string_view second = trimmed(rest.substr(rest.find_first_not_of(" ,", space)));
  try {
    debugger::Expression::parse(rest.substr(0, space));
    debugger::Expression::parse(second);
  } catch (const emu::Error&) {
    return std::nullopt;
  }
  rest = rest.substr(0, space);
  return shell.debugger().address(second);
}

/// Those that begin before a linear address.
void show_instructions_up_to(Shell& shell, std::uint64_t offset, std::uint64_t end) {
  const std::uint64_t base = shell.machine().registers()[emu::Seg::kCs].base;
  if (end <= base + offset || end - base - offset > kMostInstructions) refuse_command(fmt::format("{:X}h does not lie behind, or too far", end));
  auto code = shell.debugger().code_from(offset, static_cast<int>(end - base - offset));  // none is shorter than a byte
  std::erase_if(code, [&](const debugger::Instruction& i) { return base + i.offset >= end; });
  shell.show_code(code);
  shell.next_address() = end;
}

/// disassemble [/N] [PLACE]; /-N shows what lies before.
void disassemble(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  if (!rest.starts_with("/-")) {
    const Format format = take_format(rest);
    if (rest.empty() && !shell.repeats("disassemble")) shell.next_address().reset();
    if (const auto end = take_end(shell, rest)) return show_instructions_up_to(shell, code_offset(shell, rest), *end);
    return show_instructions(shell, code_offset(shell, rest), format.count.value_or(10));
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

/// One string, up to its zero; returns where the next begins.
std::uint64_t show_text(Shell& shell, std::uint64_t address, const ReadByte& read) {
  constexpr std::uint64_t kMostCharacters = 1024;
  std::string text;
  std::uint64_t at = address;
  for (; at < address + kMostCharacters; ++at) {
    const auto byte = read(at);
    if (!byte || *byte == 0) break;
    const bool shows = *byte >= 0x20 && *byte < 0x7F;
    text += *byte == '\r' ? "\\r" : *byte == '\n' ? "\\n" : shows ? std::string(1, static_cast<char>(*byte)) : fmt::format("\\x{:02X}", *byte);
  }
  shell.print(fmt::format("{:08X}  \"{}\"\n", address, text));
  return at + 1;
}

/// Numbers in columns, sixteen bytes or fewer in a row.
void show_numbers(Shell& shell, const Format& format, std::uint64_t address, std::uint64_t count, const ReadByte& read) {
  const int unit = format.letter == 'c' ? 1 : format.unit;
  const int in_row = format.letter == 't' || format.letter == 'c' ? std::max(1, 8 / unit) : 16 / unit;
  const std::size_t width = number_words(~std::uint64_t{0} >> 1, unit, format.letter).size();
  const std::size_t widest = format.letter == 'd' ? number_words(std::uint64_t{1} << (unit * 8 - 1), unit, 'd').size() : width;
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = address + i * static_cast<std::uint64_t>(unit);
    if (i % static_cast<std::uint64_t>(in_row) == 0) text += fmt::format("{}{:08X} ", i > 0 ? "\n" : "", at);
    std::uint64_t value = 0;
    bool present = true;
    for (int k = unit; k-- > 0 && present;) {  // the highest byte first
      const auto byte = read(at + static_cast<std::uint64_t>(k));
      present = byte.has_value();
      value = value << 8 | byte.value_or(0);
    }
    text += fmt::format(" {:>{}}", present ? number_words(value, unit, format.letter) : "??", widest);
  }
  while (text.ends_with(' ')) text.pop_back();
  shell.print(text + "\n");
}

void show_memory(Shell& shell, const Format& format, std::uint64_t address, const ReadByte& read) {
  const auto unit = static_cast<std::uint64_t>(format.letter == 'c' ? 1 : format.unit);
  const bool dumps = format.letter == 'x';
  const bool text = format.letter == 's';
  const std::uint64_t count = format.count.value_or(text ? 1 : dumps ? 64 / unit : 1);
  if (count > kMostBytes / unit || (text && count > kMostStrings)) refuse_command("at most a megabyte or a thousand strings at a time");
  if (count == 0) return;
  if (text) {
    std::uint64_t at = address;
    for (std::uint64_t i = 0; i < count; ++i) at = show_text(shell, at, read);
    shell.next_address() = at;
    return;
  }
  if (dumps) shell.print(to_text(debugger::views::memory_dump(read, address, count * unit), format.unit));
  if (!dumps) show_numbers(shell, format, address, count, read);
  shell.next_address() = address + count * unit;
}

void examine(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const Format format = take_format(rest);
  if (rest.empty() && !shell.next_address()) refuse_command("which address? x/16xb 0000:7C00, x es:bx, x/5i main");
  if (format.letter == 'i') return show_instructions(shell, code_offset(shell, rest), format.count.value_or(1));
  const std::uint64_t address = rest.empty() ? *shell.next_address() : shell.debugger().address(rest);
  show_memory(shell, format, address, [&](std::uint64_t at) { return byte_at(shell, at); });
}

void examine_physical(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const Format format = take_format(rest);
  if (format.letter == 'i') refuse_command("code is shown as the CPU fetches it: x/5i");
  if (rest.empty()) refuse_command("which physical address? xp/16xb 413h");
  show_memory(shell, format, shell.debugger().address(rest),
              [&](std::uint64_t at) { return std::optional(shell.machine().memory().read<std::uint8_t>(emu::PhysAddr(at))); });
}

// --- At every stop

/// Of memory what `x` shows, of anything else what `print` does.
void show_display(Shell& shell, const Display& display) {
  std::string_view rest = display.text;
  const Format format = take_format(rest);
  const bool memory = format.letter == 'i' || format.letter == 's' || format.unit_given;
  const auto next = shell.next_address();
  shell.print(fmt::format("{}: {}{}", display.id, memory ? "x" : "", display.text));
  shell.print(memory ? "\n" : " = ");
  try {
    Shell::find(memory ? "x" : "print")->run(shell, display.text);
  } catch (const emu::Error& error) {
    shell.print(fmt::format("({})\n", error.what()));
  }
  shell.next_address() = next;
}

void display(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  take_format(rest);
  if (arguments.empty()) return shell.show_displays();
  if (rest.empty()) refuse_command("display what? display/i $pc, display ax, display/8xb es:bx");
  debugger::Expression::parse(rest);  // a mistake is told now, not at each stop
  auto& all = shell.displays();
  all.push_back({all.empty() ? 1 : all.back().id + 1, std::string(arguments)});
  show_display(shell, all.back());
}

void undisplay(Shell& shell, std::string_view arguments) {
  auto& all = shell.displays();
  if (arguments.empty()) return all.clear();
  for (std::string_view rest = arguments; !rest.empty();) {
    const std::uint64_t id = count_argument(shell, take_word(rest), 0, 1u << 30);
    if (std::erase_if(all, [&](const Display& d) { return static_cast<std::uint64_t>(d.id) == id; }) == 0)
      refuse_command(fmt::format("there is no display {}; `displays` lists them", id));
  }
}

void list_displays(Shell& shell, std::string_view) {
  if (shell.displays().empty()) shell.print("nothing is displayed at stops\n");
  for (const Display& d : shell.displays()) shell.print(fmt::format("{:<3} {}\n", d.id, d.text));
}

constexpr ShellCommand kCommands[] = {
    {"x", "dump", "[/NFU] ADDRESS", "memory: N units b h w g as x d u o t c, as s text or as i instructions", "x/32xb 0000:7C00", examine},
    {"xp", "", "[/NFU] ADDRESS", "the same by physical address", "xp/16xb 413h", examine_physical},
    {"disassemble", "dis disas u", "[/N | /-N] [PLACE [END]]", "N instructions from here on, or before here", "disassemble /-5", disassemble},
    {"display", "", "[/NFU] EXPRESSION", "show it now and at each stop; without one, show them all", "display/i $pc", display},
    {"undisplay", "", "[N...]", "no more; all without a number", "undisplay 1", undisplay},
    {"displays", "", "", "what is displayed at each stop", "info display", list_displays, Does::kLook},
};

}  // namespace

void Shell::show_displays() {
  for (const Display& d : displays_) show_display(*this, d);
}

std::span<const ShellCommand> examine_commands() { return kCommands; }

}  // namespace bootsim
