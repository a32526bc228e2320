#include "ui/panes/stack_view.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/core.h>

#include "debugger/machine_names.h"

namespace ui {
namespace {

namespace views = debugger::views;

constexpr std::size_t kStackBytes = 512;
/// A running guest may rewrite its vectors all the time.
constexpr int kCalmFrames = 20;

/// FNV-1a.
class Fingerprint {
 public:
  void add(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) value_ = (value_ ^ byte) * 0x100'0000'01B3;
  }
  void add(std::uint64_t number) { add(std::span(reinterpret_cast<const std::uint8_t*>(&number), sizeof number)); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xCBF2'9CE4'8422'2325;
};

int word_size(debugger::CodeSize size) {
  return size == debugger::CodeSize::k16 ? 2 : size == debugger::CodeSize::k32 ? 4 : 8;
}

std::uint64_t stack_offset(const emu::Registers& r, debugger::CodeSize size) {
  return size == debugger::CodeSize::k16 ? r.sp() : r[emu::Gpr::kSp];
}

/// What a frame has pushed, word by word.
std::span<const char* const> pushed(views::Frame::Kind kind) {
  static constexpr const char* kInterrupt[] = {"IP", "CS", "FLAGS"};
  switch (kind) {
    case views::Frame::Kind::kInterrupt:
    case views::Frame::Kind::kIrq: return kInterrupt;
    case views::Frame::Kind::kFarCall: return std::span(kInterrupt).first(2);
    case views::Frame::Kind::kNearCall: return std::span(kInterrupt).first(1);
    case views::Frame::Kind::kHere:
    case views::Frame::Kind::kMode: break;
  }
  return {};
}

/// Before now, as far as anybody looked.
bool was_protected(Boot& boot) {
  using debugger::mode_bit;
  constexpr debugger::ModeSet kReal = mode_bit(emu::CpuMode::kReal) | mode_bit(emu::CpuMode::kVm86);
  return (debugger::modes_between(boot.recorder().modes().stretches(), 0, boot.now()) & ~kReal) != 0;
}

}  // namespace

std::vector<VectorLine> vector_lines(std::vector<views::VectorRow> rows) {
  std::stable_partition(rows.begin(), rows.end(), [](const views::VectorRow& row) { return row.hooked; });
  std::vector<VectorLine> lines;
  for (views::VectorRow& row : rows) {
    int hop = 0;
    for (views::HookOwner& owner : row.chain)
      lines.push_back({.vector = row.vector,
                       .purpose = row.purpose,
                       .hop = hop++,
                       .hooked = row.hooked,
                       .owner = std::move(owner)});
  }
  return lines;
}

void StackView::update_stack(Boot& boot, const Moment& moment) {
  if (!moment.stopped() && known_) return;
  const emu::Machine& machine = boot.machine();
  const emu::Registers r = machine.registers();
  const debugger::CodeSize size = debugger::code_size(machine);
  std::array<std::uint8_t, kStackBytes> bytes{};
  debugger::read_linear(machine, r[emu::Seg::kSs].base + stack_offset(r, size), bytes);
  Fingerprint fingerprint;
  const auto now = static_cast<std::uint64_t>(boot.now());
  for (const std::uint64_t number : {r.rip, r[emu::Seg::kCs].base, r[emu::Seg::kSs].base, r[emu::Gpr::kSp], now})
    fingerprint.add(number);
  fingerprint.add(bytes);
  if (known_ && moment.stops == stops_ && fingerprint.value() == fingerprint_) return;
  fingerprint_ = fingerprint.value();
  stops_ = moment.stops;
  known_ = true;
  frames_ = views::call_stack(machine, boot.debugger().disassembler(), boot.debugger().symbols(), kStackBytes);
  entered_ = machine.mode() == emu::CpuMode::kReal && was_protected(boot);
  read_words(machine);
}

void StackView::read_words(const emu::Machine& machine) {
  words_.clear();
  const emu::Registers r = machine.registers();
  const debugger::CodeSize code = debugger::code_size(machine);
  const int size = word_size(code);
  const emu::Segment& ss = r[emu::Seg::kSs];
  std::uint64_t offset = stack_offset(r, code);
  for (std::size_t n = 0; n < kStackBytes / static_cast<std::size_t>(size);
       ++n, offset += static_cast<std::uint64_t>(size)) {
    if (code == debugger::CodeSize::k16 && offset + 2 > 0x10000) break;  // the segment ends
    StackWord word{
        .ss = r.ss(), .offset = offset, .linear = ss.base + offset, .value = 0, .size = size, .frame = -1, .words = {}};
    std::array<std::uint8_t, 8> bytes{};
    if (!debugger::read_linear(machine, word.linear, std::span(bytes).first(static_cast<std::size_t>(size)))) break;
    std::memcpy(&word.value, bytes.data(), sizeof word.value);
    words_.push_back(std::move(word));
  }
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const views::Frame& frame = frames_[i];
    const auto names = pushed(frame.kind);
    for (std::size_t n = 0; n < names.size(); ++n) {
      const std::uint64_t at = frame.stack + n * static_cast<std::uint64_t>(size);
      const auto word = std::find_if(words_.begin(), words_.end(), [&](const StackWord& w) { return w.linear == at; });
      if (word == words_.end()) continue;
      word->frame = static_cast<int>(i);
      word->words = n == 0 ? fmt::format("{} of {}", names[n], frame.words) : names[n];
    }
  }
}

void StackView::update_vectors(Boot& boot, const Moment& moment, bool hooked_only) {
  protected_mode_ = boot.machine().mode() != emu::CpuMode::kReal;
  const bool other = hooked_only != hooked_only_ || !vectors_known_;
  if (!other && !moment.stopped() && ++frames_since_ < kCalmFrames) return;
  frames_since_ = 0;
  std::array<std::uint8_t, 1024> table{};
  boot.machine().memory().read(emu::PhysAddr(0), table);
  if (!other && table == table_) return;
  table_ = table;
  hooked_only_ = hooked_only;
  vectors_known_ = true;
  vectors_ = vector_lines(views::ivt_view(boot.machine().memory(), boot.debugger().symbols(), hooked_only));
}

}  // namespace ui
