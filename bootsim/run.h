// Runs a PC to a verdict: the library behind `bootsim run` and `bootsim test`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/options.h"
#include "emu/types.h"

namespace bootsim {

/// Exit codes of `bootsim run` (docs/exit-codes.md).
namespace exit_code {
inline constexpr int kReached = 0;
inline constexpr int kNotReached = 1;
inline constexpr int kUsage = 2;
inline constexpr int kBootFailed = 3;
inline constexpr int kLimit = 4;
inline constexpr int kCrashed = 5;
inline constexpr int kMedium = 6;
inline constexpr int kReset = 7;
inline constexpr int kInternal = 70;
}  // namespace exit_code

/// A condition that came to hold, in the order in which they did.
struct ReachedStep {
  std::string condition;
  emu::Nanoseconds virtual_time = 0;
  double wall_ms = 0;  ///< host time since the start; the only figures that differ between two runs
};

/// Why a boot failed, by what was seen.
struct Diagnosis {
  std::string rule;  ///< which rule of docs/diagnosis.md spoke: "past-end", "jump-into-zeros"
  std::string text;  ///< one to three sentences for people: what, where, and the fix where there is one
  std::vector<std::uint64_t>
      evidence;  ///< the disk calls that show it, by their number in the trace of INT 13h, ascending
};

struct RunResult {
  int exit = exit_code::kInternal;
  std::string verdict;  ///< "reached", "waits", "idle", "halted", "ended", "failed", "not-reached", "boot-failed",
                        ///< "limit", "crashed", "reset", "reboot-loop", "unsupported", "error"
  std::string reason;   ///< exit 3: "no-signature" and so on; else empty
  std::string message;  ///< one sentence for people, without a full stop
  std::optional<Diagnosis>
      diagnosis;  ///< of a failed boot, where the evidence allows one; run() leaves it to diagnose()
  std::vector<ReachedStep> steps;
  std::uint64_t disk_calls = 0;
  std::uint64_t sectors = 0;
  std::map<std::uint8_t, std::uint64_t> disk_calls_by_function;
  emu::Nanoseconds last_disk_call = 0;  ///< virtual time at which it began
  emu::Nanoseconds virtual_time = 0;
  double wall_ms = 0;
  std::vector<std::string> screen;  ///< UTF-8; empty in graphics modes
  std::string graphics;             ///< the resolution of a graphics mode, "640x480"; empty in text modes
  std::string serial;               ///< all bytes that COM1 sent
  std::string engine;               ///< "kit" or "public"
};

class Pc;

/// What a caller wants besides RunOptions.
struct RunHooks {
  /// Messages for the person at the terminal: how media were attached, warnings of the BIOS. Null: dropped.
  std::function<void(std::string_view)> notice;
  /// The JSON Lines trace of the calls of `trace_vectors`, for spec files. Null: none.
  std::function<void(std::string_view)> trace_lines;
  std::bitset<256> trace_vectors;
  /// The PC before its first instruction, to attach observers; and after its last one, to look at. Null: nobody does.
  std::function<void(Pc&)> assembled;
  std::function<void(Pc&, const RunResult&)> ended;
  /// A Linux kernel gets control: its setup, or its 32-bit entry point. May be called more than once. Null: nobody
  /// waits.
  std::function<void(Pc&)> kernel_entered;
};

/// Opens the media, assembles the PC, runs it, writes the outputs that the options name. Throws emu::Error for host
/// faults; whatever the guest does is a result. May run on several threads at once.
RunResult run(const RunOptions& options, const RunHooks& hooks = {});

}  // namespace bootsim
