// The CPU: one Unicorn engine, run in slices of virtual time. The only room besides unicorn_kit/ that knows Unicorn.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emu/clock.h"
#include "emu/cpu_layout.h"
#include "emu/memory.h"
#include "emu/memory_watch.h"
#include "emu/registers.h"
#include "emu/types.h"
#include "emu/unicorn_kit/kit.h"

struct uc_struct;
struct uc_context;

namespace emu {

/// What loops that wait for time to pass do: RDTSC, or PAUSE.
enum class Spinning { kTimeStamp, kPause };

/// What the CPU asks of the machine around it. All calls come during run(); the clock is exact when they come.
class CpuBus {
 public:
  virtual ~CpuBus() = default;
  virtual std::uint32_t port_in(std::uint16_t port, int size) = 0;
  virtual void port_out(std::uint16_t port, std::uint32_t value, int size) = 0;
  virtual bool irq_pending() = 0;
  virtual std::uint8_t acknowledge_irq() = 0;
  /// The guest did what loops that wait do. May move the clock.
  virtual void spinning(Spinning by) = 0;
  /// Real-mode code executed INT n; it has not been delivered yet, and CS:IP is after the instruction.
  virtual void software_interrupt(std::uint8_t vector) = 0;
  /// An instruction with a code watch is about to be executed. True = stop before it.
  virtual bool watched_code(std::uint64_t linear) = 0;
  /// The guest or the host accessed watched memory.
  virtual void watched_access(const MemoryAccess& access) = 0;
  /// While execution is watched (Cpu::watch_execution), and where the mode is another than was noted (Cpu::watch_mode):
  /// the instruction there is about to be executed. True = stop before it.
  virtual bool crosses(std::uint64_t linear) = 0;
  /// ... and code up to `last` after it: does any of that matter, so that crosses() is to be asked before each
  /// instruction?
  virtual bool may_cross(std::uint64_t linear, std::uint64_t last) = 0;
};

/// Why Cpu::run came back.
enum class CpuExit {
  kDeadline,  ///< the block ahead does not fit before the deadline
  kStopped,   ///< stop()
  kHalted,    ///< HLT
  kTripleFault,
  kFaultLoop,      ///< exit_detail() says which exception
  kUnwrittenCode,  ///< exit_detail() says what was about to be executed
  kUnsupported,    ///< exit_detail() says what this engine path cannot do
  kPaused,         ///< before an instruction, in the middle of a slice: go on by resume()
};

class Cpu : private MemoryListener, private kit::Host {
 public:
  struct Options {
    bool force_public_engine = false;
    std::uint64_t most_translated_code = 0;  ///< bytes; then the engine is replaced
  };
  Cpu(Memory& memory, Clock& clock, CpuBus& bus, const Options& options);
  ~Cpu() override;

  bool uses_kit() const { return kit_ != nullptr; }
  /// Why the kit is not in use, or empty.
  const std::string& kit_refusal() const { return kit_refusal_; }
  /// How often a new engine took over because the old one's memory for translated code was full.
  std::uint64_t engine_replacements() const { return engine_replacements_; }

  /// Power-on state: real mode at F000:FFF0, all translated code and address translations forgotten.
  void reset();

  /// Runs guest code until `deadline` (virtual time); comes back before the first block that would pass it.
  CpuExit run(Nanoseconds deadline);
  /// Goes on after kPaused: the guest and the clock are as if there had been no pause. `deadline` replaces the slice's,
  /// unless that was for one block.
  CpuExit resume(Nanoseconds deadline);
  bool paused() const { return progress_.paused; }
  /// The next run() or resume() pauses before instruction number `instructions` + 1 from here.
  void pause_after(std::uint64_t instructions);
  /// ... before the first instruction that begins at `time` or later.
  void pause_at(Nanoseconds time);
  /// ... before the first block that begins then: no code is translated anew for it.
  void pause_between_blocks(Nanoseconds time);
  void cancel_pause() { aim_ = {}; }
  /// The block that asked the host for something and was not done when time moved past pause_at()'s: when it began.
  std::optional<Nanoseconds> passed() const { return passed_; }
  /// Comes back from run() after the present block. From inside run() only.
  void stop();
  /// The next block may pass the deadline: progress for a guest whose events come faster than its blocks are long.
  void let_one_block_through() { progress_.free_block = true; }
  /// A callback changed the clock or its events: the new deadline holds from the next block on.
  void set_deadline(Nanoseconds deadline);
  const std::string& exit_detail() const { return exit_detail_; }

  // --- Snapshots, between runs or while paused
  struct Saved;
  Saved save();
  void restore(const Saved& saved);
  /// A snapshot was taken: the first store into each page asks the journal.
  void pages_are_clean();
  /// A page (host address) is about to get other contents.
  void page_replaced(const std::uint8_t* page, const std::uint8_t* contents);
  /// Reports accesses to these physical pages (numbers, sorted), no others.
  void watch_pages(std::vector<std::uint64_t> read, std::vector<std::uint64_t> write);

