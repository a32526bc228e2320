#include "debugger/annotate.h"

#include <array>

#include <fmt/core.h>

#include "debugger/call_words.h"
#include "debugger/machine_names.h"
#include "debugger/places.h"

namespace debugger {
namespace {

void add(std::string& text, const std::string& piece) {
  if (piece.empty()) return;
  text += (text.empty() ? "" : "; ") + piece;
}

std::string interrupt_words(const Instruction& instruction, const Surroundings& around, bool is_next) {
  const std::uint8_t vector = *instruction.interrupt;
  if (is_next && around.machine.mode() == emu::CpuMode::kReal && !bios::functions_of(vector).empty())
    return call_words(describe_call(vector, around.machine.registers(), around.machine.memory(), around.drives));
  return std::string(vector_name(vector));
}

/// The ROM's stubs ask the host by `out nn, eax` to a port that no device has: docs/engine.md, Traps.
std::string trap_words(const Instruction& instruction, const Surroundings& around) {
  constexpr std::uint64_t kRomBegin = 0xF0000, kRomEnd = 0x100000;
  constexpr std::uint16_t kFirstInternal = 0xF0, kEnd = 0x100;
  const std::uint64_t linear = around.machine.registers()[emu::Seg::kCs].base + instruction.offset;
  const bool traps = instruction.out && instruction.port && *instruction.port < kEnd &&
                     instruction.text.ends_with(", eax") && linear >= kRomBegin && linear < kRomEnd;
  if (!traps) return {};
  if (*instruction.port >= kFirstInternal) return "the BIOS at work";
  const std::string_view name = vector_name(static_cast<std::uint8_t>(*instruction.port));
  return fmt::format("BIOS service of INT {:02X}h{}{}", *instruction.port, name.empty() ? "" : ", ", name);
}

std::string port_words(const Instruction& instruction, const Surroundings& around, bool is_next) {
  if (std::string trap = trap_words(instruction, around); !trap.empty()) return trap;
  if (!instruction.port && !is_next) return {};
  const std::uint16_t port = instruction.port.value_or(around.machine.registers().dx());
  const std::string_view owner = around.ports.owner(port);
  return fmt::format("port {:X}h {}", port, owner.empty() ? "nobody's" : owner);
}

std::string target_words(const Instruction& instruction, const Surroundings& around) {
  if (!instruction.target) return {};
  if (instruction.target_cs) {
    const auto linear = linear_address(around.machine, *instruction.target_cs, *instruction.target);
    return linear ? name_of_linear(*linear, around) : std::string();
  }
  return around.symbols.describe(around.machine.registers()[emu::Seg::kCs].base + *instruction.target);
}

std::string operand_words(const Instruction& instruction, const MemoryOperand& operand, const Surroundings& around,
                          bool is_next) {
  const bool fixed = !operand.base && !operand.index;
  if (!is_next && !fixed) return {};
  const emu::Registers registers = around.machine.registers();
  const EffectiveAddress at =
      effective_address(operand, registers, instruction.offset + static_cast<std::uint64_t>(instruction.size));
  const std::string name = name_of_linear(at.linear, around);
  if (!is_next || operand.size == 0 || operand.size > 8) return name;
  std::array<std::uint8_t, 8> bytes{};
  const std::span value_bytes = std::span(bytes).first(static_cast<std::size_t>(operand.size));
  std::string text = fmt::format("[{:04X}:{:04X}]", at.selector, at.offset);
  if (!read_linear(around.machine, at.linear, value_bytes)) return text + " not present";
  std::uint64_t value = 0;
  for (std::size_t i = value_bytes.size(); i-- > 0;) value = value << 8 | value_bytes[i];
  text += fmt::format(" = {:0{}X}h", value, operand.size * 2);
  return name.empty() ? text : text + " " + name;
}

}  // namespace

std::string name_of_linear(std::uint64_t linear, const Surroundings& around) {
  if (std::string symbol = around.symbols.describe(linear); !symbol.empty()) return symbol;
  const auto physical = around.machine.translate(linear);
  return physical ? place_name(*physical, around.machine.memory()) : std::string();
}

std::string annotate(const Instruction& instruction, const Surroundings& around, bool is_next) {
  if (instruction.interrupt) return interrupt_words(instruction, around, is_next);
  std::string text = target_words(instruction, around);
  if (instruction.in || instruction.out) add(text, port_words(instruction, around, is_next));
  for (const MemoryOperand& operand : instruction.memory)
    add(text, operand_words(instruction, operand, around, is_next));
  return text;
}

}  // namespace debugger
