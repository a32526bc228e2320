#include "emu/cpu.h"

#include <unicorn/unicorn.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "emu/cpu_state.h"
#include "emu/interrupt_delivery.h"
#include "emu/timing.h"

namespace emu {

CpuExit Cpu::run(Nanoseconds deadline) {
  if (translated_code_.full()) replace_engine();
  Progress& p = progress_;
  p.paused = p.inside = p.stopping = p.held = false;
  p.hidden = 0;
  resuming_ = false;
  resumed_at_ = ~std::uint64_t{0};
  split_at_ = rewritten_end_ = 0;
  p.begin = clock_.now();
  p.deadline = deadline;
  p.one_block = p.free_block && deadline <= p.begin;
  p.budget = p.slice = p.spent = 0;
  set_budget();
  if (!kit_) {
    exited_ = false;
    interrupt_publicly();
    if (exited_) return exit_;
  }
  return execute();
}

/// Runs the engine from where its registers are. The slice's budget has been set.
CpuExit Cpu::execute() {
  exited_ = false;
  exit_detail_.clear();
  if (execution_watched_ || aim_.kind == Aim::Kind::kSteps) hold();
  wanted_hook_ = {};
  if (resuming_) hook_rest_of_block();
  uc_err error;
  do {
    restart_ = false;
    stopped_here_ = false;
    place_step_hook();
    kit::Kit::Running running(kit_.get(), kit_ ? &translated_code_ : nullptr);
    running_ = true;
    exit_ = CpuExit::kStopped;
    const std::uint64_t rip = State(*this).get<std::uint64_t>(layout_.rip);
    error = uc_emu_start(engine_, rip, 0, 0, 0);
    running_ = false;
  } while (restart_ && error == UC_ERR_OK && !error_ && !exited_);
  report_accesses();
  if (progress_.paused && !error_) return CpuExit::kPaused;
  progress_.free_block = false;
  sync_clock();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (exited_) return exit_;
  if (error == UC_ERR_INSN_INVALID) return CpuExit::kStopped;  // delivered by the hook; go on
  if (error != UC_ERR_OK) {
    exit_detail_ = std::string("the CPU engine stopped: ") + uc_strerror(error);
    return kit_ ? CpuExit::kUnwrittenCode : CpuExit::kUnsupported;
  }
  if (!kit_ && !stopped_here_) {  // the public path has no HLT hook: look behind RIP
    const Registers r = registers();
    const std::uint64_t behind = translate(r[Seg::kCs].base + r.rip - 1);
    if (behind < Memory::kAddressSpace && memory_.read<std::uint8_t>(PhysAddr(behind)) == 0xF4) return CpuExit::kHalted;
  }
  return exit_;
}

void Cpu::finish(CpuExit exit, std::string detail) {
  if (exited_) return;
  exited_ = true;
  exit_ = exit;
  exit_detail_ = std::move(detail);
  stop();
}

void Cpu::stop() {
  if (!running_ || progress_.stopping) return;
  progress_.stopping = true;
  hold();
}

void Cpu::guard(std::exception_ptr error) {
  if (!error_) error_ = std::move(error);
  stop();
}

void Cpu::sync_clock() {
  clock_.advance(progress_.slice - left());
  progress_.slice = left();
  progress_.spent = 0;
}

void Cpu::set_deadline(Nanoseconds deadline) {
  if (!running_) return;
  progress_.deadline = deadline;
  progress_.free_block = progress_.one_block = false;
  set_budget();
}

void Cpu::refund(std::uint64_t bytes) { left() += static_cast<std::int64_t>(bytes); }

/// From the block hook or a code hook: the instruction at this linear address will not run. The library's stop takes
/// effect at the next hook, even in the middle of a block, so it is called here and nowhere else: a stop that waits for
/// the block's end is in the same place whether or not somebody watches code inside the block. With any code hook
/// present the engine does not set RIP when it stops.
void Cpu::stop_here(std::uint64_t linear) {
  State state(*this);
  const auto* segments = reinterpret_cast<const EngineSegment*>(state.bytes() + layout_.segments);
  state.put<std::uint64_t>(layout_.rip, linear - segments[1].base);
  state.save();
  stopped_here_ = true;
  uc_emu_stop(engine_);
}

void Cpu::translating(std::uint64_t address) {
  if (!resuming_) check_code(address);
}

/// Code in a hole, or a long run of zeros (`add [bx+si], al`, again and again), was put there by nobody.
void Cpu::check_code(std::uint64_t linear) {
  constexpr std::size_t kZeros = 256;
  const std::uint64_t physical = translate(linear);
  if (physical >= Memory::kAddressSpace) return;  // not present: the fetch itself will fault
  const Region& region = memory_.region_at(PhysAddr(physical));
  if (region.kind == RegionKind::kHole)
    return finish(CpuExit::kUnwrittenCode, "the CPU jumped to memory that does not exist");
  if (region.kind == RegionKind::kMmio) return;
  const std::uint8_t* code = region.host + (physical - region.base.value);
  if (code[0]) return;
  const std::uint64_t n = std::min<std::uint64_t>(kZeros, region.base.value + region.size - physical);
  if (std::all_of(code, code + n, [](std::uint8_t b) { return b == 0; }))
    finish(CpuExit::kUnwrittenCode, "the CPU ran into zeros: memory that nothing wrote code to");
}

void Cpu::spinning() {
  begin_host_work();
  bus_.spinning(Spinning::kPause);
}

std::uint64_t Cpu::time_stamp() {
  begin_host_work();
  bus_.spinning(Spinning::kTimeStamp);
  return static_cast<std::uint64_t>(clock_.now());
}

void Cpu::on_interrupt(std::uint32_t vector) {
  // No object with a destructor may live when deliver_exception() is called: it can leave by longjmp.
  bool software;
  resuming_ = false;
  {
    State state(*this);
    software = state.get<std::int32_t>(layout_.exception_is_int) != 0;
    const bool real_mode = !(state.get<std::uint64_t>(layout_.cr) & 1);
    if (!software) {
      // The block was charged as a whole; give back what the fault kept from running.
      const auto* segments = reinterpret_cast<const EngineSegment*>(state.bytes() + layout_.segments);
      const std::uint64_t at = segments[1].base + state.get<std::uint64_t>(layout_.rip);
      const std::uint64_t end = progress_.block_address + progress_.block_size;
      const bool inside = at >= progress_.block_address && at < end;
      if (inside && static_cast<std::int64_t>(end - at) <= progress_.slice - left()) refund(end - at);
      if (real_mode) note_real_mode_fault(static_cast<std::uint8_t>(vector), at);
    }
    left() -= kInterruptTime;
    sync_clock();
    if (software && real_mode) {
      try {
        bus_.software_interrupt(static_cast<std::uint8_t>(vector));
      } catch (...) {
        guard(std::current_exception());
      }
    }
  }
  if (kit_) return kit_->deliver_exception();
  deliver_publicly(static_cast<std::uint8_t>(vector), software);
}

/// The ROM answers exceptions by a bare IRET, as BIOSes do: back to the instruction that cannot run.
void Cpu::note_real_mode_fault(std::uint8_t vector, std::uint64_t linear) {
  constexpr int kAgainAndAgain = 100;
  constexpr std::uint16_t kRomSegment = 0xF000;
  constexpr std::uint8_t kSingleStep = 1;  // a trap: IRET goes on behind it
  if (vector == kSingleStep || memory_.read<std::uint16_t>(PhysAddr(vector * 4u + 2)) != kRomSegment) return;
  Progress& p = progress_;
  p.faults = linear == p.fault_at ? p.faults + 1 : 1;
  p.fault_at = linear;
  if (p.faults < kAgainAndAgain) return;
  char detail[80];
  std::snprintf(detail, sizeof detail, "INT %02Xh is raised again and again by the instruction at %05llX", vector,
                static_cast<unsigned long long>(linear));
  finish(CpuExit::kFaultLoop, detail);
}

void Cpu::deliver_publicly(std::uint8_t vector, bool software) {
  State state(*this);
  if (software && vector == kInvalidOpcode)  // INT 06h never reaches the interrupt hook, so RIP was not moved
    state.put<std::uint64_t>(layout_.rip, state.get<std::uint64_t>(layout_.next_eip));
  std::uint64_t flags = 0;
  uc_reg_read(engine_, UC_X86_REG_RFLAGS, &flags);
  const Delivery result = deliver_interrupt(
      state.bytes(), layout_, memory_,
      {vector, software, static_cast<std::uint32_t>(state.get<std::int32_t>(layout_.error_code)), flags});
  state.put<std::int32_t>(layout_.old_exception, -1);
  state.save();
  if (result == Delivery::kShutdown) finish(CpuExit::kTripleFault, {});
  if (result == Delivery::kUnsupported)
    finish(CpuExit::kUnsupported, "the public engine path cannot deliver this kind of interrupt (64-bit or task gate)");
}

/// What the kit's overrides see to. False when the block will not run, because an interrupt comes first.
bool Cpu::before_block_publicly() {
  check_code(progress_.block_address);
  if (!progress_.irq_waits || progress_.stopping || !interrupts_enabled() || interrupt_shadow()) return true;
  stop_here(progress_.block_address);
  finish(CpuExit::kStopped, {});
  return false;
}

/// The public interface cannot tell the engine of an interrupt: it is delivered between two slices, and while one
/// waits, every block looks whether the guest has allowed it.
void Cpu::interrupt_publicly() {
  progress_.irq_waits = bus_.irq_pending();
  if (!progress_.irq_waits || !interrupts_enabled() || interrupt_shadow()) return;
  State state(*this);
  std::uint64_t flags = 0;
  uc_reg_read(engine_, UC_X86_REG_RFLAGS, &flags);
  const Delivery result = deliver_interrupt(state.bytes(), layout_, memory_, {bus_.acknowledge_irq(), true, 0, flags});
  state.save();
  progress_.irq_waits = bus_.irq_pending();
  if (result == Delivery::kShutdown) finish(CpuExit::kTripleFault, {});
}

void Cpu::interrupt_line_raised() {
  progress_.irq_waits = true;
  if (kit_) kit_->request_interrupt();
  if (running_ && interrupts_enabled()) stop();
}

void Cpu::on_watched_code(std::uint64_t linear) {
  if (progress_.paused) return;
  leave_code_hook(linear);
  const std::uint64_t rest = progress_.block_address + progress_.block_size - linear;
  const bool inside = linear >= progress_.block_address && rest <= progress_.block_size;
  // What lies behind this instruction has not happened yet.
  const Nanoseconds ahead = clock_.now() - exact_time(inside ? rest : 0);
  clock_.advance(-ahead);
  const bool pause = bus_.watched_code(linear);
  clock_.advance(ahead);
  if (pause) pause_here(linear, inside ? rest : 0);
}

Registers Cpu::read(const std::uint8_t* state) {
  Registers r;
  std::memcpy(r.gpr.data(), state, sizeof r.gpr);
  r.rip = get_field<std::uint64_t>(state, layout_.rip);
  const auto* segments = reinterpret_cast<const EngineSegment*>(state + layout_.segments);
  for (int i = 0; i < 6; ++i)
    r.segment[i] = {static_cast<std::uint16_t>(segments[i].selector), segments[i].base, segments[i].limit,
                    segments[i].flags};
  return r;
}

Registers Cpu::registers() {
  State state(*this);
  Registers r = read(state.bytes());
  uc_reg_read(engine_, UC_X86_REG_RFLAGS, &r.rflags);
  return r;
}

void Cpu::set_data_registers(const Registers& r) {
  State state(*this);
  std::memcpy(state.bytes(), r.gpr.data(), sizeof r.gpr);
  auto* segments = reinterpret_cast<EngineSegment*>(state.bytes() + layout_.segments);
  for (int i = 0; i < 6; ++i)
    if (i != static_cast<int>(Seg::kCs))
      segments[i] = {r.segment[i].selector, r.segment[i].base, r.segment[i].limit, r.segment[i].attributes};
  state.save();
}

void Cpu::set_registers(const Registers& r) {
  set_data_registers(r);
  State state(*this);
  const auto& cs_now = reinterpret_cast<const EngineSegment*>(state.bytes() + layout_.segments)[1];
  if (r.rip != state.get<std::uint64_t>(layout_.rip) || r[Seg::kCs].base != cs_now.base)
    progress_.paused = false;  // elsewhere: a new slice
  const Segment& cs = r[Seg::kCs];
  reinterpret_cast<EngineSegment*>(state.bytes() + layout_.segments)[1] = {cs.selector, cs.base, cs.limit,
                                                                           cs.attributes};
  state.put<std::uint64_t>(layout_.rip, r.rip);
  state.put<std::uint64_t>(layout_.cc_src, r.rflags & kArithmeticFlags);
  state.put<std::uint32_t>(layout_.cc_op, kCcOpEflags);
  state.put<std::int32_t>(layout_.direction, r.rflags & flag::kDirection ? -1 : 1);
  // The library takes these apart when it starts, and puts them together when it stops.
  const std::uint64_t apart = running_ ? std::uint64_t{kArithmeticFlags} | flag::kDirection : 0;
  state.put<std::uint64_t>(layout_.eflags, (r.rflags & ~apart) | 2);
  state.save();
}

void Cpu::read_system_registers(std::uint64_t cr[5], std::uint64_t& efer, EngineSegment& gdt, EngineSegment& idt) {
  State state(*this);
  for (int i = 0; i < 5; ++i) cr[i] = state.get<std::uint64_t>(layout_.cr + 8 * i);
  efer = state.get<std::uint64_t>(layout_.efer);
  gdt = state.get<EngineSegment>(layout_.gdt);
  idt = state.get<EngineSegment>(layout_.idt);
}

bool Cpu::interrupts_enabled() { return State(*this).get<std::uint64_t>(layout_.eflags) & flag::kInterrupt; }
bool Cpu::interrupt_shadow() { return hflags() & hflag::kInhibitIrq; }
std::uint32_t Cpu::hflags() { return State(*this).get<std::uint32_t>(layout_.hflags); }
std::uint32_t Cpu::mode_bits() { return hflags() & hflag::kMode; }
std::uint64_t Cpu::cr0() { return State(*this).get<std::uint64_t>(layout_.cr); }

std::uint64_t Cpu::linear_ip() {
  State state(*this);
  return reinterpret_cast<const EngineSegment*>(state.bytes() + layout_.segments)[1].base +
         state.get<std::uint64_t>(layout_.rip);
}

std::uint64_t Cpu::translate(std::uint64_t linear) {
  // The public path maps every page to itself, whatever the page tables say (docs/engine.md).
  return kit_ ? kit_->translate(linear) : linear & memory_.a20_mask();
}

}  // namespace emu
