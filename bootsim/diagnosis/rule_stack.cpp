// A stack that is where it must not be.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

using bios::low_memory::kVideo;

const Step* last_in_real_mode(const Evidence& evidence) {
  const Step* last = evidence.crashed() ? evidence.course().last() : nullptr;
  return last && last->mode == emu::CpuMode::kReal ? last : nullptr;
}

/// In protected mode without paging: the last return took its address from no RAM.
std::optional<Answer> outside_ram(const Evidence& evidence) {
  const Course& course = evidence.course();
  if (!evidence.crashed() || evidence.real_mode() || course.paging) return std::nullopt;
  const auto step = std::find_if(course.tail.rbegin(), course.tail.rend(),
                                 [](const Step& s) { return s.code.flow == debugger::Flow::kReturn; });
  if (step == course.tail.rend() || step->mode == emu::CpuMode::kReal) return std::nullopt;
  const std::uint64_t top = step->registers[emu::Seg::kSs].base + step->registers[emu::Gpr::kSp];
  const bool no_ram = top >= evidence.options.memory, rom = top >= kVideo && top < bios::low_memory::kMegabyte;
  if (!no_ram && !rom) return std::nullopt;
  return Answer{
      fmt::format("\"{}\" at {:04X}:{:X} takes its address from the stack at SS:ESP {:04X}:{:X} (linear {:X}h), "
                  "where {}: what is pushed there is lost. Set ESP to the end of free RAM, such as 90000h.",
                  step->code.text, step->registers.cs(), step->registers.rip, step->registers[emu::Seg::kSs].selector,
                  step->registers[emu::Gpr::kSp], top,
                  no_ram ? fmt::format("the PC has no memory (it has {} MiB)", evidence.options.memory >> 20)
                         : std::string("video memory or ROM is")),
      {}};
}

std::optional<Answer> in_rom(const Evidence& evidence) {
  if (auto answer = outside_ram(evidence)) return answer;
  if (!last_in_real_mode(evidence)) return std::nullopt;
  // The last instruction may be far from home, but the stack was there when it was last used.
  for (auto step = evidence.course().tail.rbegin(); step != evidence.course().tail.rend(); ++step) {
    const std::uint32_t top = step->registers.ss_sp().linear();
    if (step->mode != emu::CpuMode::kReal || top < kVideo) continue;
    return Answer{
        fmt::format("The stack of {} is at SS:SP {} ({:05X}h), in {}: what is pushed there is lost, and returns go "
                    "astray. Set SS:SP to RAM below {:05X}h.",
                    far_words(step->place), far_words(step->registers.ss_sp()), top,
                    top >= 0xC0000 ? "ROM" : "video memory", kVideo),
        {}};
  }
  return std::nullopt;
}

/// The first of the last instructions that lies in what was pushed, and is no longer what was loaded there.
const Step* first_in_pushed(const Evidence& evidence) {
  const Course& course = evidence.course();
  for (const Step& step : course.tail) {
    if (!course.was_pushed(step.linear()) || step.linear() < 0x500) continue;
    const auto origin = evidence.origin(static_cast<std::uint32_t>(step.linear()));
    if (!origin || origin->moved) return &step;
    const auto loaded = evidence.sectors(origin->drive, origin->lba, 4096);
    const auto code = step.code.code();
    if (origin->offset + code.size() <= loaded.size() &&
        !std::equal(code.begin(), code.end(), loaded.begin() + origin->offset))
      return &step;
  }
  return nullptr;
}

std::optional<Answer> over_code(const Evidence& evidence) {
  if (!last_in_real_mode(evidence)) return std::nullopt;
  const Course& course = evidence.course();
  const Step* first = first_in_pushed(evidence);
  if (!first) return std::nullopt;
  const auto at = static_cast<std::uint32_t>(first->linear());
  const auto origin = evidence.origin(at);
  std::uint32_t top = at;
  while (course.was_pushed(top)) ++top;
  if (origin && origin->call && !origin->moved)
    return Answer{fmt::format("The stack, which went down from {:05X}h, has overwritten the code at {} (call {} loaded "
                              "it from {}): something pushes without end or calls itself, or SS:SP is too close above "
                              "the code.",
                              top, far_words(first->place), origin->call->number, origin_words(evidence, *origin)),
                  {origin->call->number}};
  return Answer{fmt::format("The CPU runs its own stack at {} (SS:SP went down from {:05X}h): a return or jump went to "
                            "an address that is none.",
                            far_words(first->place), top),
                {}};
}

/// RET took something else than a return address: what was pushed and not popped, or popped once too often.
std::optional<Answer> unbalanced(const Evidence& evidence) {
  if (!last_in_real_mode(evidence) || !evidence.course().whole) return std::nullopt;
  const auto& tail = evidence.course().tail;
  const auto sound = [&](const Step& step) {
    return step.linear() >= 0x500 && evidence.origin(static_cast<std::uint32_t>(step.linear())).has_value() &&
           !evidence.zeros(static_cast<std::uint32_t>(step.linear()), 4);
  };
  // The last step from sound code to elsewhere.
  for (std::size_t i = tail.size(); i-- > 1;) {
    const Step& from = tail[i - 1];
    const Step& to = tail[i];
    if (!sound(from)) continue;
    const bool near_return = from.code.mnemonic == "ret" || from.code.mnemonic == "retn";
    if (sound(to) || from.code.flow != debugger::Flow::kReturn || !near_return) return std::nullopt;
    return Answer{fmt::format("The RET at {} returns to {}, which no CALL left there: the word at SS:SP {} is another "
                              "one. Every PUSH since the CALL needs its POP, and SS:SP must not change in between.",
                              far_words(from.place), far_words(to.place), far_words(from.registers.ss_sp())),
                  {}};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 3> kRules = {{
    {{"stack-in-rom", "the stack is in ROM, in video memory, or where no memory is"}, in_rom},
    {{"stack-overran", "the stack has grown into the code"}, over_code},
    {{"stack-unbalanced", "a RET takes what is no return address"}, unbalanced},
}};

}  // namespace

std::span<const Rule> stack_rules() { return kRules; }

}  // namespace bootsim::diagnosing