  Registers registers();
  /// FLAGS and RIP included. From outside run(), or from a callback whose hook allows it (ports: not RIP and FLAGS).
  void set_registers(const Registers& registers);
  /// As above, but only what a BIOS handler may change: general registers and segments.
  void set_data_registers(const Registers& registers);
  void read_system_registers(std::uint64_t cr[5], std::uint64_t& efer, EngineSegment& gdt, EngineSegment& idt);
  bool interrupts_enabled();
  bool interrupt_shadow();
  std::uint32_t hflags();
  std::uint64_t cr0();
  /// The bits of hflags that make the mode.
  std::uint32_t mode_bits();
  /// When the block began that last asked the host for something: a port, a device window, a trap.
  Nanoseconds host_since() const { return host_since_; }
  /// Linear address of the block that runs or ran last.
  std::uint64_t block_address() const { return progress_.block_address; }
  /// The block that ran before the one that the CPU stopped at, when it stopped at a deadline.
  std::uint64_t ran_address() const { return progress_.ran_address; }
  std::uint32_t ran_size() const { return progress_.ran_size; }
  std::uint64_t translate(std::uint64_t linear);

  /// Delivers a hardware interrupt now if the kit runs; else when run() is next entered with IF set.
  void interrupt_line_raised();

  /// Reports (CpuBus::watched_code) each time before the instruction at this linear address runs. Counted.
  void watch_code(std::uint64_t linear);
  void unwatch_code(std::uint64_t linear);
  /// Asks CpuBus::crosses() and may_cross() at every block.
  void watch_execution(bool wanted) { execution_watched_ = wanted; }
  /// Asks CpuBus::crosses() at blocks that begin in another mode than note_mode() saw last. Instructions that change
  /// the mode end their block.
  void watch_mode(bool wanted) {
    if (!std::exchange(mode_watched_, wanted)) note_mode();
  }
  void note_mode() { noted_mode_ = mode_bits(); }

 private:
  /// At most this much time in one slice, so that the sums cannot overflow.
  static constexpr Nanoseconds kLongestSlice = 1'000 * kSecond;

  struct Hooks;  // the library's callbacks; cpu_engine.cpp
  friend struct Hooks;

  // MemoryListener
  void memory_changing(PhysAddr address, std::uint64_t size) override;
  void memory_written(const Region& region, PhysAddr address, std::uint64_t size) override;
  void mapping_changing(PhysAddr base, std::uint64_t size) override;
  void mapping_changed(PhysAddr base, std::uint64_t size) override;
  void a20_changed() override;
  // kit::Host
  bool irq_pending() override { return bus_.irq_pending(); }
  std::uint8_t acknowledge_irq() override {
    progress_.block_size = 0;  // the block has run: what is written until the next is none of its instructions'
    return bus_.acknowledge_irq();
  }
  std::uint64_t time_stamp() override;
  void spinning() override;
  void halted() override { exit_ = CpuExit::kHalted; }
  void triple_fault() override { exit_ = CpuExit::kTripleFault; }
  void translating(std::uint64_t address) override;
  /// The engine looks for interrupts on its way out, too.
  bool interrupts_held() override { return resuming_ || restart_ || progress_.paused; }
  void interrupt_still_pending() override { stop(); }
  void rewriting_code(bool begins) override;
  void watched_access(std::uint64_t instruction, PhysAddr address, std::uint32_t size, bool write) override;

  void open_engine();
  void attach_kit();
  void close_engine();
  void replace_engine();
  void map(const Region& region);
  void add_hooks();
  bool kit_works();

  CpuExit execute();
  void sync_clock();
  void begin_host_work();
  void note_host_work();
  void spend(Nanoseconds time);
  void put_registers_back(const Saved& saved);
  void out_of_budget();
  void refund(std::uint64_t bytes);
  bool take_back_what_was_rewritten();
  std::int64_t& left() { return progress_.held ? progress_.held_budget : progress_.budget; }
  void hold();
  void release();
  void ask_of_mode();
  void set_budget();
  Nanoseconds exact_time(std::uint64_t bytes_not_run);
  void pause_here(std::uint64_t linear, std::uint64_t bytes_not_run);
  void go_on_in_block();
  bool block_is_hooked();
  void hook_rest_of_block();
  void place_step_hook();
  void forget_code(std::uint64_t first, std::uint64_t last);
  void on_step_hook(std::uint64_t linear);
  void leave_code_hook(std::uint64_t linear);
  std::uint64_t linear_ip();
  void report_accesses();
  void host_wrote();
  bool watched_for_writes(PhysAddr address, std::uint64_t size) const;
  void finish(CpuExit exit, std::string detail);
  void on_interrupt(std::uint32_t vector);
  void note_real_mode_fault(std::uint8_t vector, std::uint64_t linear);
  void deliver_publicly(std::uint8_t vector, bool software);
  void interrupt_publicly();
  bool before_block_publicly();
  void stop_here(std::uint64_t linear);
  void check_code(std::uint64_t linear);
  void on_watched_code(std::uint64_t linear);
  void guard(std::exception_ptr error);

