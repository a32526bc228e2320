// The machine's core: CPU, memory, ports, clock and interrupts, run to an event.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emu/call_tracker.h"
#include "emu/clock.h"
#include "emu/interrupt_controller.h"
#include "emu/io_ports.h"
#include "emu/memory.h"
#include "emu/memory_watch.h"
#include "emu/position.h"
#include "emu/registers.h"
#include "emu/snapshot.h"
#include "emu/system_control.h"
#include "emu/trap_handler.h"
#include "emu/types.h"

namespace emu {

/// Why run() came back. Guest faults are values, not errors.
enum class StopReason {
  kTimeLimit,  ///< virtual time reached RunLimits::until
  kRequested,  ///< request_stop()
  kDeadHalt,   ///< HLT with interrupts disabled: nothing can wake the CPU
  kDeadLoop,   ///< `jmp $` (or a loop that only waits) that no interrupt handler of the guest's can leave
  kReset,      ///< a chip asked for a reset; reset_cause() says which; call reset() to go on
  kPowerOff,   ///< the guest switched the power off; stop_detail() says by what; only reset() goes on
  kTripleFault,
  kFaultLoop,      ///< a real-mode exception that only the ROM's IRET answers: the same instruction, again and again
  kUnwrittenCode,  ///< the CPU was about to execute RAM that nothing ever wrote, a hole, or a run of zeros
  kBreakpoint,     ///< an address breakpoint; breakpoint_address(); run() goes on behind it
  kUnsupported,    ///< the public engine path met paging that is not identity (stop_detail() says)
  kPosition,       ///< step() or run_to() is where it was to go
  kWatch,          ///< a memory watch's action asked for it; watch_hit()
};

/// What the CPU is doing, in the field's words.
enum class CpuMode { kReal, kVm86, kProtected16, kProtected32, kLong };

/// Which engine path runs the guest (docs/engine.md): the repaired one or the library's public interface only.
enum class EnginePath { kKit, kPublic };

/// A PC's core without its chips. Not thread-safe; any number of machines may live in one process, each on one thread
/// at a time.
class Machine : public SystemControl {
 public:
  struct Options {
    std::uint64_t ram_size = 128u << 20;
    bool force_public_engine = false;  ///< run the public path although the kit works (tests)
    /// Bytes of host code that the guest's is translated to; then a new engine takes over. The library's buffer has 1
    /// GB and must not become full (emu/unicorn_kit/kit.h, TranslatedCode).
    std::uint64_t most_translated_code = 256u << 20;
  };
  explicit Machine(const Options& options);
  ~Machine() override;

  Memory& memory() { return memory_; }
  const Memory& memory() const { return memory_; }
  IoPorts& ports() { return ports_; }
  Clock& clock() { return clock_; }
  const Clock& clock() const { return clock_; }

  /// Wiring, done once while the machine is assembled.
  void connect(InterruptController& controller) { interrupts_ = &controller; }
  void connect(TrapHandler& handler) { traps_ = &handler; }
  /// Must be called by the interrupt controller when its INTR line may have changed outside of a CPU access.
  void interrupt_line_changed();
  /// Called on reset(), before the CPU starts at F000:FFF0, so that chips reset too.
  void on_reset(std::function<void()> action) { reset_actions_.push_back(std::move(action)); }

  /// Power-on or reset: CPU at F000:FFF0 in real mode, A20 on, chips reset through on_reset.
  void reset();

  /// Runs until the virtual time `until`, or an earlier reason.
  StopReason run(Nanoseconds until);
  /// Ends run() after the current block; callable from observers, watchers and device code.
  void request_stop();
  /// Executes `count` instructions (Position says what counts as one) and stops before the next, wherever it is: in an
  /// interrupt handler, say. kPosition when done; breakpoints do not stop it, all other reasons do. The guest, the
  /// virtual time and what follows are the same as without.
  StopReason step(std::uint64_t count = 1);
  /// Runs until the next instruction begins at or after `position`, which must not lie before now; kPosition when done.
  /// Breakpoints stop it only when asked for. Unlike run()'s limit, which ends a guest's idle time, this changes
  /// nothing. An instruction behind one that asks the host for something (a port, RDTSC), in the same block of code,
  /// cannot be foreseen: then it stops at the next block, and passed() is where that one began, from which step() gets
  /// there.
  StopReason run_to(Position position, bool stop_at_breakpoints = false);
  std::optional<Position> passed() const;
  /// As run_to(), and stops between two blocks of code only, which costs less: no further behind `position` than a
  /// block is long, unless passed() says so.
  StopReason run_past(Position position, bool stop_at_breakpoints = false);
  /// Of the instruction that is next. Exact when the machine was stopped by step(), run_to() or a breakpoint.
  Position position() const { return {clock_.now()}; }
  const std::string& stop_detail() const { return stop_detail_; }
  const std::string& reset_cause() const { return reset_cause_; }

