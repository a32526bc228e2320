// Exceptions in protected and long mode that nobody handles: which instruction, and what is wrong with it.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "debugger/views/chips.h"
#include "devices/pic8259.h"
#include "emu/page_walk.h"

namespace bootsim::diagnosing {
namespace {

bool triple_fault(const Evidence& evidence) {
  return evidence.crashed() && !evidence.real_mode() &&
         evidence.result.message.find("triple fault") != std::string::npos;
}

/// Where addresses are what they seem: no paging, or what is looked at is mapped to itself.
bool plain(const Evidence& evidence, std::uint64_t linear) {
  const auto physical = evidence.pc.machine().translate(linear);
  return physical && physical->value == linear;
}

emu::SystemRegisters system_of(const Evidence& evidence) { return evidence.pc.machine().system_registers(); }

std::uint64_t place_of(const emu::Registers& registers) { return registers[emu::Seg::kCs].base + registers.rip; }

debugger::Instruction instruction_at(const Evidence& evidence, const emu::Registers& registers) {
  std::array<std::uint8_t, 15> bytes{};
  const auto physical = evidence.pc.machine().translate(place_of(registers));
  if (physical) evidence.memory().read(*physical, bytes);
  return debugger::Disassembler().decode(bytes, registers.rip, debugger::code_size(evidence.pc.machine()));
}

std::string name_words(const Evidence& evidence, const emu::Registers& registers, const debugger::Instruction& code) {
  return fmt::format("\"{}\" at {:04X}:{:X} ({})", code.text, registers.cs(), registers.rip,
                     evidence.code_name(static_cast<std::uint32_t>(place_of(registers))));
}

// --- Pages.

/// "entry 0 of the PML4, at 1000h, is 2000h: not present (bit 0 is 0)"; of a walk that ended nowhere.
std::string walk_words(const emu::PageWalk& walk) {
  return fmt::format("entry {} of the {}, at {:X}h, is {:X}h: not present (bit 0 is 0)", walk.index, walk.table,
                     walk.address, walk.entry);
}

/// " Entry 0 of the page directory …" when it means a page of 4 MiB, and that was not switched on (SDM vol. 3, 4.3).
std::string large_page_words(const Evidence& evidence, const emu::SystemRegisters& system, std::uint64_t linear) {
  constexpr std::uint64_t kPse = 1u << 4, kPae = 1u << 5, kLarge = 1u << 7, kDirectory = 0xFFFFF000, kShift = 22;
  if (system.cr4 & (kPse | kPae)) return {};
  const std::uint64_t at = (system.cr3 & kDirectory) + (linear >> kShift) * 4;
  if (at + 4 > evidence.options.memory) return {};
  const auto entry = evidence.memory().read<std::uint32_t>(emu::PhysAddr(at));
  if (!(entry & kLarge)) return {};
  return fmt::format(
      " Entry {} of the page directory, at {:X}h, is {:X}h, a page of 4 MiB (bit 7): that counts once CR4.PSE (bit 4) is "
      "set; without it, the entry has the address of a page table.",
      linear >> kShift, at, entry);
}

/// What lies where the tables lead to is not what was to run.
std::optional<Answer> mapped_elsewhere(const Evidence& evidence, const emu::SystemRegisters& system,
                                       std::uint64_t linear) {
  const auto physical = evidence.pc.machine().translate(linear);
  const auto& paging = evidence.course().paging;
  if (!paging || !physical || physical->value == linear || linear >= bios::low_memory::kMegabyte) return std::nullopt;
  std::array<std::uint8_t, 8> there{}, meant{};
  if (physical->value < evidence.options.memory) evidence.memory().read(*physical, there);
  evidence.memory().read(emu::PhysAddr(linear), meant);
  const auto zero = [](std::uint8_t b) { return b == 0; };
  if (!std::all_of(there.begin(), there.end(), zero) || std::all_of(meant.begin(), meant.end(), zero))
    return std::nullopt;
  return Answer{fmt::format("Paging is on (CR0.PG), and the tables at CR3 ({:X}h) map the code that runs, linear "
                            "{:X}h, to {:X}h, where nothing is: map it to itself.{}",
                            system.cr3, linear, physical->value, large_page_words(evidence, system, linear)),
                {}};
}

std::optional<Answer> pages(const Evidence& evidence) {
  if (!evidence.crashed() || evidence.real_mode()) return std::nullopt;
  const emu::SystemRegisters system = system_of(evidence);
  const std::uint64_t linear = place_of(evidence.registers());
  if (!(system.cr0 & emu::cr0::kPaging)) return std::nullopt;
  if (!triple_fault(evidence)) return mapped_elsewhere(evidence, system, linear);
  if (evidence.pc.machine().translate(linear)) return std::nullopt;
  const emu::PageWalk walk = emu::walk_pages(evidence.memory(), emu::PageTables(system), linear);
  return Answer{
      fmt::format("Paging is on (CR0.PG), and the page tables at CR3 ({:X}h) do not map the code that runs, linear "
                  "{:X}h{}. {} before CR0.PG is set.",
                  system.cr3, linear, walk.physical ? "" : ": " + walk_words(walk),
                  system.cr3 == 0 ? "CR3 must have their address" : "Map it"),
      {}};
}

/// CR2 has the address of the last page fault (SDM vol. 3, 4.7).
std::optional<Answer> page_fault(const Evidence& evidence) {
  if (!triple_fault(evidence) || evidence.course().tail.empty()) return std::nullopt;
  const emu::SystemRegisters system = system_of(evidence);
  if (!(system.cr0 & emu::cr0::kPaging) || system.cr2 == 0 ||
      !evidence.pc.machine().translate(place_of(evidence.registers())) || evidence.pc.machine().translate(system.cr2))
    return std::nullopt;
  const emu::Registers registers = evidence.registers();
  const emu::PageWalk walk = emu::walk_pages(evidence.memory(), emu::PageTables(system), system.cr2);
  if (walk.physical) return std::nullopt;
  return Answer{fmt::format("{} uses linear address {:X}h, which the page tables at CR3 ({:X}h) do not map: {}. Nobody "
                            "handles the page fault.",
                            name_words(evidence, registers, instruction_at(evidence, registers)), system.cr2,
                            system.cr3, walk_words(walk)),
                {}};
}

// --- Gates.

constexpr std::uint8_t kPresent = 0x80, kTypeMask = 0x1F;

/// Why a code selector cannot be used; empty when it can.
std::string code_selector_words(const Evidence& evidence, const emu::SystemRegisters& system, std::uint16_t selector) {
  constexpr std::uint8_t kCodeOrData = 0x10, kCode = 0x08;
  const std::uint32_t offset = selector & 0xFFF8u;
  if (offset == 0) return "is null";
  if (offset + 7 > system.gdt_limit) return "is not in the GDT";
  const auto access = evidence.memory().read<std::uint8_t>(emu::PhysAddr(system.gdt_base + offset + 5));
  if (!(access & kPresent) || !(access & kCodeOrData) || !(access & kCode)) return "is none of a code segment";
  return {};
}

/// What is wrong with the gate of a vector (SDM vol. 3, 6.11 and 6.14.1).
std::string gate_words(const Evidence& evidence, const emu::SystemRegisters& system, std::uint8_t vector) {
  const bool wide = system.efer & emu::efer::kLongModeActive;
  const std::uint32_t size = wide ? 16 : 8, offset = vector * size;
  if (offset + size - 1 > system.idt_limit)
    return fmt::format("the IDT at {:X}h ends before it (limit {:X}h; {:X}h at least is needed)", system.idt_base,
                       system.idt_limit, offset + size - 1);
  const std::uint64_t at = system.idt_base + offset;
  const auto read = [&](std::uint64_t into) { return evidence.memory().read<std::uint8_t>(emu::PhysAddr(at + into)); };
  const std::uint8_t access = read(5), type = access & kTypeMask;
  const bool known = type == 0x0E || type == 0x0F || (!wide && (type == 0x05 || type == 0x06 || type == 0x07));
  if (!(access & kPresent) || !known)
    return fmt::format("its gate at {:X}h has {:02X}h in byte 5, where an interrupt gate has 8Eh", at, access);
  const auto selector = static_cast<std::uint16_t>(read(2) | read(3) << 8);
  if (const std::string words = code_selector_words(evidence, system, selector); !words.empty())
    return fmt::format("its gate at {:X}h has the selector {:02X}h (bytes 2-3), which {}", at, selector, words);
  return {};
}

/// The INT that ran last: an exception in its delivery leaves the CPU behind it.
const Step* last_interrupt(const Evidence& evidence) {
  const auto& tail = evidence.course().tail;
  const std::uint64_t place = place_of(evidence.registers());
  for (auto step = tail.rbegin(); step != tail.rend() && step - tail.rbegin() < 2; ++step) {
    const std::uint64_t behind = step->linear() + static_cast<std::uint64_t>(step->code.size);
    if (step->code.interrupt && (step->linear() == place || behind == place)) return &*step;
  }
  return nullptr;
}

std::optional<Answer> bad_gate(const Evidence& evidence) {
  if (!triple_fault(evidence)) return std::nullopt;
  const emu::SystemRegisters system = system_of(evidence);
  if (system.idt_base == 0 || !plain(evidence, system.idt_base) || !plain(evidence, system.gdt_base))
    return std::nullopt;
  if (const Step* step = last_interrupt(evidence)) {
    const std::string words = gate_words(evidence, system, *step->code.interrupt);
    if (words.empty()) return std::nullopt;
    return Answer{fmt::format("In protected mode {} finds no way to a handler: {}.",
                              name_words(evidence, step->registers, step->code), words),
                  {}};
  }
  const devices::Pic8259Pair::Chip& chip = evidence.pc.chips().pic.state().primary;
  if (!(evidence.registers().rflags & emu::flag::kInterrupt) || chip.isr == 0) return std::nullopt;
  int line = 0;
  while (!(chip.isr >> line & 1)) ++line;
  const auto vector = static_cast<std::uint8_t>(chip.vector_base + line);
  const std::string words = gate_words(evidence, system, vector);
  if (words.empty()) return std::nullopt;
  return Answer{fmt::format("In protected mode interrupts are on (IF=1), and IRQ {} came as interrupt {:02X}h: {}.{}",
                            line, vector, words,
                            chip.vector_base == 8
                                ? " The 8259 still has the BIOS's vectors, 08h-0Fh, which are the CPU's exceptions: "
                                  "move them to 20h (ICW2)."
                                : ""),
                {}};
}

// --- Instructions.

/// IRET takes EIP, CS and EFLAGS from the stack.
std::string iret_words(const Evidence& evidence, const emu::SystemRegisters& system, const debugger::Instruction& code,
                       const emu::Registers& registers) {
  if (!code.mnemonic.starts_with("iret")) return {};
  const std::uint64_t size = code.mnemonic == "iretq" ? 8 : code.mnemonic == "iretd" ? 4 : 2;
  const std::uint64_t top = registers[emu::Seg::kSs].base + (size == 2 ? registers.sp() : registers[emu::Gpr::kSp]);
  if (!plain(evidence, top)) return {};
  const auto selector = evidence.memory().read<std::uint16_t>(emu::PhysAddr(top + size));
  const std::string words = code_selector_words(evidence, system, selector);
  if (words.empty()) return {};
  return fmt::format(
      "takes CS {:04X}h from the stack at {:X}h, which {}: every PUSH of the handler needs its POP, and the error code "
      "of exceptions 8, 10 to 14 and 17 must be taken off",
      selector, top + size, words);
}

/// LTR takes a descriptor of an available TSS (SDM vol. 2: 0F 00 /3).
std::string task_words(const emu::SystemRegisters& system, const debugger::Instruction& code,
                       const emu::Registers& registers, const emu::Memory& memory) {
  if (code.mnemonic != "ltr" || !code.memory.empty()) return {};
  std::size_t at = 0;
  while (at < code.code().size() && code.code()[at] != 0x0F) ++at;
  if (at + 2 >= code.code().size()) return {};
  const auto selector = static_cast<std::uint16_t>(registers.gpr[code.code()[at + 2] & 7]);
  const std::uint32_t offset = selector & 0xFFF8u;
  if (offset + 7 > system.gdt_limit)
    return fmt::format("loads selector {:02X}h, and the GDT at {:X}h ends before it (limit {:X}h)", selector,
                       system.gdt_base, system.gdt_limit);
  const auto access = memory.read<std::uint8_t>(emu::PhysAddr(system.gdt_base + offset + 5));
  return fmt::format(
      "loads selector {:02X}h, whose descriptor at {:X}h has {:02X}h in byte 5, where an available TSS has 89h",
      selector, system.gdt_base + offset, access);
}

/// " Offset 40h of the boot sector is …" when a far jump of code for ORG 0 has lost the boot sector's place.
std::string lost_base_words(std::uint64_t linear) {
  constexpr std::uint64_t kSector = 512;
  if (linear >= kSector) return {};
  return fmt::format(
      " Offset {0:X}h of the boot sector is linear {1:X}h: a far jump to a segment with base 0 needs the linear "
      "address (ORG 7C00h, or LABEL + 7C00h).",
      linear, bios::low_memory::kBootSector + linear);
}

/// " The CPU came to it from …" when what was loaded was entered shortly before: is that its entry?
std::string entry_words(const Evidence& evidence, std::uint64_t linear) {
  constexpr std::uint64_t kNear = 256;
  const auto& tail = evidence.course().tail;
  for (std::size_t i = tail.size(); i-- > 1;) {
    const Step &from = tail[i - 1], &to = tail[i];
    const bool far_off = from.linear() + kNear < to.linear() || from.linear() > to.linear() + kNear;
    if (!far_off) continue;
    if (to.linear() > linear || linear - to.linear() >= kNear) return {};
    return fmt::format(" \"{}\" at {:04X}:{:X} went to {:04X}:{:X}: is that where the code begins?", from.code.text,
                       from.registers.cs(), from.registers.rip, to.registers.cs(), to.registers.rip);
  }
  return {};
}

std::optional<Answer> exception(const Evidence& evidence) {
  if (!triple_fault(evidence)) return std::nullopt;
  const emu::Registers registers = evidence.registers();
  const std::uint64_t linear = place_of(registers);
  if (linear >= bios::low_memory::kMegabyte || evidence.course().tail.empty() || last_interrupt(evidence))
    return std::nullopt;
  const emu::SystemRegisters system = system_of(evidence);
  const debugger::Instruction code = instruction_at(evidence, registers);
  std::string why = "raises an exception", more = lost_base_words(linear);
  if (code.mnemonic == "div" || code.mnemonic == "idiv") why = "divides by zero, or its quotient is too large";
  if (const std::string words = iret_words(evidence, system, code, registers); !words.empty()) why = words;
  if (const std::string words = task_words(system, code, registers, evidence.memory()); !words.empty()) why = words;
  if (code.flow == debugger::Flow::kInvalid || code.mnemonic == "ud2") {
    why = "is no instruction";
    if (more.empty()) more = entry_words(evidence, linear);
  }
  return Answer{fmt::format("In protected mode {} {}. The IDT (base {:X}h, limit {:X}h) has no handler that works, and "
                            "a triple fault resets a PC.{}",
                            name_words(evidence, registers, code), why, system.idt_base, system.idt_limit, more),
                {}};
}

constexpr std::array<Rule, 4> kRules = {{
    {{"page-tables", "paging was switched on with tables that do not map the code"}, pages},
    {{"page-fault", "an address that the page tables do not map"}, page_fault},
    {{"interrupt-gate", "an interrupt in protected mode, and its gate in the IDT is wrong"}, bad_gate},
    {{"exception", "an exception in protected mode that nobody handles"}, exception},
}};

}  // namespace

std::span<const Rule> exception_rules() { return kRules; }

}  // namespace bootsim::diagnosing
