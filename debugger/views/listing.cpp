#include "debugger/views/listing.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/core.h>

#include "debugger/cpu_mode.h"
#include "debugger/machine_names.h"
#include "emu/text.h"

namespace debugger::views {
namespace {

constexpr std::uint64_t kRealSegment = 0x10000;
constexpr std::uint64_t kRealEnd = 0x10FFF0;  // behind FFFF:FFFF
constexpr std::uint64_t kEverything = 0xFFFF'FFFF;

/// As many bytes as are there.
std::size_t read_code(const emu::Machine& machine, const CodeSpace& space, std::uint64_t offset,
                      std::span<std::uint8_t> out) {
  if (offset > space.last) return 0;
  if (space.last - offset < out.size()) out = out.first(static_cast<std::size_t>(space.last - offset + 1));
  if (read_linear(machine, space.linear(offset), out)) return out.size();
  std::size_t n = 0;
  while (n < out.size() && read_linear(machine, space.linear(offset + n), out.subspan(n, 1))) ++n;
  return n;
}

Instruction data(const Instruction& code, std::size_t size) {
  Instruction result;
  result.offset = code.offset;
  result.bytes = code.bytes;
  result.size = static_cast<int>(size);
  result.flow = Flow::kInvalid;
  result.mnemonic = "db";
  for (std::size_t i = 0; i < size; ++i) result.text += fmt::format("{}0x{:02x}", i == 0 ? "db " : ", ", code.bytes[i]);
  return result;
}

std::uint64_t last_offset(const emu::Machine& machine, CodeSize size) {
  return size == CodeSize::k16                   ? kRealSegment - 1
         : machine.mode() == emu::CpuMode::kLong ? ~std::uint64_t{0}
                                                 : kEverything;
}

/// Targets of near jumps are offsets of this space's segment, which need not be CS.
std::string note_of(const Instruction& instruction, const Surroundings& around, const CodeSpace& space, bool is_next) {
  const bool near = instruction.target && !instruction.target_cs;
  if (!near) return annotate(instruction, around, is_next);
  Instruction without = instruction;
  without.target.reset();
  std::string text = annotate(without, around, is_next);
  const std::string name = around.symbols.describe(space.linear(*instruction.target));
  if (name.empty()) return text;
  return text.empty() ? name : name + "; " + text;
}

std::optional<SourceText> source_text(const SourceLines& lines, const std::optional<SourcePlace>& place) {
  if (!place) return std::nullopt;
  std::string text(emu::trimmed(lines.text(*place).value_or("")));
  std::replace(text.begin(), text.end(), '\t', ' ');
  const auto in_gap = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), in_gap), text.end());
  return SourceText{fmt::format("{}:{}", file_name(place->file), place->line), std::move(text)};
}

}  // namespace

CodeSpace code_space(const emu::Machine& machine) {
  const emu::Registers r = machine.registers();
  const CodeSize size = code_size(machine);
  return {.selector = r.cs(), .base = r[emu::Seg::kCs].base, .last = last_offset(machine, size), .size = size};
}

std::optional<CodeSpace> code_space_of(const emu::Machine& machine, std::uint16_t selector) {
  CodeSpace space = code_space(machine);
  const auto base = linear_address(machine, selector, 0);
  if (!base) return std::nullopt;
  space.selector = selector;
  space.base = *base;
  return space;
}

CodeSpace code_space_at(const emu::Machine& machine, std::uint64_t linear) {
  CodeSpace space = code_space(machine);
  if (space.contains(linear)) return space;
  const bool real = is_real(machine.mode()) && linear < kRealEnd;
  const std::uint64_t segment = std::min<std::uint64_t>(linear / kRealSegment * (kRealSegment >> 4), 0xFFFF);
  if (real)
    return {.selector = static_cast<std::uint16_t>(segment),
            .base = segment << 4,
            .last = kRealSegment - 1,
            .size = CodeSize::k16};
  return {.selector = space.selector, .base = 0, .last = std::max(kEverything, linear), .size = space.size};
}

std::vector<CodeLine> code_lines(const Surroundings& around, Disassembler& disassembler, const CodeSpace& space,
                                 std::uint64_t offset, int count) {
  const emu::Registers r = around.machine.registers();
  const std::uint64_t next = r[emu::Seg::kCs].base + r.rip;
  const SourceLines& sources = around.symbols.lines();
  std::optional<SourcePlace> before;
  std::vector<CodeLine> lines;
  while (static_cast<int>(lines.size()) < count) {
    std::array<std::uint8_t, 15> bytes{};
    const std::size_t n = read_code(around.machine, space, offset, bytes);
    if (n == 0) break;
    CodeLine line;
    line.instruction = disassembler.decode(std::span(bytes).first(n), offset, space.size);
    line.linear = space.linear(offset);
    const auto size = static_cast<std::uint64_t>(line.instruction.size);
    if (line.linear < next && next - line.linear < size) line.instruction = data(line.instruction, next - line.linear);
    line.next = line.linear == next;
    if (const Symbol* symbol = around.symbols.at(line.linear); symbol && symbol->linear == line.linear)
      line.label = symbol->name;
    line.note = note_of(line.instruction, around, space, line.next);
    const auto place = sources.at(line.linear);
    if (place != std::exchange(before, place)) line.source = source_text(sources, place);
    offset += static_cast<std::uint64_t>(line.instruction.size);
    lines.push_back(std::move(line));
    if (offset == 0 || offset > space.last) break;
  }
  return lines;
}

std::uint64_t code_before(const emu::Machine& machine, Disassembler& disassembler, const CodeSpace& space,
                          std::uint64_t offset, int count) {
  const auto read = [&](std::uint64_t at, std::span<std::uint8_t> out) { return read_code(machine, space, at, out); };
  const std::vector<Instruction> before = disassembler.backward(read, offset, space.size, count);
  if (!before.empty()) offset = before.front().offset;
  const std::uint64_t missing = static_cast<std::uint64_t>(count) - before.size();
  return offset - std::min(offset, missing);
}

}  // namespace debugger::views