  // --- Looking
  Registers registers() const;
  void set_registers(const Registers& registers);
  SystemRegisters system_registers() const;
  CpuMode mode() const;
  EnginePath engine_path() const;
  /// Why the public path is in use, in words; empty with the kit.
  const std::string& engine_refusal() const;
  /// How often a new engine took over (Options::most_translated_code).
  std::uint64_t engine_replacements() const;
  /// Physical address of a linear one through the guest's page tables and A20, or nothing when not present.
  std::optional<PhysAddr> translate(std::uint64_t linear) const;
  /// Virtual time during which the CPU was idle (halted, or polling for input) since power-on.
  Nanoseconds idle_time() const { return idle_time_; }
  /// Times that the guest asked the BIOS for input that was not there (note_idle_poll), since power-on.
  std::uint64_t idle_polls() const { return idle_polls_; }
  /// The guest sits in a BIOS call that only an interrupt can end (blocking INT 16h/00h or 10h).
  bool waiting_in_bios() const { return waiting_in_bios_; }

  // --- Observing. None attached = no cost; attached or not, the guest and the virtual time stay the same.
  /// Calls of the vectors in `vectors` are reported. One observer list; sequence numbers count the union.
  void observe_calls(CallObserver& observer, const std::bitset<256>& vectors);
  /// `watcher` is called every `interval` of virtual time while the machine runs, also while it idles.
  void watch(Nanoseconds interval, std::function<void()> watcher);
  /// Stops before the instruction at this linear address, each time it is reached.
  void add_breakpoint(std::uint64_t linear);
  void remove_breakpoint(std::uint64_t linear);
  std::uint64_t breakpoint_address() const { return breakpoint_address_; }
  /// `action` is told of every access to [base, base + size) from now on, by the guest or the host. Costs nothing
  /// elsewhere than on the pages watched. Without the kit, writes only, and the host's only.
  WatchId watch_memory(PhysAddr base, std::uint64_t size, AccessKind kind, WatchAction action);
  void unwatch_memory(WatchId id);
  /// Stops (kBreakpoint) each time execution enters first..last (linear, inclusive), or with `outside` leaves it:
  /// before an instruction there when the one before was not. Adapter and BIOS ROM (C0000h..FFFFFh and the top of 4
  /// GiB) is neither inside nor outside of a range that does not contain it: a BIOS call, an IRQ that the BIOS handles
  /// is no leaving. While one is set, each block of guest code asks.
  WatchId watch_execution(std::uint64_t first, std::uint64_t last, bool outside);
  void unwatch_execution(WatchId id);
  /// Stops (kBreakpoint) before the first instruction in another mode than the one before was in, when `wanted` says so
  /// of the two. It may look, must not change anything. While one is set, each block of guest code asks.
  WatchId watch_mode(std::function<bool(CpuMode from, CpuMode to)> wanted);
  void unwatch_mode(WatchId id);
  /// After kBreakpoint: this watch of execution or of the mode was why.
  bool crossed(WatchId id) const;
  /// The first access that asked for the stop, after StopReason::kWatch.
  const MemoryAccess& watch_hit() const { return watch_hit_; }
  /// Going on from where run_to() or step() stopped passes a breakpoint there: whoever asked for that has seen it. Not
  /// the next time: nobody has.
  void heed_breakpoint_here();
  /// Called when the CPU has entered another mode, soon: it is looked at from time to time, at no cost.
  void on_mode_change(std::function<void(CpuMode from, CpuMode to)> action);
  /// Reports calls that have not returned (call.finished = false), outermost first; for the end of a run.
  void report_unfinished_calls();

  // --- Snapshots. Between runs only. Saving costs no more than what changed since the snapshot before: pages are
  // copied when the guest next writes to them (without the kit all memory is compared, some 30 ms for 128 MB).
  /// Where the parts of the PC register that the machine does not know.
  SnapshotParts& snapshot_parts() { return parts_; }
  std::shared_ptr<const Snapshot> save_snapshot();
  /// Everything is as it was; observers are told (CallObserver::time_went_back).
  void restore_snapshot(const Snapshot& snapshot);
  /// Host memory that all snapshots' pages take now, bytes.
  std::uint64_t snapshot_bytes() const;

  // --- SystemControl
  void set_a20(bool enabled) override { memory_.set_a20(enabled); }
  bool a20() const override { return memory_.a20_enabled(); }
  void request_reset(std::string_view cause) override;
  void power_off(std::string_view how) override;

  /// The BIOS tells that the guest asked for input that is not there (INT 16h/01h, INT 1Ah/00h, ...). Enough of these
  /// in a row, with next to nothing done in between, and time moves on to the next event.
  void note_idle_poll() override;

 private:
  class Core;  // run loop, bus and call tracking; machine_core.h
  friend struct SnapshotAccess;
  auto snapshot_fields() {
    return std::tie(stop_detail_, reset_cause_, idle_time_, idle_polls_, waiting_in_bios_, breakpoint_address_,
                    watch_hit_);
  }

  void build_core();

  Options options_;
  Memory memory_;
  IoPorts ports_;
  Clock clock_;
  InterruptController* interrupts_ = nullptr;
  TrapHandler* traps_ = nullptr;
  std::vector<std::function<void()>> reset_actions_;
  std::string stop_detail_, reset_cause_;
  Nanoseconds idle_time_ = 0;
  std::uint64_t idle_polls_ = 0;
  bool waiting_in_bios_ = false;
  std::uint64_t breakpoint_address_ = 0;
  MemoryAccess watch_hit_;
  SnapshotParts parts_;
  std::unique_ptr<Core> core_;
};

/// Which engine path a machine would take now, and why not the kit: for --version. Opens an engine for a moment.
EnginePath probe_engine(std::string* why_not_kit = nullptr);

}  // namespace emu
