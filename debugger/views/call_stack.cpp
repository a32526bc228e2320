#include "debugger/views/call_stack.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "debugger/cpu_mode.h"
#include "debugger/machine_names.h"

namespace debugger::views {
namespace {

constexpr std::size_t kMostFrames = 32;
constexpr std::uint32_t kInterruptsOn = 0x200;
constexpr std::uint32_t kAlwaysSet = 2, kAlwaysClear = 0x8028;  // FLAGS bits 1; 15, 5 and 3 (SDM vol. 1, figure 3-8)

class Unwinder {
 public:
  Unwinder(const emu::Machine& machine, Disassembler& disassembler, const Symbols& symbols, bool irqs)
      : irqs_(irqs),
        machine_(machine),
        disassembler_(disassembler),
        symbols_(symbols),
        registers_(machine.registers()),
        size_(code_size(machine)) {}

  std::vector<Frame> unwind(std::uint64_t depth) {
    std::vector<Frame> frames = {
        {.cs = registers_.cs(), .offset = registers_.rip, .words = name(registers_.cs(), registers_.rip)}};
    const std::uint64_t word = size_ == CodeSize::k16 ? 2 : size_ == CodeSize::k32 ? 4 : 8;
    const emu::Segment& ss = registers_[emu::Seg::kSs];
    const std::uint64_t sp = size_ == CodeSize::k16 ? registers_.sp() : registers_[emu::Gpr::kSp];
    std::uint16_t cs = registers_.cs();
    for (std::uint64_t at = 0; at + word <= depth && frames.size() < kMostFrames;) {
      if (size_ == CodeSize::k16 && sp + at + 6 > 0x10000) break;  // the segment ends
      const std::uint64_t where = ss.base + sp + at;
      if (auto frame = frame_at(where, word, cs); frame && frame->kind == Frame::Kind::kIrq) {
        at += word;  // it may well be none
        frames.push_back(std::move(*frame));
      } else if (frame) {
        at += frame->kind == Frame::Kind::kInterrupt ? 3 * word
              : frame->kind == Frame::Kind::kFarCall ? 2 * word
                                                     : word;
        cs = frame->cs;
        frames.push_back(std::move(*frame));
      } else {
        at += word;
      }
    }
    for (Frame& frame : frames) frame.code = code_space_of(machine_, frame.cs);
    return frames;
  }

 private:
  std::uint64_t value(std::uint64_t linear, std::uint64_t size) const {
    std::array<std::uint8_t, 8> bytes{};
    if (!read_linear(machine_, linear, std::span(bytes).first(size))) return 0;
    std::uint64_t result = 0;
    for (std::size_t i = size; i-- > 0;) result = result << 8 | bytes[i];
    return result;
  }

  std::optional<Frame> frame_at(std::uint64_t where, std::uint64_t word, std::uint16_t cs) {
    const std::uint64_t offset = value(where, word);
    const auto far_cs = static_cast<std::uint16_t>(value(where + word, word));
    const auto flags = static_cast<std::uint32_t>(value(where + 2 * word, word));
    const bool flag_like = (flags & kAlwaysSet) && !(flags & kAlwaysClear);
    if (flag_like) {
      if (auto f = caller(far_cs, offset, Frame::Kind::kInterrupt, where)) return f;
    }
    if (auto f = caller(far_cs, offset, Frame::Kind::kFarCall, where)) return f;
    if (auto f = caller(cs, offset, Frame::Kind::kNearCall, where)) return f;
    const auto resumes =
        irqs_ && flag_like && (flags & kInterruptsOn) ? linear_address(machine_, far_cs, offset) : std::nullopt;
    if (!resumes) return std::nullopt;
    return Frame{
        .kind = Frame::Kind::kIrq, .cs = far_cs, .offset = offset, .stack = where, .words = {}, .resumes = *resumes};
  }

