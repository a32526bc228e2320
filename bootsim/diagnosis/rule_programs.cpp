// Programs that come back, run on, were written over, or stop where they meant to wait.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/trail.h"
#include "bootsim/diagnosis/words.h"
#include "debugger/files/fat_bpb.h"

namespace bootsim::diagnosing {
namespace {

using bios::low_memory::kBootSector, bios::low_memory::kBootSectorEnd, bios::low_memory::kMegabyte;

bool hangs(const Evidence& evidence) {
  const int exit = evidence.result.exit;
  return (exit == exit_code::kNotReached || exit == exit_code::kLimit) && !evidence.bios_refused() &&
         !evidence.fatal_read() && !evidence.reading() && !evidence.pc.machine().waiting_in_bios();
}

bool in_boot_sector(const Step& step) { return step.linear() >= kBootSector && step.linear() < kBootSectorEnd; }

std::string step_words(const Step& step) {
  return fmt::format("\"{}\" at {:04X}:{:04X}", step.code.text, step.registers.cs(), step.registers.rip);
}

/// The guest's read that loaded the code of a step; null for the boot sector's and what was moved.
const DiskCall* load_of(const Evidence& evidence, const Step& step) {
  if (in_boot_sector(step) || step.linear() >= kMegabyte) return nullptr;
  const auto origin = evidence.origin(static_cast<std::uint32_t>(step.linear()));
  return origin && origin->call && !origin->moved && !origin->call->by_bios() ? origin->call : nullptr;
}

// --- Programs that come back.

std::optional<Answer> came_back(const Evidence& evidence) {
  const Course& course = evidence.course();
  if (!hangs(evidence) || !course.last() || !in_boot_sector(*course.last())) return std::nullopt;
  const auto& tail = course.tail;
  std::size_t back = tail.size() - 1;
  while (back > 0 && in_boot_sector(tail[back])) --back;
  const DiskCall* load = load_of(evidence, tail[back]);
  if (!load || tail[back].code.flow != debugger::Flow::kReturn) return std::nullopt;
  std::string from;
  for (std::size_t i = back; i-- > 0;) {
    if (!in_boot_sector(tail[i]) || tail[i].code.flow != debugger::Flow::kCall) continue;
    from = fmt::format(", called by {},", step_words(tail[i]));
    break;
  }
  const bool halted = evidence.result.message.find("halted") != std::string::npos;
  return Answer{
      fmt::format("What call {} loaded{} comes back with {}, and the boot sector {} at {:04X}:{:04X}. Is what lies "
                  "first in it its entry point (the first function of the first object file, unless a linker script "
                  "says otherwise)?",
                  load->number, from, step_words(tail[back]), halted ? "halts" : "loops for ever",
                  course.last()->registers.cs(), course.last()->registers.rip),
      {load->number}};
}

// --- Code that was written over.

std::string bytes_words(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (const std::uint8_t b : bytes.first(std::min(kMost, bytes.size())))
    text += fmt::format("{}{:02X}", text.empty() ? "" : " ", b);
  return text;
}

/// " INT 15h/E820h …" when the memory map was asked for: its list is what most often grows over the code.
std::string memory_map_words(const Course& course) {
  const bool asked = std::any_of(course.calls.begin(), course.calls.end(),
                                 [](const Course::Called& call) { return call.vector == 0x15 && call.ax == 0xE820; });
  return asked ? " INT 15h/E820h writes its entries to ES:DI: does that loop end when EBX is 0 or CF is set?"
               : " Is a buffer, a table or the stack in its way?";
}

/// What the BIOS wrote for a call lies over the call's own return address.
std::optional<Answer> lost_return(const Evidence& evidence) {
  const auto& lost = evidence.course().lost;
  if (!lost || (!evidence.crashed() && !hangs(evidence))) return std::nullopt;
  return Answer{
      fmt::format("The call {} (AX={:04X}h) does not come back to its place: its return address, on the stack below "
                  "SS:SP {}, has been written over. The BIOS writes to ES:DI, which was {:04X}:{:04X}.{}",
                  step_words(*lost), lost->registers.ax(), far_words(lost->registers.ss_sp()), lost->registers.es(),
                  static_cast<std::uint16_t>(lost->registers[emu::Gpr::kDi]), memory_map_words(evidence.course())),
      {}};
}

/// Instructions that ran whose first byte is another than the medium's: patched operands keep theirs.
std::optional<Answer> written_over(const Evidence& evidence) {
  if (auto answer = lost_return(evidence)) return answer;
  if (!evidence.code_failed() || !(evidence.crashed() || hangs(evidence)) || !evidence.real_mode()) return std::nullopt;
  for (const Step& step : evidence.course().changed) {
    const std::uint64_t linear = step.linear();
    if (step.mode != emu::CpuMode::kReal || linear < bios::low_memory::kBdaEnd) continue;
    const auto origin = evidence.origin(static_cast<std::uint32_t>(linear));
    if (!origin || !origin->call || origin->moved) continue;
    const auto loaded = evidence.sectors(origin->drive, origin->lba, 4096);
    const auto code = step.code.code();
    if (origin->offset + code.size() > loaded.size() || loaded[origin->offset] == code[0]) continue;
    return Answer{
        fmt::format("The code at {} has been written over: there is {}, and call {} loaded {} there from {}.{}",
                    far_words(step.place), bytes_words(code), origin->call->number,
                    bytes_words(std::span(loaded).subspan(origin->offset, code.size())),
                    origin_words(evidence, *origin), memory_map_words(evidence.course())),
        {origin->call->number}};
  }
  return std::nullopt;
}

/// The first instruction is no jump, and the parameters of a FAT volume lie behind it.
std::optional<Answer> ran_bpb(const Evidence& evidence) {
  constexpr std::uint8_t kJmpShort = 0xEB, kJmpNear = 0xE9;
  constexpr std::uint64_t kBpb = kBootSector + 0x0B, kBpbEnd = kBootSector + 0x3E;
  if (evidence.bios_refused() || !(evidence.crashed() || hangs(evidence))) return std::nullopt;
  const auto sector = evidence.sectors(evidence.boot_drive(), 0, devices::media::kSectorSize);
  if (sector[0] == kJmpShort || sector[0] == kJmpNear || !debugger::files::parse_fat_bpb(sector)) return std::nullopt;
  const auto& head = evidence.course().head;
  const auto in_bpb = std::find_if(head.begin(), head.end(),
                                   [](const Step& step) { return step.linear() >= kBpb && step.linear() < kBpbEnd; });
  if (in_bpb == head.end()) return std::nullopt;
  return Answer{
      fmt::format("The boot sector has a BPB at offset 0Bh, and its code does not jump over it: at {} the CPU runs the "
                  "volume's parameters. Begin with JMP SHORT and NOP, and put the code at offset 3Eh (FAT32: 5Ah); "
                  "formatting, and some BIOSes, write bytes 0Bh to 3Dh.",
                  far_words(in_bpb->place)),
      evidence.first_call()};
}

// --- Into the vectors.

std::optional<Answer> into_vectors(const Evidence& evidence) {
  const auto& from = evidence.course().into_vectors;
  const bool flat = from && from->mode != emu::CpuMode::kReal;
  const bool ended = hangs(evidence) || evidence.result.exit == exit_code::kReset || (flat && evidence.crashed());
  if (!from || (evidence.crashed() && !flat) || evidence.bios_refused() || !ended) return std::nullopt;
  std::string why;
  if (from->code.flow == debugger::Flow::kReturn)
    why = fmt::format(
        " The word at SS:SP {} is no return address: every PUSH since the CALL needs its POP, and what nobody "
        "called cannot return.",
        far_words(from->registers.ss_sp()));
  else if (!from->code.memory.empty())
    why = taken_from_words(evidence, *from);
  return Answer{fmt::format("{} goes to below 0500h, where the BIOS's vectors and data are, and no code.{}",
                            step_words(*from), why),
                {}};
}

// --- Waiting with interrupts off.

std::optional<Answer> waits_deaf(const Evidence& evidence) {
  constexpr int kMost = 12;
  constexpr std::uint64_t kNear = 64;
  const auto& tail = evidence.course().tail;
  // The CPU is found behind the HLT that it rests in.
  const bool behind = tail.size() > 1 && tail[tail.size() - 2].code.flow == debugger::Flow::kHalt &&
                      tail[tail.size() - 2].linear() + 1 == tail.back().linear();
  const Step* last = behind ? &tail[tail.size() - 2] : evidence.course().last();
  if (evidence.result.exit != exit_code::kNotReached || !last || last->code.flow != debugger::Flow::kHalt ||
      (evidence.registers().rflags & emu::flag::kInterrupt) || last->linear() >= kMegabyte)
    return std::nullopt;
  debugger::Disassembler disassembler;
  std::uint64_t at = last->linear() + 1, offset = last->registers.rip + 1;
  for (int i = 0; i < kMost; ++i) {
    std::array<std::uint8_t, 15> bytes{};
    evidence.memory().read(emu::PhysAddr(at), bytes);
    const auto code = disassembler.decode(bytes, offset, debugger::code_size(last->registers, last->mode));
    const bool jumps = code.flow == debugger::Flow::kJump || code.flow == debugger::Flow::kBranch;
    if (jumps && code.target && *code.target <= last->registers.rip && last->registers.rip - *code.target < kNear) {
      if (i == 0) return std::nullopt;  // HLT and a jump back to it is how programs end
      return Answer{fmt::format("The HLT at {:04X}:{:04X} is in a loop that waits for something (\"{}\" behind it), "
                                "and interrupts are off (IF=0): nothing wakes the CPU. STI before HLT.",
                                last->registers.cs(), last->registers.rip, code.text),
                    {}};
    }
    if (code.flow == debugger::Flow::kJump || code.flow == debugger::Flow::kReturn ||
        code.flow == debugger::Flow::kInvalid)
      return std::nullopt;
    at += static_cast<std::uint64_t>(code.size);
    offset += static_cast<std::uint64_t>(code.size);
  }
  return std::nullopt;
}

// --- Calls that the BIOS refused.

std::string refusal_words(const Course::Called& call) {
  constexpr std::uint16_t kMap = 0xE820, kSetVbe = 0x4F02, kVbeInfo = 0x4F01;
  constexpr std::uint32_t kSmap = 0x534D4150;
  if (call.vector == 0x10 && (call.ax == kSetVbe || call.ax == kVbeInfo))
    return fmt::format(
        "AX={:04X}h instead of 004Fh; the mode was {:03X}h. INT 10h/4F00h gives the list of those that the card has",
        call.answer, (call.ax == kSetVbe ? call.bx : call.cx) & 0x1FF);
  if (call.vector == 0x10) return fmt::format("AX={:04X}h instead of 004Fh", call.answer);
  if (call.ax == kMap && call.edx != kSmap)
    return fmt::format("CF is set, for EDX is {:08X}h and must be 534D4150h (\"SMAP\")", call.edx);
  return fmt::format("CF is set, AH={:02X}h", call.answer >> 8);
}

std::optional<Answer> refused(const Evidence& evidence) {
  const auto& call = evidence.course().refused;
  if (!call || evidence.bios_refused() || evidence.fatal_read() || evidence.at_work() ||
      evidence.result.exit != exit_code::kNotReached)
    return std::nullopt;
  return Answer{
      fmt::format("The loader stops after a call that the BIOS refused: INT {:02X}h with AX={:04X}h at {} ({}).",
                  call->vector, call->ax, far_words(call->place), refusal_words(*call)),
      {}};
}

// --- The memory map.

/// INT 15h/E820h gives an entry at a time: EBX says which, and is 0 behind the last (ACPI 6.5, 15.1).
std::optional<Answer> endless_map(const Evidence& evidence) {
  constexpr std::uint64_t kMost = 256;  // no PC's map has so many entries
  constexpr std::uint16_t kMap = 0xE820;
  if (evidence.result.exit != exit_code::kLimit || !evidence.code_failed()) return std::nullopt;
  for (const Course::Called& call : evidence.course().calls) {
    if (call.vector != 0x15 || call.ax != kMap || call.times < kMost) continue;
    const bool always = call.anew == call.times;
    return Answer{
        fmt::format(
            "The code at {} asks for the memory map (INT 15h/E820h) again and again: {}.", far_words(call.place),
            always ? "EBX is 0 in every call, which asks for the first entry. Keep in EBX what the call gave, and "
                     "end the loop when that is 0, or CF is set"
                   : "EBX is 0 behind the last entry, and the list begins anew. End the loop when EBX is 0, or CF "
                     "is set"),
        {}};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 5> kRules = {{
    {{"runs-bpb", "a boot sector's code does not jump over its BPB"}, ran_bpb},
    {{"written-over", "code, or a return address, that was written over while it ran"}, written_over},
    {{"into-vectors", "a return or jump goes to the BIOS's vectors"}, into_vectors},
    {{"waits-deaf", "a loop waits by HLT with interrupts off"}, waits_deaf},
    {{"endless-map", "a loop asks for the memory map without end"}, endless_map},
}};
constexpr std::array<Rule, 2> kLast = {{
    {{"refused-call", "the loader stopped after a call that the BIOS refused"}, refused},
    {{"came-back", "a program that was loaded returns to the boot sector, which stops"}, came_back},
}};

}  // namespace

std::span<const Rule> program_rules() { return kRules; }
std::span<const Rule> program_end_rules() { return kLast; }

}  // namespace bootsim::diagnosing
