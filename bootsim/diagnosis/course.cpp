#include "bootsim/diagnosis/course.h"

#include <algorithm>
#include <utility>

#include "bios/low_memory.h"
#include "bios/rom_labels.h"
#include "bootsim/attach.h"
#include "bootsim/diagnosis/replay.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

using debugger::Instruction;

/// Whoever reads more is no boot sector that one can follow step by step.
constexpr std::uint64_t kMostCalls = 256, kMostSectors = 2048;
constexpr std::uint64_t kMostSteps = 150'000, kTailSteps = 3'000;
constexpr std::size_t kTail = 256, kHead = 16, kMostChanged = 16, kMostTexts = 64, kMostInterrupts = 64;
constexpr std::uint64_t kMegabyte = 0x100000;
using bios::low_memory::kBdaEnd, bios::low_memory::kBootSector, bios::low_memory::kBootSectorEnd;
constexpr std::uint16_t kVideoRom = 0xC000;
/// Of virtual time: some thousand instructions before the end.
constexpr emu::Nanoseconds kBeforeEnd = 5 * emu::kMicrosecond;

class Follower {
 public:
  Follower(emu::Machine& machine, Course& course) : machine_(machine), course_(course) {
    course_.pushed.assign(kMegabyte, false);
  }

  /// Until `most` instructions ran, or the machine stops. `rests`: a jump to itself is the boot's end.
  void go(std::uint64_t most, bool rests = false) {
    constexpr std::uint64_t kRestsAfter = 1'000;
    for (std::uint64_t steps = 0; steps < most; ++steps) {
      look();
      if (rests && resting_ >= kRestsAfter) {
        course_.whole = true;
        return;
      }
      const emu::StopReason reason = machine_.step();
      if (reason == emu::StopReason::kPosition) continue;
      course_.whole = reason != emu::StopReason::kRequested;  // which ends the wait in a HLT
      look();                                                 // where it stopped, before or in an instruction
      return;
    }
  }

 private:
  /// Decodes once: loops come by often.
  const Instruction& decoded(std::uint64_t linear, const emu::Registers& registers, debugger::CodeSize size) {
    std::array<std::uint8_t, 15> bytes{};
    machine_.memory().read(emu::PhysAddr(linear), bytes);
    Instruction& known = known_[linear];
    if (!known.text.empty() && std::equal(known.code().begin(), known.code().end(), bytes.begin())) return known;
    fresh_ = true;
    changed_ = !known.text.empty() && known.bytes[0] != bytes[0];
    known = disassembler_.decode(bytes, registers.rip, size);
    return known;
  }

  void look() {
    const emu::Registers registers = machine_.registers();
    const emu::CpuMode mode = machine_.mode();
    const bool real = mode == emu::CpuMode::kReal;
    if (real && registers.cs() >= kVideoRom) return;  // the BIOS, and the display's ROM
    const std::uint64_t linear = registers[emu::Seg::kCs].base + registers.rip;
    const Instruction& code = decoded(linear, registers, debugger::code_size(registers, mode));
    if (course_.tail.empty() || course_.tail.back().linear() != linear ||
        course_.tail.back().code.bytes != code.bytes) {
      course_.tail.push_back({registers.cs_ip(), registers, mode, code});
      if (course_.tail.size() > kTail) course_.tail.pop_front();
      if (course_.head.size() < kHead) course_.head.push_back(course_.tail.back());
    }
    // What the stack has overwritten is another rule's.
    if (std::exchange(changed_, false) && !course_.was_pushed(linear) && course_.changed.size() < kMostChanged)
      course_.changed.push_back(course_.tail.back());
    if (std::exchange(fresh_, false)) see_arrival_in_text(linear, registers);
    const bool rest = code.flow == debugger::Flow::kJump && code.target == code.offset;
    resting_ = rest ? resting_ + 1 : 0;
    if (!real) {
      see_mode(course_.tail.back());
      course_.into_text.reset();
    }
    if (!course_.paging && sets_paging(code, registers)) course_.paging = course_.tail.back();
    see_screen(code, registers);
    see_arrival(linear, registers, real);
    if (!course_.left && (linear < kBootSector || linear >= kBootSectorEnd)) course_.left = registers.cs_ip();
    see_ports(code, registers);
    if (!course_.paging) see_text(code, registers, real);
    if (!real) return;
    see_stack(code, registers);
    if (code.mnemonic == "cmp" && !code.memory.empty() && code.immediate) see_compare(code, registers);
    if (code.interrupt) see_call(linear, code, registers);
  }

