// The CPU: one Unicorn engine, run in slices of virtual time. The only room besides unicorn_kit/ that knows Unicorn.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "emu/clock.h"
#include "emu/cpu_layout.h"
#include "emu/memory.h"
#include "emu/registers.h"
#include "emu/types.h"
#include "emu/unicorn_kit/kit.h"

struct uc_struct;
struct uc_context;

namespace emu {

/// What the CPU asks of the machine around it. All calls come during run(); the clock is exact when they come.
class CpuBus {
 public:
  virtual ~CpuBus() = default;
  virtual std::uint32_t port_in(std::uint16_t port, int size) = 0;
  virtual void port_out(std::uint16_t port, std::uint32_t value, int size) = 0;
  virtual bool irq_pending() = 0;
  virtual std::uint8_t acknowledge_irq() = 0;
  /// The guest read the time stamp counter or executed PAUSE. May move the clock.
  virtual void spinning() = 0;
  /// Real-mode code executed INT n; it has not been delivered yet, and CS:IP is after the instruction.
  virtual void software_interrupt(std::uint8_t vector) = 0;
  /// An instruction with a code watch is about to be executed. True = stop before it.
  virtual bool watched_code(std::uint64_t linear) = 0;
};

/// Why Cpu::run came back.
enum class CpuExit {
  kDeadline,       ///< the block ahead does not fit before the deadline
  kStopped,        ///< stop()
  kHalted,         ///< HLT
  kTripleFault,
  kFaultLoop,      ///< exit_detail() says which exception
  kUnwrittenCode,  ///< exit_detail() says what was about to be executed
  kUnsupported,    ///< exit_detail() says what this engine path cannot do
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
  /// Comes back from run() after the present block. From inside run() only.
  void stop();
  /// The next block may pass the deadline: progress for a guest whose events come faster than its blocks are long.
  void let_one_block_through() { free_block_ = true; }
  /// A callback changed the clock or its events: the new deadline holds from the next block on.
  void set_deadline(Nanoseconds deadline);
  const std::string& exit_detail() const { return exit_detail_; }

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
  /// Linear address of the block that runs or ran last.
  std::uint64_t block_address() const { return block_address_; }
  /// The block that ran before the one that the CPU stopped at, when it stopped at a deadline.
  std::uint64_t ran_address() const { return ran_address_; }
  std::uint32_t ran_size() const { return ran_size_; }
  std::uint64_t translate(std::uint64_t linear);

  /// Delivers a hardware interrupt now if the kit runs; else when run() is next entered with IF set.
  void interrupt_line_raised();

  /// Reports (CpuBus::watched_code) each time before the instruction at this linear address runs. Counted.
  void watch_code(std::uint64_t linear);
  void unwatch_code(std::uint64_t linear);

 private:
  /// At most this much time in one slice, so that the sums cannot overflow.
  static constexpr Nanoseconds kLongestSlice = 1'000 * kSecond;

  struct Hooks;  // the library's callbacks; cpu_engine.cpp
  friend struct Hooks;

  // MemoryListener
  void memory_written(const Region& region, PhysAddr address, std::uint64_t size) override;
  void mapping_changing(PhysAddr base, std::uint64_t size) override;
  void mapping_changed(PhysAddr base, std::uint64_t size) override;
  void a20_changed() override;
  // kit::Host
  bool irq_pending() override { return bus_.irq_pending(); }
  std::uint8_t acknowledge_irq() override { return bus_.acknowledge_irq(); }
  std::uint64_t time_stamp() override;
  void spinning() override;
  void halted() override { exit_ = CpuExit::kHalted; }
  void triple_fault() override { exit_ = CpuExit::kTripleFault; }
  void translating(std::uint64_t address) override;

  void open_engine();
  void attach_kit();
  void close_engine();
  void replace_engine();
  void map(const Region& region);
  void add_hooks();
  bool kit_works();

  void sync_clock();
  void out_of_budget();
  void refund(std::uint64_t bytes);
  std::int64_t& left() { return stopping_ ? held_budget_ : budget_; }
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
  uc_context* context_ = nullptr;  // for copies of the state
  uc_context* pristine_ = nullptr; // the state after power-on
  std::unique_ptr<kit::Kit> kit_;
  kit::TranslatedCode translated_code_;
  std::uint64_t engine_replacements_ = 0;
  std::string kit_refusal_;

  bool running_ = false;
  bool stopping_ = false;
  bool stopped_here_ = false;    // the engine was stopped before an instruction, by stop_here()
  bool free_block_ = false;
  bool irq_waits_ = false;        // public path: the INTR line is up, and every block looks whether it may come
  std::int64_t budget_ = 0;       // the clock: bytes of guest code left to run, counted down block by block
  std::uint64_t block_address_ = 0;
  std::uint32_t block_size_ = 0;
  std::uint64_t ran_address_ = 0;
  std::uint32_t ran_size_ = 0;
  std::int64_t held_budget_ = 0;  // the budget at stop()
  std::int64_t slice_ = 0;        // the budget at the last synchronisation with the clock
  CpuExit exit_ = CpuExit::kDeadline;
  bool exited_ = false;
  std::uint64_t fault_at_ = 0;    // where the last real-mode exceptions were, and how many of them in a row
  int faults_ = 0;
  std::string exit_detail_;
  std::exception_ptr error_;

  /// What a device window's callbacks need.
  struct Window {
    Cpu* cpu;
    PhysAddr base;
    MmioDevice* device;
  };
  Window& window(PhysAddr base, MmioDevice* device);
  std::deque<Window> windows_;  // addresses stay valid
  std::uint64_t remapped_from_ = 0, remapped_to_ = 0;  // while the memory map changes

  struct CodeWatch {
    std::size_t hook = 0;
    int users = 0;
  };
  void hook(std::uint64_t linear, CodeWatch& watch);
  std::map<std::uint64_t, CodeWatch> watches_;
};

}  // namespace emu