  /// The instruction that ends at cs:offset, when it is the right one.
  std::optional<Frame> caller(std::uint16_t cs, std::uint64_t offset, Frame::Kind kind, std::uint64_t where) {
    const auto end = linear_address(machine_, cs, offset);
    if (!end || offset < 2) return std::nullopt;
    for (std::uint64_t back = 2; back <= std::min<std::uint64_t>(7, offset); ++back) {
      std::array<std::uint8_t, 7> bytes{};
      const std::span code = std::span(bytes).first(back);
      if (!read_linear(machine_, *end - back, code)) continue;
      const Instruction i = disassembler_.decode(code, offset - back, size_);
      if (static_cast<std::uint64_t>(i.size) != back) continue;
      const bool far = i.target_cs || i.text.find("far") != std::string::npos;
      const bool matches = kind == Frame::Kind::kInterrupt
                               ? i.flow == Flow::kInterrupt || (i.flow == Flow::kCall && far)
                               : i.flow == Flow::kCall && far == (kind == Frame::Kind::kFarCall);
      if (!matches) continue;
      std::string words = i.interrupt ? fmt::format("INT {:02X}h", *i.interrupt) : i.text;
      if (const std::string symbol = name(cs, offset - back); !symbol.empty()) words += " in " + symbol;
      return Frame{
          .kind = kind, .cs = cs, .offset = offset - back, .stack = where, .words = std::move(words), .resumes = *end};
    }
    return std::nullopt;
  }

  std::string name(std::uint16_t cs, std::uint64_t offset) const {
    const auto linear = linear_address(machine_, cs, offset);
    return linear ? symbols_.describe(*linear) : std::string();
  }

  bool irqs_;
  const emu::Machine& machine_;
  Disassembler& disassembler_;
  const Symbols& symbols_;
  emu::Registers registers_;
  CodeSize size_;
};

}  // namespace

std::vector<Frame> call_stack(const emu::Machine& machine, Disassembler& disassembler, const Symbols& symbols,
                              std::uint64_t depth) {
  return Unwinder(machine, disassembler, symbols, false).unwind(depth);
}

std::vector<Frame> entry_candidates(const emu::Machine& machine, Disassembler& disassembler, const Symbols& symbols,
                                    std::uint64_t depth) {
  auto frames = Unwinder(machine, disassembler, symbols, true).unwind(depth);
  frames.erase(frames.begin());  // where it stands
  return frames;
}

namespace {

std::string place_words(const Frame& f) {
  return fmt::format("{:04X}:{:0{}X}", f.cs, f.offset, f.offset > 0xFFFF ? 8 : 4);
}

void add_modes_before(Debugger& debugger, std::vector<Frame>& frames, std::uint64_t depth, int most) {
  const bool called =
      debugger.machine().mode() == emu::CpuMode::kReal;  // by whom it was entered; other modes may be returned to
  std::vector<Frame> outer;
  const auto entry = debugger.visit_mode_entry([&] {
    outer = call_stack(debugger.machine(), debugger.disassembler(), debugger.symbols(), depth);
    outer.front().kind = Frame::Kind::kMode;
    if (outer.size() == 1 && most > 1) add_modes_before(debugger, outer, depth, most - 1);
  });
  if (!entry) return;
  Frame& change = outer.front();
  change.words = fmt::format("entered from {} at {}{}{}", mode_words(entry->from), place_words(change),
                             change.words.empty() ? "" : "  ", change.words);
  auto older = std::find_if(frames.begin() + 1, frames.end(), [&](const Frame& f) { return f.stack >= entry->stack; });
  if (!called && older != frames.end()) return;
  if (older != frames.end())
    outer.push_back({.kind = Frame::Kind::kMode, .words = "further up on the real-mode stack"});
  frames.insert(older, std::make_move_iterator(outer.begin()), std::make_move_iterator(outer.end()));
}

}  // namespace

std::vector<Frame> call_stack_across_modes(Debugger& debugger, std::uint64_t depth) {
  constexpr int kMostModes = 3;
  auto frames = call_stack(debugger.machine(), debugger.disassembler(), debugger.symbols(), depth);
  add_modes_before(debugger, frames, depth, kMostModes);
  return frames;
}

std::string to_text(const std::vector<Frame>& frames) {
  std::string text;
  int number = 0;
  for (const Frame& f : frames) {
    text += f.kind == Frame::Kind::kMode ? "-- " + f.words
                                         : fmt::format("#{:<2} {}  {}", number++, place_words(f), f.words);
    while (text.back() == ' ') text.pop_back();
    text += '\n';
  }
  return text;
}

}  // namespace debugger::views