  // --- Calls of the BIOS.

  void see_call(std::uint64_t linear, const Instruction& code, const emu::Registers& registers) {
    asked_ = Course::Called{
        registers.cs_ip(), *code.interrupt, registers.ax(), registers.bx(), registers.cx(), registers.edx(), 0};
    answered_at_ = linear + static_cast<std::uint64_t>(code.size);
    asked_->anew = registers.ebx() == 0;
    course_.into_text.reset();  // who calls the BIOS has not lost its way: letters may be code, too
    const auto [known, first] = called_.emplace(linear, course_.calls.size());
    if (!first && known->second < course_.calls.size()) {
      ++course_.calls[known->second].times;
      course_.calls[known->second].anew += asked_->anew;
    }
    if (first && course_.calls.size() < kMostInterrupts) course_.calls.push_back(*asked_);
    see_copy(registers);
    constexpr std::uint8_t kVideo = 0x10, kKeys = 0x16, kSetMode = 0, kVbe = 0x4F;
    const bool says = *code.interrupt == kVideo && registers.ah() != kVbe;
    if (!says && *code.interrupt != kKeys) course_.refused.reset();
    constexpr std::uint16_t kVbeSetMode = 0x4F02;
    if (asked_->vector == kVideo && (registers.ah() == kSetMode || registers.ax() == kVbeSetMode))
      for (const auto window : {Course::kGraphics, Course::kMono, Course::kColour}) course_.drawn[window].reset();
  }

  /// INT 15h/87h: source and destination are the third and fourth descriptor of the table at ES:SI (RBIL).
  void see_copy(const emu::Registers& registers) {
    constexpr std::uint8_t kSystem = 0x15, kMove = 0x87;
    constexpr std::uint16_t kSource = 0x10, kDestination = 0x18;
    if (asked_->vector != kSystem || registers.ah() != kMove || course_.copies.size() >= kMostInterrupts) return;
    const emu::FarPtr table{registers.es(), static_cast<std::uint16_t>(registers[emu::Gpr::kSi])};
    const auto base = [&](std::uint16_t at) {
      const auto low = machine_.memory().read<std::uint32_t>(table.plus(at + 2));
      const auto high = machine_.memory().read<std::uint8_t>(table.plus(at + 7));
      return (low & 0xFFFFFF) | std::uint32_t{high} << 24;
    };
    course_.copies.push_back(
        {registers.cs_ip(), table, base(kSource), base(kDestination), std::uint32_t{registers.cx()} * 2});
  }

  /// The BIOS has answered: VBE by AX (VBE 3.0, "Function return values"), INT 15h by CF.
  void see_answer(std::uint64_t linear, const emu::Registers& registers) {
    if (!asked_ || linear != answered_at_) return;
    constexpr std::uint8_t kVideo = 0x10, kSystem = 0x15, kVbe = 0x4F;
    constexpr std::uint16_t kVbeWell = 0x004F;
    asked_->answer = registers.ax();
    const bool vbe = asked_->vector == kVideo && asked_->ax >> 8 == kVbe;
    const bool refused =
        vbe ? registers.ax() != kVbeWell : asked_->vector == kSystem && (registers.rflags & emu::flag::kCarry);
    if (refused) course_.refused = asked_;
    asked_.reset();
  }

  /// INT 10h or 15h has come back elsewhere, and that is no handler's beginning.
  void see_lost(std::uint64_t linear, const emu::Registers& registers) {
    constexpr std::uint8_t kVideo = 0x10, kSystem = 0x15;
    if (!asked_ || linear == answered_at_ || course_.lost || course_.tail.size() < 2) return;
    const Step& before = course_.tail[course_.tail.size() - 2];
    const std::uint32_t here = std::uint32_t{registers.cs()} << 16 | static_cast<std::uint16_t>(registers.rip);
    constexpr std::uint64_t kVectors = 256;
    for (std::uint64_t vector = 0; vector < kVectors; ++vector) {
      if (machine_.memory().read<std::uint32_t>(emu::PhysAddr(vector * 4)) == here) return;
    }
    if (before.code.interrupt == kVideo || before.code.interrupt == kSystem) course_.lost = before;
    asked_.reset();
  }

