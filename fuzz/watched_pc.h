// A PC that is watched as a user would watch it: every call traced in every format, the screen read and painted. What
// it traces must be text.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bios/boot.h"
#include "bootsim/pc.h"
#include "debugger/drive_files.h"
#include "debugger/trace.h"

class WatchedPc {
 public:
  explicit WatchedPc(bootsim::PcOptions options) : pc_(std::move(options)), files_(pc_.bios().drives()) {
    using debugger::TraceFormat;
    for (const TraceFormat format : {TraceFormat::kText, TraceFormat::kJsonLines, TraceFormat::kPerfetto}) {
      const debugger::Trace::Options trace{.format = format, .vectors = std::bitset<256>().set()};
      traces_.push_back(
          std::make_unique<debugger::Trace>(trace, debugger::TraceHeader{}, pc_.machine().memory(), files_,
                                            [this](std::string_view bytes) { written_ += bytes.size(); }));
      pc_.machine().observe_calls(*traces_.back(), traced());
    }
    pc_.machine().watch(kHostClockInterval, [this] {
      if (std::chrono::steady_clock::now() - begin_ > kLongEnough) pc_.machine().request_stop();
    });
    pc_.machine().watch(emu::kMillisecond, [this] { screens_ += pc_.vga().text_fingerprint(); });
    pc_.power_on();
  }

  bootsim::Pc& pc() { return pc_; }

  /// Runs until the guest stops for good, or for `duration` of virtual time; a guest may reset the PC twice.
  void run(emu::Nanoseconds duration) {
    const emu::Nanoseconds end = pc_.machine().clock().now() + duration;
    for (int resets = 0; resets < 3; ++resets) {
      if (pc_.machine().run(end) != emu::StopReason::kReset) break;
      pc_.machine().reset();
    }
  }
  /// Runs until a loader has the CPU.
  void run_to_loader() {
    constexpr emu::Nanoseconds kStep = emu::kMillisecond, kGiveUp = emu::kSecond;
    while (!pc_.bios().boot().booted() && !pc_.bios().boot().failed() && pc_.machine().clock().now() < kGiveUp)
      if (pc_.machine().run(pc_.machine().clock().now() + kStep) != emu::StopReason::kTimeLimit) return;
  }

  ~WatchedPc() {
    pc_.machine().report_unfinished_calls();
    for (const auto& trace : traces_) trace->finish();
    if (const auto screen = pc_.vga().text_screen()) screens_ += screen->lines().size();
    screens_ += pc_.vga().render().rgb.size();
  }

 private:
  /// As --wall-limit: code that rewrites itself is known to be slow (docs/engine.md) and no finding.
  static constexpr emu::Nanoseconds kHostClockInterval = 20 * emu::kMicrosecond;
  static constexpr std::chrono::seconds kLongEnough{20};

  /// Nearly all. Each traced place costs a hook in the engine, so the commonest noise of arbitrary code is left out.
  static std::bitset<256> traced() {
    std::bitset<256> vectors;
    for (const int vector :
         {0x05, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x40, 0x4A, 0x80})
      vectors.set(static_cast<std::size_t>(vector));
    return vectors;
  }

  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  bootsim::Pc pc_;
  debugger::DriveFiles files_;
  std::vector<std::unique_ptr<debugger::Trace>> traces_;
  std::size_t written_ = 0;
  std::uint64_t screens_ = 0;
};
