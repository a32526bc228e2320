// Triple faults on the way into protected mode: descriptors that are not there, interrupts that nobody
// handles.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

/// Descriptor bits in the second doubleword (Intel SDM vol. 3, figure 3-8).
constexpr std::uint32_t kPresent = 1u << 15, kCodeOrData = 1u << 12, kCode = 1u << 11, kReadWrite = 1u << 9;
constexpr std::uint16_t kLocal = 4;  // a selector's table indicator
constexpr std::uint32_t kRealModeIdtLimit = 0x3FF;

struct Fault {
  emu::SystemRegisters system;
  emu::Registers registers;
  std::uint64_t linear = 0;  ///< of the instruction
  std::array<std::uint8_t, 8> code{};
};

/// Nothing in real mode, or with paging that does not map code and GDT to themselves.
std::optional<Fault> triple_fault(const Evidence& evidence) {
  if (!evidence.crashed() || evidence.result.message.find("triple fault") == std::string::npos) return std::nullopt;
  Fault fault{evidence.pc.machine().system_registers(), evidence.registers(), 0, {}};
  fault.linear = fault.registers[emu::Seg::kCs].base + fault.registers.rip;
  const auto to_itself = [&](std::uint64_t linear) {
    const auto physical = evidence.pc.machine().translate(linear);
    return physical && physical->value == linear;
  };
  if (!(fault.system.cr0 & emu::cr0::kProtection)) return std::nullopt;
  if ((fault.system.cr0 & emu::cr0::kPaging) && !(to_itself(fault.linear) && to_itself(fault.system.gdt_base)))
    return std::nullopt;
  evidence.memory().read(emu::PhysAddr(fault.linear), fault.code);
  return fault;
}

std::string at_words(const Evidence& evidence, const Fault& fault) {
  const std::string code = evidence.code_name(static_cast<std::uint32_t>(fault.linear));
  return fmt::format("{} at {:04X}:{:X} (linear {:05X}h)", code, fault.registers.cs(), fault.registers.rip,
                     fault.linear);
}

std::vector<std::uint64_t> last_call(const Evidence& evidence) {
  return evidence.last_call() ? std::vector<std::uint64_t>{evidence.last_call()->number} : std::vector<std::uint64_t>{};
}

// --- Selectors.

struct Selector {
  std::uint16_t value = 0;
  bool code = false;
  bool stack = false;
};

/// The selector that the faulting instruction loads: a direct far jump or call, or MOV to a segment register
/// from a general one (Intel SDM vol. 2: EA, 9A, 8E /r).
std::optional<Selector> loaded_selector(const Fault& fault) {
  constexpr std::uint32_t kBig = 1u << 22;  // the code segment's D bit
  bool wide = fault.registers[emu::Seg::kCs].attributes & kBig;
  std::size_t at = 0;
  for (; at < 2 && (fault.code[at] == 0x66 || fault.code[at] == 0x67); ++at) wide ^= fault.code[at] == 0x66;
  if (fault.code[at] == 0xEA || fault.code[at] == 0x9A) {
    const std::size_t selector = at + (wide ? 5 : 3);
    if (selector + 1 >= fault.code.size()) return std::nullopt;
    return Selector{static_cast<std::uint16_t>(fault.code[selector] | fault.code[selector + 1] << 8), true};
  }
  constexpr int kSs = 2;  // ModRM.reg
  const std::uint8_t modrm = fault.code[at + 1];
  if (fault.code[at] == 0x8E && modrm >= 0xC0)
    return Selector{static_cast<std::uint16_t>(fault.registers.gpr[modrm & 7]), false, (modrm >> 3 & 7) == kSs};
  return std::nullopt;
}

/// The GDT register is all zeros: nobody loaded it, or LGDT's operand lay elsewhere.
std::string no_table_words(const Evidence& evidence) {
  const auto& tail = evidence.course().tail;
  const auto load =
      std::find_if(tail.rbegin(), tail.rend(), [](const Step& step) { return step.code.mnemonic == "lgdt"; });
  if (load == tail.rend() || load->code.memory.empty()) return "no GDT was loaded (LGDT)";
  const auto from = debugger::effective_address(load->code.memory[0], load->registers, 0);
  return fmt::format("LGDT took base and limit 0 from {:04X}:{:04X}, linear {:05X}h. Is DS right?", from.selector,
                     from.offset, from.linear);
}