  /// From the program into the BIOS's vectors and data, where no code is.
  void see_arrival(std::uint64_t linear, const emu::Registers& registers, bool real) {
    if (real) {
      see_lost(linear, registers);
      see_answer(linear, registers);
    }
    if (course_.into_vectors || course_.paging || course_.tail.size() < 2 || linear >= kBdaEnd) return;
    const Step& before = course_.tail[course_.tail.size() - 2];
    if (before.linear() >= kBdaEnd) course_.into_vectors = before;
  }

  // --- The screen.

  void see_screen(const Instruction& code, const emu::Registers& registers) {
    constexpr std::uint64_t kPage = 80 * 25 * 2;
    struct Range {
      std::uint64_t begin, end;
    };
    constexpr std::array<Range, Course::kWindows> kRanges = {{{0xA0000, 0xB0000},
                                                              {0xB0000, 0xB8000},
                                                              {0xB8000, 0xC0000},
                                                              {0xB800, 0xB800 + kPage},
                                                              {0x80000, 0x80000 + kPage}}};
    for (const debugger::MemoryOperand& operand : code.memory) {
      if (!operand.writes) continue;
      const auto address = debugger::effective_address(operand, registers, registers.rip + code.size);
      const std::uint64_t linear = address.linear;
      for (std::size_t i = 0; i < kRanges.size(); ++i) {
        if (linear >= kRanges[i].begin && linear < kRanges[i].end && !course_.drawn[i])
          course_.drawn[i] = Course::Drawn{registers.cs_ip(), linear, linear - address.offset};
      }
    }
  }

  /// MOV CR0 (Intel SDM vol. 2: 0F 22 /r) of a value with bit 31.
  static bool sets_paging(const Instruction& code, const emu::Registers& registers) {
    const auto bytes = code.code();
    const std::size_t at = !bytes.empty() && bytes[0] == 0x66 ? 1 : 0;
    if (bytes.size() < at + 3 || bytes[at] != 0x0F || bytes[at + 1] != 0x22 || (bytes[at + 2] >> 3 & 7) != 0)
      return false;
    return registers.gpr[bytes[at + 2] & 7] & emu::cr0::kPaging;
  }

  void see_mode(const Step& step) {
    if (!course_.protected_first) course_.protected_first = step;
    if (!course_.protected_far && step.place.seg != course_.protected_first->place.seg) course_.protected_far = step;
  }

  void see_ports(const Instruction& code, const emu::Registers& registers) {
    if (!code.in && !code.out) return;
    Course::PortUse& use = course_.ports[code.port.value_or(registers.dx())];
    use.place = registers.cs_ip();
    ++(code.in ? use.reads : use.writes);
  }

  void see_stack(const Instruction& code, const emu::Registers& registers) {
    constexpr std::uint32_t kWord = 2, kFar = 4, kAll = 16;
    const bool push = code.mnemonic.starts_with("push");
    if (!push && code.flow != debugger::Flow::kCall) return;
    constexpr std::uint8_t kOperandSize = 0x66;
    const std::uint32_t wide = code.bytes[0] == kOperandSize ? 2 : 1;
    const std::uint32_t size = wide * (code.mnemonic.starts_with("pusha") ? kAll : code.target_cs ? kFar : kWord);
    for (std::uint32_t i = 1; i <= size; ++i) {
      const std::uint32_t at = registers.ss_sp().plus(static_cast<std::uint16_t>(-i)).linear();
      if (at < course_.pushed.size()) course_.pushed[at] = true;
    }
  }

  void see_text(const Instruction& code, const emu::Registers& registers, bool real) {
    const bool lods = code.mnemonic.starts_with("lods");
    const bool load = (code.mnemonic == "mov" || code.mnemonic == "movzx") && code.memory.size() == 1 &&
                      code.memory[0].reads && code.memory[0].size == 1 && code.memory[0].base &&
                      !code.memory[0].index && code.memory[0].displacement == 0;
    if (!(lods || load) || code.memory.empty()) return;
    const auto address = debugger::effective_address(code.memory[0], registers, 0);
    const bool follows =
        text_ && (address.linear == *text_ + 1 || address.linear + 1 == *text_ || address.linear == *text_);
    text_ = address.linear;
    if (follows && !course_.texts.empty()) ++course_.texts.back().length;
    if (follows || course_.texts.size() >= kMostTexts) return;
    Course::Text text;
    text.place = registers.cs_ip();
    text.source = {address.selector, static_cast<std::uint16_t>(address.offset)};
    text.code = registers[emu::Seg::kCs].base + registers.rip;
    text.linear = address.linear;
    text.offset = address.offset;
    text.real = real;
    text.down = lods && (registers.rflags & emu::flag::kDirection) != 0;
    course_.texts.push_back(text);
  }

