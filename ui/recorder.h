// What the window wants to know of a run besides the disk calls: other BIOS calls, the CPU's modes, pictures of the
// screen.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "debugger/call_words.h"
#include "debugger/mode_log.h"
#include "devices/image.h"
#include "devices/vga.h"
#include "emu/call_tracker.h"
#include "emu/machine.h"

namespace ui {

/// A BIOS call that is no disk call, or a row of the same one: loops that poll the keyboard make millions.
struct OtherCall {
  emu::InterruptCall call;  ///< the first of them, as it ended
  debugger::DescribedCall described;
  std::uint64_t repeats = 0;  ///< further calls alike: vector, AX, caller
  emu::Nanoseconds last = 0;  ///< when the last of them began
};

/// What the screen showed from about `time` on, small.
struct Picture {
  emu::Nanoseconds time = 0;
  devices::Image image;
};

/// Sees a PC from its start. What it has once seen of a time it does not take down again when time passes there again,
/// because that will be the same.
class Recorder : private emu::CallObserver {
 public:
  /// Both must outlive it; the machine has not run.
  Recorder(emu::Machine& machine, const devices::Vga& vga, debugger::DriveFacts& drives);

  std::span<const OtherCall> calls() const { return calls_; }
  /// Calls beyond the most that are kept.
  std::uint64_t dropped() const { return dropped_; }
  /// The CPU is looked at when a BIOS call begins and ends, and so often in between.
  static constexpr emu::Nanoseconds kModeSpacing = 10 * emu::kMicrosecond;
  const debugger::ModeLog& modes() const { return modes_; }
  std::span<const Picture> pictures() const { return pictures_; }
  /// Other things will happen after `now` than were seen.
  void forget_after(emu::Nanoseconds now);

 private:
  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;
  void time_went_back(emu::Nanoseconds now, std::uint64_t next_sequence) override;
  void look_at_mode(emu::Nanoseconds time) { modes_.saw(time, machine_.mode()); }
  void look_at_screen();

  emu::Machine& machine_;
  const devices::Vga& vga_;
  debugger::DriveFacts& drives_;
  std::vector<OtherCall> calls_;
  debugger::ModeLog modes_;
  std::vector<Picture> pictures_;
  std::uint64_t dropped_ = 0;
  emu::Nanoseconds seen_until_ = -1;  // all before this has been taken down
  emu::Nanoseconds picture_spacing_;  // between two pictures, at least
  std::uint64_t fingerprint_ = 0;     // of the last picture
};

}  // namespace ui