std::string descriptor_words(const Evidence& evidence, const Fault& fault, const Selector& selector) {
  const std::uint32_t offset = selector.value & 0xFFF8u;
  if (selector.value & kLocal) return "it names the local table (bit 2)";
  if (offset == 0) return selector.code || selector.stack ? "it is the null selector" : "";
  if (fault.system.gdt_base == 0 && fault.system.gdt_limit == 0) return no_table_words(evidence);
  if (fault.system.gdt_limit > 0x1000 && (fault.system.gdt_base & 0xFFFF) == 0 && fault.system.gdt_base >> 16 < 0x1000)
    return fmt::format(
        "LGDT took the limit {:X}h and the base {:X}h. Its operand has the limit first (2 bytes), then the base (4)",
        fault.system.gdt_limit, fault.system.gdt_base);
  if (offset + 7 > fault.system.gdt_limit)
    return fmt::format("the GDT at {:X}h ends before it (limit {:X}h; {:X}h at least is needed)", fault.system.gdt_base,
                       fault.system.gdt_limit, offset + 7);
  if (fault.system.gdt_base < bios::low_memory::kBdaEnd)
    return fmt::format(
        "the GDT's base, {:X}h, is in the BIOS's vectors and data. LGDT takes a linear address: segment * 16 + offset",
        fault.system.gdt_base);
  std::array<std::uint8_t, 8> bytes{};
  evidence.memory().read(emu::PhysAddr(fault.system.gdt_base + offset), bytes);
  const std::uint32_t high = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | std::uint32_t{bytes[7]} << 24;
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; }))
    return fmt::format(
        "its descriptor at {:X}h is all zeros. Is the GDT's base (LGDT) a linear address, segment * 16 + offset?",
        fault.system.gdt_base + offset);
  if (!(high & kPresent))
    return fmt::format("its descriptor at {:X}h is not present (bit 47)", fault.system.gdt_base + offset);
  const std::string access = fmt::format("its descriptor at {:X}h has the access byte {:02X}h (byte 5)",
                                         fault.system.gdt_base + offset, high >> 8 & 0xFF);
  const bool code = (high & kCodeOrData) && (high & kCode), data = (high & kCodeOrData) && !(high & kCode);
  if (selector.code && !code) return access + ", which is none of a code segment: 9Ah is one's";
  if (selector.stack && !(data && (high & kReadWrite)))
    return access + ": a stack needs a writable data segment's, 92h";
  if (!selector.code && !data && !(code && (high & kReadWrite)))
    return access + ", which is none of a data segment: 92h is one's";
  return {};
}

/// "offset and selector have changed places" when a far jump has a usable selector for its offset.
std::string exchanged_words(const Fault& fault, const Selector& selector) {
  constexpr std::uint16_t kLastSelector = 0x28;
  if (!selector.code || selector.value <= kLastSelector) return {};
  const std::size_t at = fault.code[0] == 0x66 ? 2 : 1;
  const auto offset = static_cast<std::uint16_t>(fault.code[at] | fault.code[at + 1] << 8);
  if (offset == 0 || offset > kLastSelector || offset % 8 != 0) return {};
  return fmt::format("selector and offset have changed places, it is jmp {:02X}h:{:X}h", offset, selector.value);
}

std::optional<Answer> bad_selector(const Evidence& evidence) {
  const auto fault = triple_fault(evidence);
  const auto selector = fault ? loaded_selector(*fault) : std::nullopt;
  if (!selector) return std::nullopt;
  const std::string words = descriptor_words(evidence, *fault, *selector);
  if (words.empty()) return std::nullopt;
  const std::string exchanged = exchanged_words(*fault, *selector);
  return Answer{fmt::format("In protected mode {} loads selector {:02X}h into {}: {}{}{}", at_words(evidence, *fault),
                            selector->value,
                            selector->code    ? "CS"
                            : selector->stack ? "SS"
                                              : "a segment register",
                            exchanged.empty() ? words : exchanged, words.back() == '?' && exchanged.empty() ? "" : ".",
                            !(selector->value & 0xFFF8u) && selector->code
                                ? " The first descriptor of a GDT cannot be used: eight zero bytes belong there, and "
                                  "code follows."
                                : ""),
                last_call(evidence)};
}

// --- Interrupts.

/// INT n at the CPU's place or right before it: what happens in its delivery may be blamed on either.
std::optional<std::uint8_t> called_interrupt(const Evidence& evidence, const Fault& fault) {
  constexpr std::uint8_t kInt = 0xCD;
  if (fault.code[0] == kInt) return fault.code[1];
  std::array<std::uint8_t, 2> before{};
  if (fault.linear < before.size()) return std::nullopt;
  evidence.memory().read(emu::PhysAddr(fault.linear - before.size()), before);
  if (before[0] == kInt) return before[1];
  return std::nullopt;
}

std::optional<Answer> no_handlers(const Evidence& evidence) {
  const auto fault = triple_fault(evidence);
  if (!fault || fault->system.idt_base != 0 || fault->system.idt_limit != kRealModeIdtLimit) return std::nullopt;
  if (const auto vector = called_interrupt(evidence, *fault))
    return Answer{
        fmt::format("In protected mode {} calls INT {:02X}h: the IDT is still real mode's (base 0, limit 3FFh), and "
                    "BIOS calls work in real mode only. Make them before CR0.PE is set, or go back for them.",
                    at_words(evidence, *fault), *vector),
        last_call(evidence)};
  if (!(fault->registers.rflags & emu::flag::kInterrupt)) return std::nullopt;
  return Answer{
      fmt::format("In protected mode, at {}, interrupts are on (IF=1), and the IDT is still real mode's (base 0, limit "
                  "3FFh): the first interrupt, such as the timer's, ends in a triple fault. CLI before CR0.PE is set, "
                  "and LIDT before STI.",
                  at_words(evidence, *fault)),
      last_call(evidence)};
}

constexpr std::array<Rule, 2> kRules = {{
    {{"bad-selector", "protected mode was entered with a selector that the GDT does not have"}, bad_selector},
    {{"real-mode-idt", "an interrupt in protected mode, with real mode's IDT"}, no_handlers},
}};

}  // namespace

std::span<const Rule> protected_rules() { return kRules; }

}  // namespace bootsim::diagnosing