  /// The instruction before ends where a string begins, or branches to it.
  void see_arrival_in_text(std::uint64_t linear, const emu::Registers& registers) {
    constexpr std::size_t kShortest = 6;  // code is not as long by chance
    if (course_.into_text || course_.tail.size() < 2 || linear >= kMegabyte ||
        course_.tail.back().mode != emu::CpuMode::kReal)
      return;
    const Step& before = course_.tail[course_.tail.size() - 2];
    const bool ran_on = before.linear() + static_cast<std::uint64_t>(before.code.size) == linear &&
                        before.code.flow != debugger::Flow::kHalt;
    if (!ran_on && before.code.flow != debugger::Flow::kBranch) return;
    std::string text = string_at(machine_.memory(), static_cast<std::uint32_t>(linear), kShortest);
    if (!text.empty()) course_.into_text = Course::IntoText{before, registers.cs_ip(), std::move(text)};
  }

  void see_compare(const Instruction& code, const emu::Registers& registers) {
    const auto address = debugger::effective_address(code.memory[0], registers, 0);
    const int size = code.memory[0].size;
    if (size < 1 || size > 4 || address.linear + 4 > kMegabyte) return;
    const std::uint64_t mask = (std::uint64_t{1} << (8 * size)) - 1;
    const std::uint64_t there = machine_.memory().read<std::uint32_t>(emu::PhysAddr(address.linear));
    course_.compared = Course::Compared{
        registers.cs_ip(),     code.text, static_cast<std::uint32_t>(address.linear), size, there & mask,
        *code.immediate & mask};
  }

  emu::Machine& machine_;
  Course& course_;
  debugger::Disassembler disassembler_;
  std::map<std::uint64_t, Instruction> known_;
  std::map<std::uint64_t, std::size_t> called_;  ///< by place; the index of its call
  std::uint64_t resting_ = 0;                    ///< how often a jump to itself ran last
  bool fresh_ = false;                           ///< the instruction at hand is seen for the first time
  bool changed_ = false;                         ///< the instruction at hand has another opcode than before
  std::optional<Course::Called> asked_;          ///< a call that the BIOS has not come back from
  std::uint64_t answered_at_ = 0;
  std::optional<std::uint64_t> text_;  ///< where the last one was read
};

bool small(const Evidence& evidence) {
  return !evidence.bios_refused() && evidence.result.disk_calls <= kMostCalls &&
         evidence.result.sectors <= kMostSectors;
}

emu::Nanoseconds end_of(const Evidence& evidence) {
  return std::min(evidence.result.virtual_time, evidence.options.limit);
}

/// A step into a HLT that nothing ends would take for ever.
void stop_at(emu::Machine& machine, emu::Nanoseconds end) {
  machine.watch(emu::kMillisecond, [&machine, end] {
    if (machine.clock().now() >= end) machine.request_stop();
  });
}

/// The end of a boot that ran longer than can be followed.
std::deque<Step> tail_of(const Evidence& evidence) {
  Course course;
  Replay replay(evidence);
  emu::Machine& machine = replay.machine();
  const emu::Nanoseconds end = end_of(evidence);
  if (machine.run(end - std::min(end, kBeforeEnd)) != emu::StopReason::kTimeLimit) return {};
  stop_at(machine, end);
  Follower(machine, course).go(kTailSteps);
  return course.tail;
}

}  // namespace

std::shared_ptr<const Course> follow_course(const Evidence& evidence) {
  auto course = std::make_shared<Course>();
  if (!Replay::possible(evidence) || !small(evidence)) return course;
  Replay replay(evidence);
  emu::Machine& machine = replay.machine();
  machine.add_breakpoint(kBootSector);
  if (machine.run(end_of(evidence)) != emu::StopReason::kBreakpoint) return course;
  machine.remove_breakpoint(kBootSector);
  stop_at(machine, end_of(evidence));
  Follower(machine, *course).go(kMostSteps, evidence.result.exit == exit_code::kNotReached);
  if (!course->whole) course->tail = tail_of(evidence);
  return course;
}

}  // namespace bootsim::diagnosing
