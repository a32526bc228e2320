// The debugger: what every front end drives, be it the prompt, gdb or the window.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "debugger/breakpoints.h"
#include "debugger/call_log.h"
#include "debugger/disassembler.h"
#include "debugger/machine_names.h"
#include "debugger/symbols.h"
#include "debugger/time_travel.h"
#include "debugger/trace.h"
#include "emu/machine.h"

namespace bios {
class Bios;
}
namespace devices {
class Vga;
}

namespace debugger {

/// The PC to debug, as its parts; whoever assembled it keeps them alive.
struct Target {
  emu::Machine& machine;
  bios::Bios& bios;
  devices::Vga& vga;
  DriveFacts& drives;
};

/// Why the guest stands still.
enum class StopCause : std::uint8_t {
  kStarted,      ///< before its first instruction
  kStep,         ///< a step ended
  kBreakpoint,   ///< a breakpoint or watchpoint of the user's; Stop::breakpoints has their numbers
  kArrived,      ///< where finish(), until_call() and so on wanted to go, or a jump in time
  kInterrupted,  ///< interrupt() was called
  kTimeLimit,    ///< the virtual time that was asked for
  kHalted,       ///< HLT or a loop that nothing can end
  kReset,        ///< the guest reset the PC; going on boots again
  kCrashed,      ///< triple fault, fault loop, or code that nothing wrote
  kBeginning,    ///< going back ended where history begins
  kGivenUp,      ///< gives_up() said that what is waited for will not come
};

struct Stop {
  StopCause cause = StopCause::kStarted;
  std::string words;             ///< one sentence without a full stop: "breakpoint 1: INT 13h/42h extended read: ..."
  std::vector<int> breakpoints;  ///< ids, ascending
  std::optional<std::uint64_t> watched;    ///< physical address whose access caused it
  std::vector<std::string> commands = {};  ///< of these breakpoints, for who runs them
  /// The guest cannot go on: every further step says so again. Going back is possible.
  bool final() const { return cause == StopCause::kHalted || cause == StopCause::kCrashed; }
};

/// Owns what stops the guest and what has been seen of it. One thread drives it; interrupt() may come from any other or
/// from a signal handler.
class Debugger {
 public:
  struct Options {
    bool history = true;  ///< keep what going back needs
    TimeTravel::Options travel = {};
    /// How often interrupt() and pause() are looked for, in virtual time.
    emu::Nanoseconds tick = emu::kMillisecond;
  };
  /// The machine has been reset and has not run.
  explicit Debugger(const Target& target, const Options& options);
  explicit Debugger(const Target& target) : Debugger(target, Options{}) {}
  ~Debugger();
  Debugger(const Debugger&) = delete;
  Debugger& operator=(const Debugger&) = delete;

  // --- Going. Each runs the guest and says why it stands still again. The user's breakpoints end all but step().
  Stop go();
  Stop step(std::uint64_t count = 1);  ///< instructions, into INT and CALL
  Stop next();                         ///< one instruction; INT, CALL, LOOP and REP as a whole
  Stop finish();                       ///< out of the present routine or interrupt handler
  Stop until_linear(std::uint64_t linear);
  Stop until_disk_call();                  ///< to the next INT 13h
  Stop until_call(std::uint64_t number);   ///< to INT 13h number N, counted from 1, be it ahead or behind
  Stop until_screen();                     ///< to the next change of what the text screen shows
  Stop until_time(emu::Nanoseconds time);  ///< ahead or behind
  /// The same motion `count` times as one, while each ends for `cause`: one interrupt() or gives_up() ends it.
  Stop repeat(std::uint64_t count, StopCause cause, const std::function<Stop()>& motion);
  /// What it does is one motion, looking included: one interrupt() or gives_up() ends it.
  void as_one_motion(const std::function<void()>& action);
  /// Ends the present motion soon, or the next one when there is none. Async-signal-safe.
  void interrupt() { interrupted_.store(true, std::memory_order_relaxed); }
  /// What was to be interrupted is over: the next motion is another's.
  void forget_interrupt() { interrupted_.store(false, std::memory_order_relaxed); }
  /// Calls on_pause soon, on the thread that runs the guest, between two instructions; then the motion goes on as if
  /// nothing had been. Not while moving back, nor while stepping. From any thread.
  void pause() { pause_wanted_.store(true, std::memory_order_relaxed); }
  std::function<void()> on_pause;  ///< may look, must not run the guest
  /// Asked every tick of a motion that waits for a stop or takes many steps, and began at `began`: words end it. Going
  /// back, now is before that. Null: it may go on for ever.
  std::function<std::optional<std::string>(emu::Nanoseconds began)> gives_up;

