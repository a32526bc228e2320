// Commands that look at memory and code, once or at every stop.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "bootsim/debug/format.h"
#include "bootsim/debug/shell.h"
#include "debugger/source_lines.h"
#include "debugger/views/listing.h"
#include "debugger/views/memory_dump.h"
#include "debugger/views/memory_search.h"

namespace bootsim {
namespace {

using debugger::Value;
using debugger::views::ReadByte;
namespace views = debugger::views;

constexpr std::uint64_t kMostBytes = 1 << 20, kMostInstructions = 10'000, kMostStrings = 1000;

/// Where code is shown from.
struct CodePlace {
  views::CodeSpace space;
  std::uint64_t offset = 0;
};

CodePlace at_linear(Shell& shell, std::uint64_t linear) {
  const views::CodeSpace space = views::code_space_at(shell.machine(), linear);
  return {space, linear - space.base};
}

bool is_instruction_pointer(std::string_view name) {
  if (name.starts_with('$')) name.remove_prefix(1);
  return emu::same_words(name, "ip") || emu::same_words(name, "eip") || emu::same_words(name, "rip");
}

/// A far pointer in its own segment, a number by its linear address, IP as CS:IP.
CodePlace code_place(Shell& shell, std::string_view place) {
  if (place.empty() && shell.next_address()) return at_linear(shell, *shell.next_address());
  if (place.empty() || is_instruction_pointer(place))
    return {views::code_space(shell.machine()), shell.machine().registers().rip};
  if (debugger::parse_source_place(place)) return at_linear(shell, shell.debugger().address(place));
  const Value value = value_argument(shell, without_star(place));
  const auto space =
      value.kind == Value::Kind::kFar ? views::code_space_of(shell.machine(), value.selector) : std::nullopt;
  return space ? CodePlace{*space, value.number} : at_linear(shell, shell.debugger().address(without_star(place)));
}

std::vector<views::CodeLine> lines_from(Shell& shell, const CodePlace& place, std::uint64_t count) {
  if (count > kMostInstructions) refuse_command(fmt::format("at most {} instructions", kMostInstructions));
  return views::code_lines(shell.surroundings(), shell.debugger().disassembler(), place.space, place.offset,
                           static_cast<int>(count));
}

void show_instructions(Shell& shell, const CodePlace& place, std::uint64_t count) {
  if (count == 0) return;
  const auto code = lines_from(shell, place, count);
  if (code.empty()) refuse_command(fmt::format("there is no memory at {:X}h", place.space.linear(place.offset)));
  shell.show_code(place.space, code);
  shell.next_address() = code.back().linear + static_cast<std::uint64_t>(code.back().instruction.size);
}

/// Bochs's way to name two places, and gdb's PLACE,+BYTES; takes the second off. Nothing: it is one expression.
std::optional<std::uint64_t> take_end(Shell& shell, std::string_view& rest) {
  const std::size_t space = rest.find_first_of(" ,");
  if (space == rest.npos) return std::nullopt;
  std::string_view first = rest.substr(0, space), second = trimmed(rest.substr(rest.find_first_not_of(" ,", space)));
  const bool length = rest[space] == ',' && second.starts_with('+');
  if (length) second.remove_prefix(1);
  try {
    debugger::Expression::parse(without_star(first));
    debugger::Expression::parse(without_star(second));
  } catch (const emu::Error&) {
    return std::nullopt;
  }
  rest = first;
  const std::uint64_t end = shell.debugger().address(without_star(second));
  if (!length) return end;
  const CodePlace from = code_place(shell, first);
  return from.space.linear(from.offset) + end;
}

/// Those that begin before a linear address.
void show_instructions_up_to(Shell& shell, const CodePlace& place, std::uint64_t end) {
  const std::uint64_t begin = place.space.linear(place.offset);
  if (end <= begin || end - begin > kMostInstructions)
    refuse_command(fmt::format("{:X}h does not lie behind, or too far", end));
  auto code = lines_from(shell, place, end - begin);  // none is shorter than a byte
  std::erase_if(code, [&](const views::CodeLine& line) { return line.linear >= end; });
  shell.show_code(place.space, code);
  shell.next_address() = end;
}

/// disassemble [/N] [PLACE]; /-N shows what lies before. gdb's /r and /m ask for what is always there.
void disassemble(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  for (const std::string_view gdb : {"/r", "/m", "/s", "/rs", "/rm"}) {
    if (rest == gdb || rest.starts_with(std::string(gdb) + " ")) take_word(rest);
  }
  if (!rest.starts_with("/-")) {
    const Format format = take_format(rest);
    if (rest.empty() && !shell.repeats("disassemble")) shell.next_address().reset();
    if (const auto end = take_end(shell, rest)) return show_instructions_up_to(shell, code_place(shell, rest), *end);
    return show_instructions(shell, code_place(shell, rest), format.count.value_or(10));
  }
  std::uint64_t count = 0;
  const std::string_view word = take_word(rest).substr(2);
  std::from_chars(word.data(), word.data() + word.size(), count);
  if (rest.empty()) shell.next_address().reset();
  CodePlace place = code_place(shell, rest);
  const std::uint64_t end = place.space.linear(place.offset);
  count = std::clamp<std::uint64_t>(count, 1, 1000);
  place.offset = views::code_before(shell.machine(), shell.debugger().disassembler(), place.space, place.offset,
                                    static_cast<int>(count));
  auto code = lines_from(shell, place, count + 1);
  std::erase_if(code, [&](const views::CodeLine& line) { return line.linear > end; });
  shell.show_code(place.space, code);
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
    text += *byte == '\r'   ? "\\r"
            : *byte == '\n' ? "\\n"
            : shows         ? std::string(1, static_cast<char>(*byte))
                            : fmt::format("\\x{:02X}", *byte);
  }
  shell.print(fmt::format("{:08X}  \"{}\"\n", address, text));
  return at + 1;
}

/// Numbers in columns, sixteen bytes or fewer in a row.
void show_numbers(Shell& shell, const Format& format, std::uint64_t address, std::uint64_t count,
                  const ReadByte& read) {
  const int unit = format.letter == 'c' ? 1 : format.unit;
  const int in_row = format.letter == 't' || format.letter == 'c' ? std::max(1, 8 / unit) : 16 / unit;
  const std::size_t width = number_words(~std::uint64_t{0} >> 1, unit, format.letter).size();
  const std::size_t widest =
      format.letter == 'd' ? number_words(std::uint64_t{1} << (unit * 8 - 1), unit, 'd').size() : width;
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
  if (count > kMostBytes / unit || (text && count > kMostStrings))
    refuse_command("at most a megabyte or a thousand strings at a time");
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
  if (format.letter == 'i') return show_instructions(shell, code_place(shell, rest), format.count.value_or(1));
  const std::uint64_t address = rest.empty() ? *shell.next_address() : shell.debugger().address(without_star(rest));
  show_memory(shell, format, address, [&](std::uint64_t at) { return byte_at(shell, at); });
}

void examine_physical(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const Format format = take_format(rest);
  if (format.letter == 'i') refuse_command("code is shown as the CPU fetches it: x/5i");
  if (rest.empty()) refuse_command("which physical address? xp/16xb 413h");
  show_memory(shell, format, shell.debugger().address(rest), [&](std::uint64_t at) {
    return std::optional(shell.machine().memory().read<std::uint8_t>(emu::PhysAddr(at)));
  });
}

/// The first places of bytes or text.
void find(Shell& shell, std::string_view arguments) {
  constexpr int kMostPlaces = 16;
  const views::BytePattern pattern = views::parse_bytes(arguments);
  std::optional<std::uint64_t> before;
  for (int i = 0; i < kMostPlaces; ++i) {
    const auto place = views::find_bytes(shell.machine(), pattern, before ? *before + 1 : 0, false);
    if (!place || (before && *place <= *before)) break;
    before = place;
    const std::string name = debugger::name_of_linear(*place, shell.surroundings());
    shell.print(fmt::format("{:08X}{}{}\n", *place, name.empty() ? "" : "  ", name));
  }
  if (!before) return shell.print("nowhere in memory\n");
  shell.next_address() = *before;
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
    {"x", "dump", "[/NFU] ADDRESS", "memory: N units b h w g as x d u o t c, as s text or as i instructions",
     "x/32xb 0000:7C00", examine},
    {"xp", "", "[/NFU] ADDRESS", "the same by physical address", "xp/16xb 413h", examine_physical},
    {"find", "search", "BYTES | \"TEXT\"", "where in memory these bytes are, the first places; ?? is any byte",
     "find 55 AA", find},
    {"disassemble", "dis disas u", "[/N | /-N] [PLACE [END]]", "N instructions from here on, or before here",
     "disassemble /-5", disassemble},
    {"display", "", "[/NFU] EXPRESSION", "show it now and at each stop; without one, show them all", "display/i $pc",
     display},
    {"undisplay", "", "[N...]", "no more; all without a number", "undisplay 1", undisplay},
    {"displays", "", "", "what is displayed at each stop", "info display", list_displays, Does::kLook},
};

}  // namespace

void Shell::show_displays() {
  for (const Display& d : displays_) show_display(*this, d);
}

std::span<const ShellCommand> examine_commands() { return kCommands; }

}  // namespace bootsim
