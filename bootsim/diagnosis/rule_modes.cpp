// Code of one size that runs as another's, and exceptions in protected mode that nobody handles.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/trail.h"
#include "bootsim/diagnosis/words.h"
#include "debugger/views/chips.h"
#include "devices/pic8259.h"

namespace bootsim::diagnosing {
namespace {

using debugger::CodeSize;

constexpr std::size_t kLooked = 64;

std::vector<std::uint8_t> code_at(const Evidence& evidence, std::uint64_t linear) {
  std::vector<std::uint8_t> bytes(kLooked);
  evidence.memory().read(emu::PhysAddr(linear), bytes);
  return bytes;
}

/// The first instructions, until something ends their straight way.
std::vector<debugger::Instruction> straight_on(const std::vector<std::uint8_t>& bytes, CodeSize size) {
  constexpr std::size_t kMost = 12, kLongest = 15;
  debugger::Disassembler disassembler;
  std::vector<debugger::Instruction> found;
  for (std::size_t at = 0; at + kLongest <= bytes.size() && found.size() < kMost;) {
    found.push_back(disassembler.decode(std::span(bytes).subspan(at, kLongest), at, size));
    if (found.back().flow == debugger::Flow::kJump || found.back().flow == debugger::Flow::kReturn) break;
    at += static_cast<std::size_t>(found.back().size);
  }
  return found;
}

/// Immediates of 32 bits leave zeros, which are ADD [BX+SI],AL to 16-bit code; what is no instruction does
/// not occur either.
bool has_nonsense(const std::vector<debugger::Instruction>& code) {
  return std::any_of(code.begin(), code.end(), [](const debugger::Instruction& i) {
    return i.flow == debugger::Flow::kInvalid || (i.bytes[0] == 0 && i.bytes[1] == 0 && i.size == 2);
  });
}

/// MOV AX,SELECTOR; MOV sreg,AX: what every entry to protected mode begins with, assembled for one size or
/// the other.
bool loads_segment(const std::vector<std::uint8_t>& bytes, bool prefixed) {
  constexpr std::uint8_t kMovAx = 0xB8, kMovSegment = 0x8E, kOperandSize = 0x66, kLastSelector = 0x28;
  constexpr std::size_t kFirstBytes = 16;
  for (std::size_t i = 0; i + 4 < kFirstBytes; ++i) {
    const bool prefix = i > 0 && bytes[i - 1] == kOperandSize;
    if (bytes[i] == kMovAx && bytes[i + 1] != 0 && bytes[i + 1] % 8 == 0 && bytes[i + 1] <= kLastSelector &&
        bytes[i + 2] == 0 && bytes[i + 3] == kMovSegment)
      return prefix == prefixed;
  }
  return false;
}

/// MOV of a linear address above 64 KiB to a register. To 16-bit code its upper half would be an odd
/// instruction: the usual ones that end in 0 (MOV AL,0, CMP AL,0) are left out by the address's range.
bool moves_linear_address(const std::vector<debugger::Instruction>& code) {
  constexpr std::uint64_t kFirst = 0x10000, kLast = 0x1FFFFF;
  constexpr std::uint8_t kMov = 0xB8, kAluWithAl = 0x04;
  return std::any_of(code.begin(), code.end(), [](const debugger::Instruction& i) {
    const bool alu = (i.bytes[3] & 0xC7) == kAluWithAl;
    return (i.bytes[0] & 0xF8) == kMov && i.size == 5 && i.immediate && *i.immediate >= kFirst &&
           *i.immediate <= kLast && !alu;
  });
}

bool is_32_bit_code(const std::vector<std::uint8_t>& bytes) {
  if (loads_segment(bytes, true)) return true;
  const auto wide = straight_on(bytes, CodeSize::k32);
  return !has_nonsense(wide) && (has_nonsense(straight_on(bytes, CodeSize::k16)) || moves_linear_address(wide));
}

bool calls_bios(const std::vector<debugger::Instruction>& code) {
  return std::any_of(code.begin(), code.end(), [](const debugger::Instruction& i) {
    return i.interrupt && (*i.interrupt == 0x10 || *i.interrupt == 0x13 || *i.interrupt == 0x16);
  });
}

bool is_16_bit_code(const std::vector<std::uint8_t>& bytes) {
  return loads_segment(bytes, false) || calls_bios(straight_on(bytes, CodeSize::k16));
}

std::string step_words(const Evidence& evidence, const Step& step) {
  return fmt::format("{} at {:04X}:{:04X}", evidence.code_name(static_cast<std::uint32_t>(step.linear())),
                     step.registers.cs(), step.registers.rip);
}

// --- Sizes.

std::optional<Answer> no_far_jump(const Evidence& evidence, const Course& course) {
  const Step& first = *course.protected_first;
  const bool jumps = course.last()->code.target_cs.has_value();  // and the jump is what failed
  if (course.protected_far || jumps || debugger::code_size(first.registers, first.mode) != CodeSize::k16 ||
      !is_32_bit_code(code_at(evidence, first.linear())))
    return std::nullopt;
  return Answer{
      fmt::format("CR0.PE is set, and no far jump follows: CS is still real mode's, of 16 bits, and the 32-bit code of "
                  "{} runs as 16-bit code. Right behind MOV CR0 belongs a far jump to a 32-bit code selector (jmp "
                  "08h:LABEL).",
                  step_words(evidence, first)),
      {}};
}

std::optional<Answer> protected_size(const Evidence& evidence, const Course& course) {
  const Step& step = *course.protected_far;
  const CodeSize size = debugger::code_size(step.registers, step.mode);
  const auto bytes = code_at(evidence, step.linear());
  if (size == CodeSize::k16 && is_32_bit_code(bytes))
    return Answer{fmt::format("The descriptor of CS ({:02X}h) is of 16 bits (its D bit, 54, is 0), and the 32-bit code "
                              "of {} runs as 16-bit code: the flags in its byte 6 should be CFh, not {:X}Fh.",
                              step.registers.cs(), step_words(evidence, step),
                              step.registers[emu::Seg::kCs].attributes >> 20 & 0xF),
                  {}};
  if (size == CodeSize::k32 && is_16_bit_code(bytes) && !loads_segment(bytes, true))
    return Answer{fmt::format("CS ({:02X}h) is a segment of 32 bits, and {} is 16-bit code: write [BITS 32] before it, "
                              "or make real-mode calls before CR0.PE is set.",
                              step.registers.cs(), step_words(evidence, step)),
                  {}};
  return std::nullopt;
}

/// What a C compiler makes, entered in real mode.
std::optional<Answer> real_size(const Evidence& evidence, const Course& course) {
  if (course.protected_first || !course.left || !evidence.real_mode()) return std::nullopt;
  const auto origin = evidence.origin(course.left->linear());
  if (!origin || !origin->call || origin->moved) return std::nullopt;
  // As it was loaded: code of another size soon overwrites itself.
  auto bytes = evidence.sectors(origin->drive, origin->lba, origin->offset + kLooked);
  bytes.erase(bytes.begin(), bytes.begin() + origin->offset);
  if (!is_32_bit_code(bytes)) return std::nullopt;
  return Answer{fmt::format("The boot sector goes to {} in real mode, and call {} loaded 32-bit code there, from {}: "
                            "enter protected mode first (LGDT, CR0.PE, a far jump), or make it 16-bit code (bits 16, "
                            "gcc -m16).",
                            far_words(*course.left), origin->call->number, origin_words(evidence, *origin)),
                {origin->call->number}};
}

std::optional<Answer> wrong_size(const Evidence& evidence) {
  if (!evidence.code_failed()) return std::nullopt;
  const Course& course = evidence.course();
  if (course.protected_far) return protected_size(evidence, course);
  if (course.protected_first) return no_far_jump(evidence, course);
  return real_size(evidence, course);
}

// --- Exceptions.

bool triple_fault(const Evidence& evidence) {
  return evidence.crashed() && !evidence.real_mode() &&
         evidence.result.message.find("triple fault") != std::string::npos;
}

/// An interrupt came, and the IDT that was loaded has no gate for it.
std::optional<Answer> no_gate(const Evidence& evidence) {
  constexpr std::uint64_t kGate = 8;
  constexpr std::uint16_t kTimer = 8, kPresent = 0x80;  // IRQ 0's vector, as the BIOS left the 8259
  const emu::SystemRegisters system = evidence.pc.machine().system_registers();
  const emu::Registers registers = evidence.registers();
  if (!triple_fault(evidence) || (system.cr0 & emu::cr0::kPaging) || system.idt_base == 0 ||
      !(registers.rflags & emu::flag::kInterrupt) || evidence.pc.chips().pic.state().primary.vector_base != kTimer)
    return std::nullopt;
  const auto type = evidence.memory().read<std::uint8_t>(emu::PhysAddr(system.idt_base + kTimer * kGate + 5));
  if (system.idt_limit >= kTimer * kGate + 7 && (type & kPresent)) return std::nullopt;
  return Answer{fmt::format("In protected mode interrupts are on (IF=1), and the IDT at {:X}h has no gate for vector "
                            "08h, the timer's as the BIOS left the 8259: move the IRQs to 20h (ICW2), fill in gates, "
                            "and STI then.",
                            system.idt_base),
                {}};
}

/// Real-mode BIOSes answer INT 0 with an IRET, and the DIV comes again.
std::optional<Answer> divide_error(const Evidence& evidence) {
  if (!evidence.crashed() || !evidence.real_mode() || evidence.result.message.find("INT 00h") == std::string::npos)
    return std::nullopt;
  const emu::FarPtr at = evidence.place();
  debugger::Disassembler disassembler;
  const auto bytes = code_at(evidence, at.linear());
  const auto code = disassembler.decode(std::span(bytes).first(15), at.off, CodeSize::k16);
  if (code.mnemonic != "div" && code.mnemonic != "idiv") return std::nullopt;
  std::string text =
      fmt::format("\"{}\" at {} divides by zero, or its quotient is too large (INT 00h; DX={:04X}h, AX={:04X}h).",
                  code.text, far_words(at), evidence.registers().dx(), evidence.registers().ax());
  constexpr std::uint64_t kGeometry = 0x18, kGeometryEnd = 0x1C;
  if (!code.memory.empty()) {
    const auto operand = debugger::effective_address(code.memory[0], evidence.registers(), 0);
    const std::uint64_t into = operand.linear - bios::low_memory::kBootSector;
    text += fmt::format(" The divisor at {:05X}h is {}.", operand.linear,
                        evidence.memory().read<std::uint16_t>(emu::PhysAddr(operand.linear)));
    if (operand.linear >= bios::low_memory::kBootSector && into >= kGeometry && into < kGeometryEnd)
      text += fmt::format(" It is the BPB's number of {} (offset {:X}h of the boot sector).",
                          into < 0x1A ? "sectors per track" : "heads", into);
  }
  return Answer{text, {}};
}

// --- Nothing there.

/// " INT 15h/87h copied …" when the BIOS was asked to copy above 1 MiB.
std::string copied_words(const Evidence& evidence) {
  const auto& copies = evidence.course().copies;
  if (copies.empty()) return " Nothing copied it above 1 MiB.";
  const Course::Copy& copy = copies.back();
  return fmt::format(
      " INT 15h/87h at {} copied {} bytes from {:X}h to {:X}h, by the table at ES:SI {}: its descriptors at 10h and 18h "
      "are source and destination, each with a linear address in bytes 2 to 4.",
      far_words(copy.place), copy.bytes, copy.from, copy.to, far_words(copy.table));
}

/// The last jump, call or return goes behind the RAM.
std::optional<Answer> no_memory_there(const Evidence& evidence, std::uint64_t linear) {
  constexpr std::uint64_t kHigherHalf = 0x80000000, kRom = 0xFFF00000;
  const auto& tail = evidence.course().tail;
  const auto from = std::find_if(tail.rbegin(), tail.rend(),
                                 [&](const Step& step) { return step.linear() < evidence.options.memory; });
  if (from == tail.rend() || from->code.flow == debugger::Flow::kNext) return std::nullopt;
  return Answer{
      fmt::format("\"{}\" at {} goes to linear {:X}h, where the PC has no memory (it has {} MiB).{}", from->code.text,
                  step_words(evidence, *from), linear, evidence.options.memory >> 20,
                  linear >= kHigherHalf && linear < kRom
                      ? std::string(" Code that is linked for the higher half runs there once paging maps it: until "
                                    "then, go to its physical address.")
                      : taken_from_words(evidence, *from)),
      {}};
}

std::optional<Answer> nothing_there(const Evidence& evidence) {
  constexpr std::uint64_t kLow = 0x10FFF0;
  if (!evidence.crashed() || evidence.real_mode() || evidence.course().tail.empty()) return std::nullopt;
  const emu::SystemRegisters system = evidence.pc.machine().system_registers();
  const emu::Registers registers = evidence.registers();
  const std::uint64_t linear = registers[emu::Seg::kCs].base + registers.rip;
  if (!(system.cr0 & emu::cr0::kProtection) || (system.cr0 & emu::cr0::kPaging)) return std::nullopt;
  if (linear >= evidence.options.memory) return no_memory_there(evidence, linear);
  const auto bytes = code_at(evidence, linear);
  const bool zeros = std::all_of(bytes.begin(), bytes.begin() + 16, [](std::uint8_t b) { return b == 0; });
  if (!zeros || (linear < kLow && evidence.origin(static_cast<std::uint32_t>(linear)))) return std::nullopt;
  std::string text = fmt::format(
      "In protected mode the CPU runs zeros at {:04X}:{:X} (linear {:X}h), where nothing was loaded or copied.",
      registers.cs(), registers.rip, linear);
  const auto& tail = evidence.course().tail;
  const auto from = std::find_if(tail.rbegin(), tail.rend(), [&](const Step& s) {
    return s.linear() < kLow && evidence.origin(static_cast<std::uint32_t>(s.linear())).has_value() &&
           !evidence.zeros(static_cast<std::uint32_t>(s.linear()), 4);
  });
  if (from != tail.rend())
    text += fmt::format(" It came there from {} (\"{}\").", step_words(evidence, *from), from->code.text);
  const DiskCall* read = evidence.last_read();
  if (!read || !read->read_well() || read->by_bios() || !read->buffer())
    return Answer{text + " The loader had read nothing yet.", {}};
  text += fmt::format(" The last read, {}.", loaded_words(*read));
  if (linear >= 0x100000) text += copied_words(evidence);
  return Answer{text, {read->number}};
}

constexpr std::array<Rule, 4> kRules = {{
    {{"code-size", "code of 32 bits runs as code of 16, or the other way around"}, wrong_size},
    {{"no-gate", "an interrupt in protected mode for which the IDT has no gate"}, no_gate},
    {{"divide-error", "a division by zero, for example by an empty BPB field"}, divide_error},
    {{"nothing-loaded-protected", "in protected mode the CPU runs memory that nothing was put to"}, nothing_there},
}};

}  // namespace

std::span<const Rule> mode_rules() { return kRules; }

}  // namespace bootsim::diagnosing
