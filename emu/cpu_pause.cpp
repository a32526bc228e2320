// Pausing the CPU before any instruction, in the middle of a slice, so that going on is as if it had never stopped.
//
// The clock charges a block as a whole when it begins, and looks for deadlines and interrupts between blocks only. A
// pause inside a block therefore keeps what has been charged: resume() runs the rest of the block without charging it
// again, without letting an interrupt in, and as part of the same block. While the CPU is paused the clock shows the
// exact time of the instruction that is next.
//
// Instructions inside a block are reached by a code hook on just that block. The translator compiles hooks in; so the
// block is translated anew, and again when the hook is gone.
#include <unicorn/unicorn.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "emu/cpu.h"
#include "emu/cpu_state.h"
#include "emu/error.h"

namespace emu {

namespace {

/// A budget that no block fits into: how the next block is made to ask.
constexpr std::int64_t kNoBudget = std::numeric_limits<std::int64_t>::min() / 2;
constexpr std::uint64_t kNoAddress = ~std::uint64_t{0};
/// Shorter blocks end with a branch wherever they are entered; longer ones may have been cut off by the translator,
/// which would go on further when it begins in the middle.
constexpr std::uint32_t kSurelyWhole = 256;

}  // namespace

void Cpu::pause_after(std::uint64_t instructions) { aim_ = {.kind = Aim::Kind::kSteps, .steps = instructions}; }
void Cpu::pause_at(Nanoseconds time) {
  aim_ = {.kind = Aim::Kind::kTime, .time = time};
  passed_.reset();
}
void Cpu::pause_between_blocks(Nanoseconds time) {
  pause_at(time);
  aim_.between_blocks = true;
}

void Cpu::begin_host_work() {
  note_host_work();
  sync_clock();
}

/// Remembers when the running block began: time may move before it ends.
void Cpu::note_host_work() {
  const Progress& p = progress_;
  const bool first_in_block = p.slice - left() - p.spent >= static_cast<std::int64_t>(p.block_size);
  if (first_in_block) host_since_ = exact_time(p.block_size) - p.spent;
}

/// Takes time on top of the executed code's.
void Cpu::spend(Nanoseconds time) {
  left() -= time;
  progress_.spent += time;
  if (aim_.kind == Aim::Kind::kTime && aim_.time < exact_time(0)) passed_ = host_since_;
}

void Cpu::hold() {
  if (progress_.held) return;
  progress_.held = true;
  progress_.held_budget = progress_.budget;
  progress_.budget = kNoBudget;
}

void Cpu::release() {
  if (!progress_.held || progress_.stopping || resuming_ || split_at_ || rewritten_end_ || !pending_.empty() ||
      execution_watched_ || aim_.kind == Aim::Kind::kSteps)
    return;
  progress_.budget = progress_.held_budget;
  progress_.held = false;
}

/// The block that begins is in another mode: it is to ask whether that matters.
void Cpu::ask_of_mode() {
  mode_changed_ = true;
  hold();
}

/// What may be run until the deadline, or until the block in which to pause. What was charged since the clock was last
/// brought up to date stays charged.
void Cpu::set_budget() {
  Progress& p = progress_;
  const std::int64_t charged = p.slice - left();
  p.deadline = std::min(p.deadline, clock_.now() + kLongestSlice);
  const Nanoseconds end = aim_.kind == Aim::Kind::kTime ? std::min(p.deadline, aim_.time) : p.deadline;
  p.slice = end - clock_.now();
  if (running_ && aim_.kind == Aim::Kind::kTime && aim_.time < clock_.now()) passed_ = host_since_;
  left() = p.slice - charged;
}

/// The time at which an instruction of the running block begins, when so many bytes of the block lie from there on.
Nanoseconds Cpu::exact_time(std::uint64_t bytes_not_run) {
  return clock_.now() + (progress_.slice - left()) - static_cast<Nanoseconds>(bytes_not_run);
}

CpuExit Cpu::resume(Nanoseconds deadline) {
  Progress& p = progress_;
  p.paused = false;
  resumed_time_ = clock_.now();
  clock_.advance(std::exchange(p.hidden, 0));
  if (!p.one_block) p.deadline = deadline;
  resuming_ = false;
  split_at_ = 0;
  release();
  set_budget();
  resuming_ = p.inside;
  whole_block_ = {p.block_address, p.block_size};
  resumed_at_ = resuming_ ? linear_ip() : kNoAddress;
  if (resuming_) hold();
  // An interrupt that came while the CPU was paused waits for the end of the block, as others do.
  if (!p.irq_at_pause && bus_.irq_pending() && interrupts_enabled()) {
    p.stopping = true;
    hold();
  }
  return execute();
}

void Cpu::pause_here(std::uint64_t linear, std::uint64_t bytes_not_run) {
  Progress& p = progress_;
  p.hidden = clock_.now() - exact_time(bytes_not_run);
  clock_.advance(-p.hidden);
  p.paused = true;
  p.inside = bytes_not_run > 0;
  p.irq_at_pause = bus_.irq_pending();
  aim_ = {};
  stop_here(linear);
}

/// The block hook says that a block begins, and the budget does not simply allow it: it does not fit, or somebody wants
/// to be asked.
void Cpu::out_of_budget() {
  Progress& p = progress_;
  if (p.held) {
    p.budget = kNoBudget;
  } else {
    p.budget += p.block_size;
  }
  if (!pending_.empty()) report_accesses();
  if (resuming_ || (split_at_ && p.block_address == split_at_)) return go_on_in_block();
  split_at_ = 0;
  const bool repeated = take_back_what_was_rewritten();
  if (p.stopping) return stop_here(p.block_address);
  const Nanoseconds start = exact_time(0);
  const bool late = start + p.block_size > p.deadline;
  if (late && !(p.free_block && start == p.begin)) {
    stop_here(p.block_address);
    return finish(CpuExit::kDeadline, {});
  }
  const bool mode_changed = std::exchange(mode_changed_, false);
  if (!repeated && (execution_watched_ || mode_changed)) {
    if (bus_.crosses(p.block_address)) return pause_here(p.block_address, 0);
    if (execution_watched_ && bus_.may_cross(p.block_address, p.block_address + p.block_size - 1) && !block_is_hooked())
      return;
  }
  if (!repeated && aim_.kind != Aim::Kind::kNone) {
    const bool steps = aim_.kind == Aim::Kind::kSteps;
    if (steps ? aim_.steps == 0 : start >= aim_.time) return pause_here(p.block_address, 0);
    const bool inside = !aim_.between_blocks && (steps || start + p.block_size > aim_.time);
    if (inside && !block_is_hooked()) return;
    if (steps) --aim_.steps;
  }
  if (late) {
    p.free_block = false;
    p.ran_address = p.block_address;
    p.ran_size = p.block_size;
  }
  left() -= p.block_size;
  release();
}

/// The rest of a block begins, which has been charged for.
void Cpu::go_on_in_block() {
  Progress& p = progress_;
  const std::uint64_t end = whole_block_.address + whole_block_.size, rest = p.block_address + p.block_size;
  if (resuming_ && aim_.kind == Aim::Kind::kSteps && aim_.steps > 0) --aim_.steps;
  resuming_ = false;
  p.inside = false;
  split_at_ = rest < end ? rest : 0;
  p.block_address = whole_block_.address;
  p.block_size = whole_block_.size;
  release();
}

/// True when the code of this block is translated so that each of its instructions calls on_step_hook(). Else the
/// engine stops, to come back here when it is.
bool Cpu::block_is_hooked() {
  Progress& p = progress_;
  const StepHook wanted{p.block_address + 1, p.block_address + p.block_size};
  if (step_hook_.covers(wanted)) {
    // With the hook in it, a very long block may have become shorter: it counts as it was.
    const bool cut = prepared_.address == p.block_address && prepared_.size > p.block_size;
    if (cut) {
      split_at_ = p.block_address + p.block_size;
      p.block_size = prepared_.size;
      whole_block_ = prepared_;
      hold();
    }
    prepared_ = {};
    return true;
  }
  prepared_ = {p.block_address, p.block_size};
  wanted_hook_ = wanted;
  stop_here(p.block_address);
  restart_ = true;
  return false;
}

/// Before the rest of a paused block runs.
void Cpu::hook_rest_of_block() {
  Progress& p = progress_;
  const std::uint64_t end = p.block_address + p.block_size;
  const bool watched = execution_watched_ && bus_.may_cross(linear_ip(), end - 1);
  const bool all = watched || aim_.kind == Aim::Kind::kSteps ||
                   (aim_.kind == Aim::Kind::kTime && !aim_.between_blocks &&
                    exact_time(0) > aim_.time);  // all of the block has been charged
  if (all) {
    wanted_hook_ = {linear_ip() + 1, end};
  } else if (p.block_size >= kSurelyWhole) {
    wanted_hook_ = {end, end};
  }
}

void Cpu::place_step_hook() {
  if (wanted_hook_.exists() ? step_hook_.covers(wanted_hook_) : !step_hook_.exists()) return;
  if (step_hook_.exists()) {
    uc_hook_del(engine_, step_hook_.hook);
    forget_code(step_hook_.first, step_hook_.last);
  }
  step_hook_ = wanted_hook_;
  if (!step_hook_.exists()) return;
  uc_hook hook;
  const auto callback = +[](uc_engine*, std::uint64_t address, std::uint32_t, void* user) {
    static_cast<Cpu*>(user)->on_step_hook(address);
  };
  if (uc_hook_add(engine_, &hook, UC_HOOK_CODE, reinterpret_cast<void*>(callback), this, step_hook_.first,
                  step_hook_.last) != UC_ERR_OK)
    throw Error(ErrorKind::kInternal, "the CPU engine cannot watch code for a single step");
  step_hook_.hook = hook;
  forget_code(step_hook_.first, step_hook_.last);
}

void Cpu::forget_code(std::uint64_t first, std::uint64_t last) {
  if (kit_) return kit_->invalidate_linear(first, last - first + 1);
  uc_ctl_remove_cache(engine_, first, last + 1);
}

void Cpu::on_step_hook(std::uint64_t linear) {
  if (progress_.paused || restart_) return;
  leave_code_hook(linear);
  const std::uint64_t begin = progress_.block_address, end = begin + progress_.block_size;
  // Here, and not when a loop comes by again: the rest of the resumed block may have had no hook to notice.
  if (std::exchange(resumed_at_, kNoAddress) == linear && exact_time(end - linear) == resumed_time_) return;
  if (linear == end) {  // the rest of a block that had been cut off goes on here: a block of its own
    stop_here(linear);
    restart_ = true;
    return;
  }
  if (linear <= begin || linear > end) return;
  if (execution_watched_ && bus_.crosses(linear)) return pause_here(linear, end - linear);
  if (aim_.kind == Aim::Kind::kSteps) {
    if (aim_.steps == 0) return pause_here(linear, end - linear);
    --aim_.steps;
  } else if (aim_.kind == Aim::Kind::kTime && !aim_.between_blocks && exact_time(end - linear) >= aim_.time) {
    pause_here(linear, end - linear);
  }
}

/// A code hook leaves the arithmetic flags in EFLAGS too, where later flags would be mixed with them; and RIP is
/// linear.
void Cpu::leave_code_hook(std::uint64_t linear) {
  State state(*this);
  const auto* segments = reinterpret_cast<const EngineSegment*>(state.bytes() + layout_.segments);
  state.put<std::uint64_t>(
      layout_.eflags, state.get<std::uint64_t>(layout_.eflags) & ~(std::uint64_t{kArithmeticFlags} | flag::kDirection));
  state.put<std::uint64_t>(layout_.rip, linear - segments[1].base);
  state.save();
}

/// A store hit translated code. When it is the running block's own, the engine does not come back here but executes the
/// instruction anew, as a block of its own: what was charged for it and for what lies behind it is given back then.
void Cpu::rewriting_code(bool begins) {
  if (begins) {
    rewritten_begin_ = progress_.block_address;
    rewritten_end_ = progress_.block_address + progress_.block_size;
    hold();
  } else {
    rewritten_end_ = 0;
    release();
  }
}

/// True when the instruction that is about to run was interrupted that way.
bool Cpu::take_back_what_was_rewritten() {
  const std::uint64_t end = std::exchange(rewritten_end_, 0), at = progress_.block_address;
  if (end == 0 || at < rewritten_begin_ || at >= end) return false;
  if (static_cast<std::int64_t>(end - at) <= progress_.slice - left()) refund(end - at);
  return true;
}

}  // namespace emu