  // The engine's registers as bytes: in place with the kit, a copy that goes back without it.
  class State;
  Registers read(const std::uint8_t* state);

  Memory& memory_;
  Clock& clock_;
  CpuBus& bus_;
  bool force_public_;
  CpuLayout layout_;
  uc_struct* engine_ = nullptr;
  uc_context* context_ = nullptr;   // for copies of the state
  uc_context* pristine_ = nullptr;  // the state after power-on
  std::unique_ptr<kit::Kit> kit_;
  kit::TranslatedCode translated_code_;
  std::uint64_t engine_replacements_ = 0;
  std::string kit_refusal_;

  /// How the CPU gets on in its slice: what besides the engine's registers decides how the guest goes on. Plain data.
  struct Progress {
    Nanoseconds deadline = 0;         // of the slice
    Nanoseconds begin = 0;            // of the slice
    std::int64_t budget = 0;          // the clock: bytes of guest code left to run, counted down block by block
    std::int64_t slice = 0;           // the budget at the last synchronisation with the clock
    std::int64_t held_budget = 0;     // the budget, while held
    std::int64_t spent = 0;           // since that synchronisation, on other things than executed code
    bool held = false;                // every block asks out_of_budget()
    bool stopping = false;            // stop() was called: the next block will not run
    bool free_block = false;          // the slice's first block may pass the deadline
    bool one_block = false;           // the slice is for one block only
    bool irq_waits = false;           // public path: the INTR line is up, and every block looks whether it may come
    std::uint64_t block_address = 0;  // the block that runs or ran last, linear
    std::uint32_t block_size = 0;
    std::uint64_t ran_address = 0;
    std::uint32_t ran_size = 0;
    std::uint64_t fault_at = 0;  // where the last real-mode exceptions were, and how many of them in a row
    int faults = 0;
    bool paused = false;
    bool inside = false;  // paused behind the beginning of a block, which has been charged for
    bool irq_at_pause = false;
    Nanoseconds hidden = 0;  // what the clock is behind by, or ahead, while it shows a pause's exact time
  };
  /// Where to pause next.
  struct Aim {
    enum class Kind { kNone, kSteps, kTime } kind = Kind::kNone;
    bool between_blocks = false;
    std::uint64_t steps = 0;  // instructions that may still begin
    Nanoseconds time = 0;
  };
  /// A code hook on every instruction of a piece of one block, to stop or count there.
  struct StepHook {
    std::uint64_t first = 1, last = 0;  // linear, inclusive; first > last: none
    std::size_t hook = 0;
    bool exists() const { return first <= last; }
    bool covers(const StepHook& o) const { return exists() && first <= o.first && o.last <= last; }
  };
  struct Block {
    std::uint64_t address = 0;  // linear
    std::uint32_t size = 0;
  };

  Progress progress_;
  Aim aim_;
  StepHook step_hook_;
  StepHook wanted_hook_;
  bool running_ = false;
  bool execution_watched_ = false;
  bool mode_watched_ = false;
  bool mode_changed_ = false;  // the block that begins is in another mode
  std::uint32_t noted_mode_ = 0;
  bool stopped_here_ = false;  // the engine was stopped before an instruction, by stop_here()
  bool restart_ = false;       // ... and is to go on at once
  bool resuming_ = false;      // the next block that begins is the rest of one that was paused
  std::optional<Nanoseconds> passed_;
  std::uint64_t resumed_at_ = ~std::uint64_t{0};  // linear: the step hook has been there already,
  Nanoseconds resumed_time_ = 0;                  // at this time
  Block whole_block_;                             // what is being gone on in
  Block prepared_;                                // the block that is being translated anew, with the step hook in it
  std::uint64_t split_at_ = 0;                    // the running block goes on there, as a block to the engine
  std::uint64_t rewritten_begin_ = 0, rewritten_end_ = 0;  // a store is throwing code away: the running block
  CpuExit exit_ = CpuExit::kDeadline;
  bool exited_ = false;
  std::string exit_detail_;
  std::exception_ptr error_;

  std::vector<std::uint64_t> watched_for_reads_, watched_for_writes_;  // pages
  std::vector<MemoryAccess> pending_;                                  // by the running instruction
  MemoryAccess host_write_;                                            // under way when .write
  Nanoseconds host_since_ = 0;                                         // when the block began that the host acts for

  /// What a device window's callbacks need.
  struct Window {
    Cpu* cpu;
    PhysAddr base;
    MmioDevice* device;
  };
  Window& window(PhysAddr base, MmioDevice* device);
  std::deque<Window> windows_;                         // addresses stay valid
  std::uint64_t remapped_from_ = 0, remapped_to_ = 0;  // while the memory map changes

  struct CodeWatch {
    std::size_t hook = 0;
    int users = 0;
  };
  void hook(std::uint64_t linear, CodeWatch& watch);
  std::map<std::uint64_t, CodeWatch> watches_;
};

struct Cpu::Saved {
  Progress progress;
  std::vector<std::uint8_t> registers;
};

}  // namespace emu