  // --- Going back. Without history they throw emu::Error(kUsage).
  Stop reverse_step(std::uint64_t count = 1);
  Stop reverse_next();  ///< as next(), backwards: to before the INT or CALL that returned here
  /// To the CALL or INT that entered the present routine, or to before the interrupt that did. Throws
  /// emu::Error(kUsage) when nothing on the stack was pushed by one.
  Stop reverse_finish();
  Stop reverse_go();  ///< to the last stop of a breakpoint before now
  /// Who wrote this byte last, and who did before that, ... by `before` now. Does not move.
  std::optional<LastWrite> last_write(emu::PhysAddr address);
  Stop go_to(emu::Position position);
  /// The stack that the present mode began with: linear address of its top at that time; the mode before.
  struct ModeEntry {
    emu::CpuMode from = emu::CpuMode::kReal;
    std::uint64_t stack = 0;
  };
  /// How real mode was entered from protected mode, or the other way round, the last time before now. Calls `look` with
  /// the machine in the mode before, when it still had its own stack, then comes back. Nothing without history, or when
  /// it is longer ago than what takes the host some 200 ms to run again.
  std::optional<ModeEntry> visit_mode_entry(const std::function<void()>& look);
  /// Does something to the PC, so that it is done again whenever time passes here: types a key, changes a register.
  void input(const std::function<void()>& action);

  const Stop& last_stop() const { return stop_; }
  /// Null without history.
  TimeTravel* travel() { return travel_.get(); }

  // --- What is known
  const Target& target() const { return target_; }
  emu::Machine& machine() { return target_.machine; }
  const emu::Machine& machine() const { return target_.machine; }
  Breakpoints& breakpoints() { return breakpoints_; }
  Symbols& symbols() { return symbols_; }
  const Symbols& symbols() const { return symbols_; }
  MachineNames& names() { return names_; }
  const MachineNames& names() const { return names_; }
  Disassembler& disassembler() { return disassembler_; }
  /// INT 13h calls so far, oldest first.
  const CallLog& calls() const { return calls_; }

  Instruction here();  ///< the instruction at CS:IP
  std::uint64_t linear_ip() const;
  /// Code as the CPU fetches it, at an offset of CS; how many bytes there are.
  std::size_t read_code(std::uint64_t offset, std::span<std::uint8_t> out) const;
  /// `count` instructions that end at an offset of CS (Disassembler::backward).
  std::vector<Instruction> code_before(std::uint64_t offset, int count);
  /// Linear address that an expression means; it may use the fields of the call at hand (NamesHere). Throws
  /// ExpressionError, or emu::Error(kUsage) when it has no value now.
  std::uint64_t address(std::string_view expression) const;
  /// "0000:7C3E", "0008:00100000".
  std::string place() const;

 private:
  /// The machine's own reasons, before they are a Stop.
  emu::StopReason run_machine(emu::Nanoseconds until);
  Stop run(emu::Nanoseconds until = emu::kNever);
  Stop run_until_stop(emu::Nanoseconds until);
  Stop run_to_temporary(Breakpoint breakpoint, std::string_view arrived);
  Stop stopped_by(std::vector<Hit> hits);
  Stop machine_stopped(emu::StopReason reason);
  Stop machine_stop(emu::StopReason reason);
  Stop stand(StopCause cause, std::string words);
  Disassembler::ReadCode code_reader() const;
  /// The next instruction returns, with the stack not deeper than `stack`.
  bool returns(std::uint64_t stack);
  Stop run_to_return(const std::vector<std::uint64_t>& ends, std::uint64_t stack);
  Stop step_to_return(std::uint64_t stack);
  void settle(const std::vector<Hit>& hits);
  /// Moves in time without a word of the breakpoints.
  bool quietly(const std::function<bool()>& action);
  /// While one is there, what goes on is one motion: it has one beginning, and one interrupt() ends it.
  class Motion {
   public:
    explicit Motion(Debugger& debugger);
    ~Motion();
    Motion(const Motion&) = delete;
    Motion& operator=(const Motion&) = delete;

   private:
    Debugger& debugger_;
    bool outermost_;
  };
  /// A motion of many pieces is to end between two of them.
  bool ends_early();
  Stop ended_early();
  void leave_rom(emu::FarPtr caller);
  bool find_mode_entry(bool real);
  bool find_entry();
  bool goes_through_reset();
  /// What a guest that has crashed would do next is in no second run: it stays where it is until somebody changes it.
  bool stands_crashed() const { return crash_ && crash_->first == target_.machine.position(); }
  Stop beginning();
  TimeTravel& history();
  void tick();

  Target target_;
  Symbols symbols_;
  Disassembler disassembler_;
  CallLog calls_;
  MachineNames names_;
  Breakpoints breakpoints_;
  std::unique_ptr<TimeTravel> travel_;
  std::atomic<bool> interrupted_ = false, pause_wanted_ = false;
  std::optional<std::uint64_t> screen_;  // what until_screen() saw when it began
  bool screen_changed_ = false;
  bool quiet_ = false;
  std::optional<emu::Nanoseconds> began_;                // the motion that is under way
  std::uint32_t pieces_ = 0;                             // of it, so far
  emu::Nanoseconds asked_ = 0;                           // gives_up, last
  bool waits_ = false;                                   // in a run that waits for a stop
  std::optional<std::string> given_up_;                  // why
  emu::Position resets_until_{-1};                       // resets up to here are gone through
  std::optional<emu::Position> stands_;                  // where the last hit settled,
  emu::Position settled_from_;                           // and the hit's own position
  std::optional<std::pair<emu::Position, Stop>> crash_;  // of a guest that nobody has changed since
  Stop stop_;
};

}  // namespace debugger
