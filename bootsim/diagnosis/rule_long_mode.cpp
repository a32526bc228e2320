// The way into long mode, with a step missing or in the wrong order (Intel SDM vol. 3, 9.8.5: CR4.PAE, CR3,
// EFER.LME, CR0.PG, and a far jump to a code segment with L=1 and D=0).
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "emu/page_walk.h"

namespace bootsim::diagnosing {
namespace {

constexpr std::string_view kOrder = "The order is CR4.PAE, CR3, EFER.LME, CR0.PG, and then a far jump to 64-bit code";

bool went_wrong(const Evidence& evidence) {
  return !evidence.real_mode() && !evidence.bios_refused() && !evidence.course().tail.empty() &&
         (evidence.crashed() || evidence.result.exit == exit_code::kNotReached);
}

std::string step_words(const Evidence& evidence, const Step& step) {
  return fmt::format("\"{}\" in {} at {:04X}:{:04X}", step.code.text,
                     evidence.code_name(static_cast<std::uint32_t>(step.linear())), step.registers.cs(),
                     step.registers.rip);
}

/// EFER.LME is set, and paging is not on: the CPU has refused it, or was not asked.
std::optional<Answer> never_active(const Evidence& evidence, const emu::SystemRegisters& system) {
  const auto& paging = evidence.course().paging;
  if (!paging)
    return Answer{
        fmt::format("EFER.LME is set, and CR0.PG (bit 31) never was: the CPU is still in protected mode, and cannot "
                    "run 64-bit code. {}.",
                    kOrder),
        {}};
  if (system.cr4 & emu::cr4::kPae)
    return Answer{
        fmt::format("{} sets CR0.PG while CR4.PAE is 0, which the CPU refuses with EFER.LME set (#GP); PAE is set only "
                    "behind it. {}.",
                    step_words(evidence, *paging), kOrder),
        {}};
  return Answer{
      fmt::format("{} sets CR0.PG with EFER.LME set and CR4.PAE (bit 5) not, which the CPU refuses (#GP). {}.",
                  step_words(evidence, *paging), kOrder),
      {}};
}

/// A page directory pointer with bits that must be zero there (SDM vol. 3, 4.4.1) and are set in every PML4 entry.
bool looks_like_pml4(const emu::Memory& memory, const emu::SystemRegisters& system) {
  const auto entry = memory.read<std::uint64_t>(emu::PhysAddr(system.cr3 & emu::page_entry::kAddress));
  return (entry & emu::page_entry::kPresent) && (entry & emu::page_entry::kWritable);
}

/// Paging is on, with tables for long mode, and EFER.LME was not set then.
std::optional<Answer> not_enabled(const Evidence& evidence, const emu::SystemRegisters& system) {
  const bool late = system.efer & emu::efer::kLongModeEnable;
  const auto& paging = evidence.course().paging;
  if (!(system.cr4 & emu::cr4::kPae) || !paging || !looks_like_pml4(evidence.memory(), system)) return std::nullopt;
  const auto first = evidence.memory().read<std::uint64_t>(emu::PhysAddr(system.cr3 & ~0xFFFull));
  if (evidence.pc.machine().translate(paging->linear())) return std::nullopt;  // PAE's own tables map it
  return Answer{
      fmt::format("{} sets CR0.PG {}EFER.LME (MSR C0000080h, bit 8){}: the CPU takes the tables at CR3 ({:X}h) for the "
                  "three levels of PAE, not for the four of long mode (its first entry is {:X}h). {}.",
                  step_words(evidence, *paging), late ? "before " : "without ", late ? " is set" : "", system.cr3,
                  first, kOrder),
      {}};
}

/// Long mode is on, and CS is not one of its 64-bit segments.
std::optional<Answer> not_64_bits(const Evidence& evidence, const emu::SystemRegisters& system) {
  constexpr std::uint32_t kLong = 1u << 21, kDescriptor = 8;
  const emu::Registers registers = evidence.registers();
  const auto& paging = evidence.course().paging;
  if (registers[emu::Seg::kCs].attributes & kLong || !paging) return std::nullopt;
  const std::uint64_t linear = registers[emu::Seg::kCs].base + registers.rip;
  const auto physical = evidence.pc.machine().translate(linear);
  if (!physical || physical->value != linear) return std::nullopt;  // the page tables are to blame first
  const auto& tail = evidence.course().tail;
  const auto jumped = std::find_if(tail.begin(), tail.end(), [&](const Step& step) {
    return step.code.target_cs.has_value() && step.linear() > paging->linear() && step.mode != emu::CpuMode::kReal;
  });
  if (evidence.crashed() && jumped != tail.end() && &*jumped == evidence.course().last())
    return std::nullopt;  // the jump itself failed: its selector is to blame
  if (jumped == tail.end())
    return Answer{
        fmt::format("Long mode is on behind {}, and no far jump to a 64-bit code segment follows: the CPU runs what "
                    "comes as 32-bit code (compatibility mode). Load a GDT whose code descriptor has L=1 and D=0 "
                    "(access 9Ah, flags 2h), and jump to it.",
                    step_words(evidence, *paging)),
        {}};
  const std::uint64_t at = system.gdt_base + (registers.cs() & 0xFFF8u);
  const auto flags = evidence.memory().read<std::uint8_t>(emu::PhysAddr(at + kDescriptor - 2));
  return Answer{
      fmt::format("Long mode is on, and {} goes to selector {:02X}h, whose descriptor at {:X}h has L=0 (byte 6 is "
                  "{:02X}h): the 64-bit code runs as 32-bit code. L=1 and D=0 belong there (20h or AFh). Was a GDT for "
                  "64 bits loaded?",
                  step_words(evidence, *jumped), registers.cs(), at, flags),
      {}};
}

std::optional<Answer> long_mode(const Evidence& evidence) {
  if (!went_wrong(evidence)) return std::nullopt;
  const emu::SystemRegisters system = evidence.pc.machine().system_registers();
  const bool paging = system.cr0 & emu::cr0::kPaging, enabled = system.efer & emu::efer::kLongModeEnable;
  if (system.efer & emu::efer::kLongModeActive) return not_64_bits(evidence, system);
  if (paging) return not_enabled(evidence, system);
  // Whoever sets LME means to use it; what fails before CR0.PG's turn is another rule's.
  const Step* last = evidence.course().last();
  const bool wide = last->code.target_cs.has_value() || evidence.course().paging;
  return enabled && wide ? never_active(evidence, system) : std::nullopt;
}

constexpr std::array<Rule, 1> kRules = {{
    {{"long-mode", "long mode was entered with a step missing or in the wrong order"}, long_mode},
}};

}  // namespace

std::span<const Rule> long_mode_rules() { return kRules; }

}  // namespace bootsim::diagnosing
