// Which mode the CPU was in when, as far as anybody looked.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "emu/machine.h"

namespace debugger {

/// Several modes: bits 1 << emu::CpuMode.
using ModeSet = std::uint8_t;
constexpr ModeSet mode_bit(emu::CpuMode mode) { return static_cast<ModeSet>(1U << static_cast<unsigned>(mode)); }

/// The CPU was seen at `from`, at `to` and maybe in between, and each time in one of `modes`.
struct ModeStretch {
  emu::Nanoseconds from = 0, to = 0;
  ModeSet modes = 0;
};

/// Ascending, without overlap. In the gap between two, the CPU went from the modes of one to those of the other: nobody
/// saw when. Loaders change to real mode and back for each BIOS call, which is too short for looks from time to time:
/// whoever keeps such a log says saw() of the calls' own instants, too.
class ModeLog {
 public:
  /// Beyond `most` stretches, short neighbours become one that has the modes of both.
  explicit ModeLog(std::size_t most = 100'000) : most_(most) {}
  /// What is earlier than the last look is known already, and not taken again.
  void saw(emu::Nanoseconds time, emu::CpuMode mode);
  /// Something else will happen after `now` than was seen.
  void forget_after(emu::Nanoseconds now);

  std::span<const ModeStretch> stretches() const { return stretches_; }
  /// Another number: earlier stretches are not what they were. With the same one, the last may have grown and others
  /// followed.
  std::uint64_t generation() const { return generation_; }

 private:
  void thin_out();

  std::vector<ModeStretch> stretches_;
  std::size_t most_;
  emu::Nanoseconds shortest_ = 1000;  // what thin_out() makes of it
  std::uint64_t generation_ = 0;
};

/// All modes that the CPU may have been in at some time of `from`..`to`, by what was seen. After the last look: what
/// was seen then.
ModeSet modes_between(std::span<const ModeStretch> stretches, emu::Nanoseconds from, emu::Nanoseconds to);

}  // namespace debugger
