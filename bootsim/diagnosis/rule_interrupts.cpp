// The interrupts of devices, and the handlers that a loader has for them.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "debugger/views/chips.h"
#include "devices/pic8259.h"

namespace bootsim::diagnosing {
namespace {

using devices::Pic8259Pair;

constexpr std::uint16_t kRom = 0xC000;
constexpr std::uint8_t kBiosVectors = 0x08;  // of IRQ 0-7, as BIOSes program ICW2
constexpr int kCascade = 2;

/// It came to no end of its own.
bool hangs(const Evidence& evidence) {
  const int exit = evidence.result.exit;
  return (exit == exit_code::kNotReached || exit == exit_code::kLimit) && !evidence.bios_refused() &&
         !evidence.fatal_read() && !evidence.reading();
}

std::string irq_words(int irq) {
  return fmt::format("IRQ {}{}", irq,
                     irq == 0   ? " (the timer's)"
                     : irq == 1 ? " (the keyboard's)"
                     : irq == 8 ? " (the clock's)"
                                : "");
}

/// The interrupt request that a chip has in service, and the vector it came by.
struct Service {
  int irq = 0;
  std::uint8_t vector = 0;
};
std::optional<Service> in_service(const Pic8259Pair::Chip& chip, int first) {
  for (int line = 0; line < 8; ++line) {
    if (!(chip.isr >> line & 1) || first + line == kCascade) continue;
    return Service{first + line, static_cast<std::uint8_t>(chip.vector_base + line)};
  }
  return std::nullopt;
}

emu::FarPtr real_mode_vector(const Evidence& evidence, std::uint8_t vector) {
  const std::uint64_t at = std::uint64_t{vector} * 4;
  return {evidence.memory().read<std::uint16_t>(emu::PhysAddr(at + 2)),
          evidence.memory().read<std::uint16_t>(emu::PhysAddr(at))};
}

/// A handler has come to its end, for interrupts are on again, and its request is still in service (8259A
/// data sheet, "End of interrupt").
std::optional<Answer> no_eoi(const Evidence& evidence) {
  if (!hangs(evidence) || evidence.course().tail.empty() || !(evidence.registers().rflags & emu::flag::kInterrupt))
    return std::nullopt;
  const Pic8259Pair::State& pic = evidence.pc.chips().pic.state();
  auto service = in_service(pic.primary, 0);
  if (!service) service = in_service(pic.secondary, 8);
  if (!service || (service->irq < 8 ? pic.primary : pic.secondary).auto_eoi) return std::nullopt;
  const emu::FarPtr handler = real_mode_vector(evidence, service->vector);
  if (evidence.real_mode() && handler.seg >= kRom) return std::nullopt;
  const std::string where = evidence.real_mode() ? fmt::format(" at {}", far_words(handler)) : std::string();
  return Answer{
      fmt::format("The handler of {}, vector {:02X}h{}, never tells the 8259 that it is done: the request stays in "
                  "service, and no other one comes. Before its IRET belongs an EOI: MOV AL,20h; {}OUT 20h,AL.",
                  irq_words(service->irq), service->vector, where, service->irq >= 8 ? "OUT A0h,AL; " : ""),
      {}};
}

/// Where the straight way through a handler ends in a RET. RETF 2 takes the flags off as well.
std::optional<emu::FarPtr> ends_in_ret(const Evidence& evidence, emu::FarPtr place) {
  constexpr int kMost = 64;
  debugger::Disassembler disassembler;
  for (int i = 0; i < kMost; ++i) {
    std::array<std::uint8_t, 15> bytes{};
    evidence.memory().read(emu::PhysAddr(place.linear()), bytes);
    const auto code = disassembler.decode(bytes, place.off, debugger::CodeSize::k16);
    if (code.flow == debugger::Flow::kReturn) {
      const bool plain = code.mnemonic.starts_with("ret") && !code.immediate;
      return plain ? std::optional(place) : std::nullopt;
    }
    if (code.flow == debugger::Flow::kJump || code.flow == debugger::Flow::kInvalid) return std::nullopt;
    place = place.plus(static_cast<std::uint16_t>(code.size));
  }
  return std::nullopt;
}

std::optional<Answer> no_iret(const Evidence& evidence) {
  if ((!hangs(evidence) && !evidence.crashed()) || !evidence.real_mode() || evidence.course().tail.empty())
    return std::nullopt;
  for (const std::uint8_t vector : {0x08, 0x09, 0x1C, 0x70}) {
    const emu::FarPtr handler = real_mode_vector(evidence, vector);
    if (handler.seg >= kRom || !evidence.origin(handler.linear())) continue;
    const auto end = ends_in_ret(evidence, handler);
    if (!end) continue;
    return Answer{fmt::format("The handler of interrupt {:02X}h at {} ends with a RET, at {}: CS and the flags stay on "
                              "the stack, and interrupts stay off. Interrupt handlers end with IRET.",
                              vector, far_words(handler), far_words(*end)),
                  {}};
  }
  return std::nullopt;
}

/// Vector n is at address 4 * n. Nobody has a handler for vector 2, the NMI's, whose address is 8.
std::optional<Answer> wrong_vector(const Evidence& evidence) {
  constexpr std::uint8_t kNmi = 2, kTimer = 8;
  if (!hangs(evidence) || !evidence.real_mode() || evidence.course().tail.empty()) return std::nullopt;
  const emu::FarPtr nmi = real_mode_vector(evidence, kNmi), timer = real_mode_vector(evidence, kTimer);
  if (nmi.seg >= kRom || nmi.linear() < bios::low_memory::kBdaEnd || timer.seg < kRom) return std::nullopt;
  return Answer{
      fmt::format("The loader has put {} at address 8, which is the vector of interrupt 02h: that of interrupt 08h, "
                  "the timer's, is at 8 * 4 = 20h (offset first, then the segment).",
                  far_words(nmi)),
      {}};
}

/// The vector of a device leads where nothing is: written with offset and segment exchanged.
std::optional<Answer> exchanged_vector(const Evidence& evidence) {
  if (!evidence.crashed() || !evidence.real_mode()) return std::nullopt;
  const emu::FarPtr at = evidence.place();
  for (const std::uint8_t vector : {0x08, 0x09, 0x1C, 0x70}) {
    const emu::FarPtr target = real_mode_vector(evidence, vector), meant{target.off, target.seg};
    if (target.seg >= kRom || target.linear() > at.linear() || at.linear() - target.linear() > 0x100) continue;
    const auto there = evidence.origin(meant.linear());
    if (target.linear() == meant.linear() || evidence.origin(target.linear()) || !there) continue;
    return Answer{fmt::format("The vector of interrupt {:02X}h (address {:02X}h) holds {}, where nothing was loaded; "
                              "code is at {}: offset and segment have changed places. The offset comes first, then the "
                              "segment.",
                              vector, vector * 4, far_words(target), far_words(meant)),
                  {}};
  }
  return std::nullopt;
}

/// The 8259 still has the BIOS's vectors, which in protected mode are the CPU's exceptions.
std::optional<Answer> as_exception(const Evidence& evidence) {
  // A triple fault has rules of its own.
  if (!hangs(evidence) || evidence.real_mode() || evidence.course().tail.empty()) return std::nullopt;
  const Pic8259Pair::Chip& chip = evidence.pc.chips().pic.state().primary;
  const auto service = in_service(chip, 0);
  if (!service || chip.vector_base != kBiosVectors) return std::nullopt;
  return Answer{
      fmt::format("In protected mode {} comes as interrupt {:02X}h, which is {}: the 8259 still has the BIOS's "
                  "vectors, 08h-0Fh. Move them to 20h-2Fh (ICW1 to ICW4) before STI, and let the handler end with an "
                  "EOI.",
                  irq_words(service->irq), service->vector,
                  service->vector == kBiosVectors ? "the double fault's" : "an exception's"),
      {}};
}

constexpr std::array<Rule, 5> kRules = {{
    {{"irq-as-exception", "an IRQ in protected mode comes by an exception's vector"}, as_exception},
    {{"no-iret", "an interrupt handler ends with RET"}, no_iret},
    {{"no-eoi", "an interrupt handler sends no EOI"}, no_eoi},
    {{"vector-address", "a handler's address is written to another vector"}, wrong_vector},
    {{"vector-exchanged", "a vector has offset and segment exchanged"}, exchanged_vector},
}};

}  // namespace

std::span<const Rule> interrupt_rules() { return kRules; }

}  // namespace bootsim::diagnosing
