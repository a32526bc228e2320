// One run in progress: the PC, what watches it, and the decision that ends it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/assembly.h"
#include "bootsim/conditions.h"
#include "bootsim/failure_words.h"
#include "bootsim/options.h"
#include "bootsim/output.h"
#include "bootsim/pc_guest.h"
#include "bootsim/rest.h"
#include "bootsim/run.h"
#include "bootsim/status_line.h"
#include "bootsim/typist.h"
#include "debugger/debugger.h"
#include "debugger/statistics.h"
#include "debugger/trace.h"

namespace bootsim {

/// Assembled, run and asked once.
class Session : private emu::CallObserver {
 public:
  Session(const RunOptions& options, const RunHooks& hooks);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  RunResult run();

 private:
  using HostClock = std::chrono::steady_clock;

  // --- Assembly (session.cpp)
  void attach_traces();
  /// All that is waited for: --until, --fail-on and --type-at.
  std::vector<Condition> conditions() const;
  void watch_calls();
  void watch_conditions();

  // --- CallObserver
  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall&) override {}

  /// Leaves the guest to gdb until that lets go of it (session_gdb.cpp). Goals are watched from then on.
  void serve_gdb();

  // --- The run (session_run.cpp)
  void tick();
  void look_at_conditions();
  void look_at_boot();
  void look_at_rest();
  void look_for_errors();
  void look_at_host_clock();
  void say_when_slow(double now_ms);
  void notice(const GuestEvent& event);
  void handle(emu::StopReason reason);
  void handle_breakpoint();
  void handle_reset();
  void handle_halt(const std::string& how);
  void handle_crash(const std::string& what);
  void mode_changed(emu::CpuMode from, emu::CpuMode to);

  // --- Verdicts (session_run.cpp)
  void decide(int exit, std::string verdict, std::string message, std::string reason = {});
  void condition_held(const Condition& condition, bool success);
  void record_step(const std::string& condition);
  void come_to_rest(Rest rest, std::string how);
  void note_keys();
  bool reset_was_asked_for();
  std::string place() const;
  double wall_ms() const;

  // --- The end (session.cpp)
  void finish();
  void write_notices();
  void save_screenshot();

  const RunOptions& options_;
  const RunHooks& hooks_;
  HostClock::time_point start_ = HostClock::now();
  RunResult result_;
  bool decided_ = false;

  Assembly assembly_;
  Pc* const pc_;
  std::unique_ptr<Output> trace_output_;
  std::vector<std::unique_ptr<debugger::Trace>> traces_;
  std::unique_ptr<debugger::DiskStatistics> statistics_;
  std::unique_ptr<Typist> typist_;
  std::unique_ptr<StatusLine> status_;
  std::unique_ptr<debugger::Debugger> debugger_;  // gdb's; stays, because the machine knows it
  std::vector<WatchedCondition> until_, fail_on_;
  RestDetector rest_;

  std::string& serial_;
  PcGuest guest_;
  std::uint64_t ticks_ = 0;
  std::size_t notices_written_ = 0;
  double status_shown_ms_ = 0;
  bool slow_said_ = false;

  // The reset before: a second one like it is a reboot loop.
  struct Reset {
    std::string cause;
    emu::FarPtr at;
  };
  std::optional<Reset> last_reset_;
  std::size_t keys_at_boot_ = 0;
  int int19_at_boot_ = 0;  // the count before this boot's first INT 19h

  // When a key was typed or taken last, in disk calls: a reset after more of them was not what the key asked for.
  std::size_t keys_seen_ = 0;
  std::uint16_t key_buffer_head_ = 0;
  std::uint64_t disk_calls_at_key_ = 0, disk_calls_seen_ = 0;

  // The last error line that stood still on the screen.
  std::uint64_t screen_seen_ = 0, screen_searched_ = 0;
  std::string last_error_;
};

}  // namespace bootsim
