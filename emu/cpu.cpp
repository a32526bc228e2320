#include "emu/cpu.h"

#include <unicorn/unicorn.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

#include "emu/cpuid.h"
#include "emu/error.h"
#include "emu/interrupt_delivery.h"

namespace emu {

namespace {

/// A budget that no block fits into: how stop() makes the next block notice.
constexpr std::int64_t kNoBudget = std::numeric_limits<std::int64_t>::min() / 2;
/// At most this much time in one slice, so that the sums cannot overflow.
constexpr Nanoseconds kLongestSlice = 1'000 * kSecond;
constexpr std::uint8_t kInvalidOpcode = 6;
/// What an exception takes, so that a guest whose handler returns to the faulting instruction cannot stop the clock.
constexpr std::int64_t kExceptionTime = 50;
constexpr std::uint64_t kHighMemory = 0x100000, kHighMemoryArea = 0x10000;

void check(uc_err error, const char* doing) {
  if (error != UC_ERR_OK)
    throw Error(ErrorKind::kInternal, std::string("the CPU engine failed while ") + doing + ": " + uc_strerror(error));
}

template <class T>
T get(const std::uint8_t* state, std::size_t offset) {
  T value;
  std::memcpy(&value, state + offset, sizeof value);
  return value;
}

template <class T>
void put(std::uint8_t* state, std::size_t offset, T value) {
  std::memcpy(state + offset, &value, sizeof value);
}

}  // namespace

/// The engine's registers as bytes, for the length of a scope. Without the kit they are a copy, which save() gives back.
class Cpu::State {
 public:
  explicit State(Cpu& cpu) : cpu_(cpu) {
    if (cpu.kit_) {
      bytes_ = cpu.kit_->state();
    } else {
      uc_context_save(cpu.engine_, cpu.context_);
      bytes_ = reinterpret_cast<std::uint8_t*>(cpu.context_) + cpu.layout_.header;
    }
  }
  void save() {
    if (!cpu_.kit_) uc_context_restore(cpu_.engine_, cpu_.context_);
  }
  std::uint8_t* bytes() { return bytes_; }
  template <class T>
  T get(std::size_t offset) const {
    return emu::get<T>(bytes_, offset);
  }
  template <class T>
  void put(std::size_t offset, T value) {
    emu::put(bytes_, offset, value);
  }

 private:
  Cpu& cpu_;
  std::uint8_t* bytes_;
};

/// The library calls these; C++ errors must not cross its C frames, so they wait in guard() until run() returns.
struct Cpu::Hooks {
  static Cpu& cpu(void* user) { return *static_cast<Cpu*>(user); }

  static std::uint32_t in(uc_engine*, std::uint32_t port, int size, void* user) {
    Cpu& c = cpu(user);
    try {
      c.sync_clock();
      return c.bus_.port_in(static_cast<std::uint16_t>(port), size);
    } catch (...) {
      c.guard(std::current_exception());
      return 0;
    }
  }
  static void out(uc_engine*, std::uint32_t port, int size, std::uint32_t value, void* user) {
    Cpu& c = cpu(user);
    try {
      c.sync_clock();
      c.bus_.port_out(static_cast<std::uint16_t>(port), value, size);
    } catch (...) {
      c.guard(std::current_exception());
    }
  }
  static void interrupt(uc_engine*, std::uint32_t vector, void* user) { cpu(user).on_interrupt(vector); }
  static bool invalid_instruction(uc_engine*, void* user) {
    Cpu& c = cpu(user);
    c.on_interrupt(kInvalidOpcode);
    return true;
  }
  static int cpuid(uc_engine* uc, void* user) {
    std::uint64_t eax = 0, ecx = 0;
    uc_reg_read(uc, UC_X86_REG_RAX, &eax);
    uc_reg_read(uc, UC_X86_REG_RCX, &ecx);
    const CpuidResult r =
        emu::cpuid(static_cast<std::uint32_t>(eax), static_cast<std::uint32_t>(ecx), cpu(user).uses_kit());
    const std::uint64_t values[] = {r.eax, r.ebx, r.ecx, r.edx};
    static constexpr int kRegisters[] = {UC_X86_REG_RAX, UC_X86_REG_RBX, UC_X86_REG_RCX, UC_X86_REG_RDX};
    for (int i = 0; i < 4; ++i) uc_reg_write(uc, kRegisters[i], &values[i]);
    return 1;
  }
  /// The clock. Translated code calls this directly at the start of each block.
  static void block(uc_engine*, std::uint64_t address, std::uint32_t size, void* user) {
    Cpu& c = cpu(user);
    c.block_address_ = address;
    c.block_size_ = size;
    if (!c.kit_ && !c.before_block_publicly()) return;
    if ((c.budget_ -= size) < 0) c.out_of_budget();
  }
  static void code(uc_engine*, std::uint64_t address, std::uint32_t, void* user) {
    Cpu& c = cpu(user);
    try {
      c.on_watched_code(address);
    } catch (...) {
      c.guard(std::current_exception());
    }
  }
  /// Writes to ROM are ignored by the page's own attribute; true lets the guest go on.
  static bool write_protected(uc_engine*, uc_mem_type, std::uint64_t, int, std::int64_t, void*) { return true; }

  static std::uint64_t mmio_read(uc_engine*, std::uint64_t offset, unsigned size, void* user) {
    const auto& w = *static_cast<Window*>(user);
    w.cpu->sync_clock();
    return w.device ? w.device->mmio_read(w.base + offset, static_cast<int>(size)) : ~std::uint64_t{0};
  }
  static void mmio_write(uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* user) {
    const auto& w = *static_cast<Window*>(user);
    w.cpu->sync_clock();
    if (w.device) w.device->mmio_write(w.base + offset, value, static_cast<int>(size));
  }
};

Cpu::Cpu(Memory& memory, Clock& clock, CpuBus& bus, bool force_public_engine)
    : memory_(memory), clock_(clock), bus_(bus), force_public_(force_public_engine), layout_(CpuLayout::find()) {
  if (force_public_) kit_refusal_ = "the public engine path was asked for";
  if (!kit::linked_in()) {
    kit_refusal_ = "built without the kit";
    force_public_ = true;
  }
  open_engine();
  memory_.set_listener(this);
}

Cpu::~Cpu() {
  memory_.set_listener(nullptr);
  close_engine();
}

void Cpu::open_engine() {
  check(uc_open(UC_ARCH_X86, UC_MODE_64, &engine_), "opening");
  check(uc_ctl_exits_enable(engine_), "disabling stop addresses");
  check(uc_context_alloc(engine_, &context_), "allocating a context");
  check(uc_context_alloc(engine_, &pristine_), "allocating a context");

  // A 64-bit engine starts in long mode; only there does it offer long mode later. The clean real-mode state comes from a
  // 16-bit engine, whose context has the same shape.
  uc_engine* donor = nullptr;
  check(uc_open(UC_ARCH_X86, UC_MODE_16, &donor), "opening a 16-bit donor");
  uc_context_save(donor, pristine_);
  uc_close(donor);
  put<std::uint64_t>(reinterpret_cast<std::uint8_t*>(pristine_) + layout_.header, layout_.cr, 0x10);  // CR0: ET
  uc_context_restore(engine_, pristine_);

  for (const Region& region : memory_.regions()) map(region);
  add_hooks();
  if (!force_public_) attach_kit();
}

/// Leaves kit_ empty, and says why, when the kit cannot be used with this library.
void Cpu::attach_kit() {
  kit::Host& host = *this;
  auto kit = std::make_unique<kit::Kit>(engine_, layout_, memory_, host);
  if (kit->attach()) {
    kit_ = std::move(kit);
    for (const Region& region : memory_.regions()) kit_->mapped(region);
    if (kit_works()) return;
  }
  // What the attempt left in the engine goes with the engine.
  kit_refusal_ = "the kit's self-test failed with this Unicorn library";
  force_public_ = true;
  close_engine();
  open_engine();
}

void Cpu::close_engine() {
  if (!engine_) return;
  kit_.reset();
  uc_context_free(context_);
  uc_context_free(pristine_);
  uc_close(engine_);
  engine_ = nullptr;
}

void Cpu::add_hooks() {
  const auto add = [this](int type, auto callback, int instruction = 0) {
    uc_hook hook;
    check(uc_hook_add(engine_, &hook, type, reinterpret_cast<void*>(callback), this, 1, 0, instruction), "adding a hook");
  };
  add(UC_HOOK_INSN, &Hooks::in, UC_X86_INS_IN);
  add(UC_HOOK_INSN, &Hooks::out, UC_X86_INS_OUT);
  add(UC_HOOK_INSN, &Hooks::cpuid, UC_X86_INS_CPUID);
  add(UC_HOOK_INTR, &Hooks::interrupt);
  add(UC_HOOK_INSN_INVALID, &Hooks::invalid_instruction);
  add(UC_HOOK_BLOCK, &Hooks::block);
  add(UC_HOOK_MEM_WRITE_PROT, &Hooks::write_protected);
}

void Cpu::map(const Region& region) {
  const std::uint64_t base = region.base.value;
  switch (region.kind) {
    case RegionKind::kRam: {
      // Without the kit the 64 KiB above 1 MiB are a mapping of their own, for the A20 gate to replace.
      const std::uint64_t first = force_public_ && base == kHighMemory ? std::min(kHighMemoryArea, region.size) : region.size;
      check(uc_mem_map_ptr(engine_, base, first, UC_PROT_ALL, region.host), "mapping RAM");
      if (first < region.size)
        check(uc_mem_map_ptr(engine_, base + first, region.size - first, UC_PROT_ALL, region.host + first), "mapping RAM");
      break;
    }
    case RegionKind::kRom:
      // Mapped writable first: only a later protection makes the library ignore writes instead of failing.
      check(uc_mem_map_ptr(engine_, base, region.size, UC_PROT_ALL, region.host), "mapping ROM");
      check(uc_mem_protect(engine_, base, region.size, UC_PROT_READ | UC_PROT_EXEC), "protecting ROM");
      break;
    case RegionKind::kMmio:
    case RegionKind::kHole: {
      Window& w = windows_.emplace_back(Window{this, region.base, region.device});
      check(uc_mmio_map(engine_, base, region.size, &Hooks::mmio_read, &w, &Hooks::mmio_write, &w), "mapping a device");
      break;
    }
  }
  if (kit_) kit_->mapped(region);
}

/// Counts, never times: a store to plain RAM must not take the slow path, and a page that the guest's tables move must be
/// found where they say.
bool Cpu::kit_works() {
  constexpr std::uint64_t kTables = 0x1000, kCode = 0x3000, kTarget = 0x5000;
  // mov [0x4000], eax (in a loop of 64); mov eax, [0x800000]; hlt — in 32-bit protected mode with paging on.
  static constexpr std::uint8_t kProgram[] = {0xB9, 64, 0, 0, 0, 0xA3, 0x00, 0x40, 0x00, 0x00, 0x49, 0x75, 0xF8,
                                              0xA1, 0x00, 0x00, 0x80, 0x00, 0xF4};
  std::vector<std::uint8_t> saved(memory_.ram(), memory_.ram() + 0x6000);
  std::memset(memory_.ram(), 0, 0x6000);
  std::uint8_t* ram = memory_.ram();
  put<std::uint32_t>(ram + kTables, 0, 0x2003);                      // PDE 0 -> page table: identity for 4 MB
  for (std::uint32_t i = 0; i < 8; ++i) put<std::uint32_t>(ram + 0x2000, 4 * i, i << 12 | 3);
  put<std::uint32_t>(ram + kTables, 8, 0x2003);                      // PDE 2: 800000h.. -> the same table
  put<std::uint32_t>(ram + 0x2000, 0, kTarget | 3);                  // page 0 -> kTarget
  put<std::uint32_t>(ram + kTarget, 0, 0x22222222);
  std::memcpy(ram + kCode, kProgram, sizeof kProgram);

  std::uint8_t* state = kit_->state();
  const std::vector<std::uint8_t> before(state, state + layout_.context_size - layout_.header);
  auto* segments = reinterpret_cast<EngineSegment*>(state + layout_.segments);
  for (int i = 0; i < 6; ++i) segments[i] = {8, 0, 0xFFFFFFFF, i == 1 ? 0x00C09B00u : 0x00C09300u};
  put<std::uint64_t>(state, layout_.cr + 24, kTables);
  put<std::uint64_t>(state, layout_.cr, 0x80000011);
  put<std::uint32_t>(state, layout_.hflags, get<std::uint32_t>(state, layout_.hflags) | hflag::kCs32 | hflag::kSs32 | hflag::kProtected);
  kit_->flush_translations();
  const std::uint64_t slow = kit_->counters.slow_stores;
  budget_ = kLongestSlice;
  {
    kit::Kit::Running running(kit_.get());
    uc_emu_start(engine_, kCode, 0, 0, 0);
  }
  const bool ok = get<std::uint32_t>(state, 0) == 0x22222222 && kit_->counters.slow_stores - slow <= 1 &&
                  exit_ == CpuExit::kHalted;
  std::memcpy(state, before.data(), before.size());
  kit_->flush_translations();
  std::memcpy(ram, saved.data(), saved.size());
  uc_ctl_remove_cache(engine_, 0, 0x6000);
  exit_ = CpuExit::kDeadline;
  return ok;
}

void Cpu::reset() {
  uc_context_restore(engine_, pristine_);
  State state(*this);
  auto* segments = reinterpret_cast<EngineSegment*>(state.bytes() + layout_.segments);
  for (int i = 0; i < 6; ++i) segments[i] = {0, 0, 0xFFFF, i == 1 ? 0x9B00u : 0x9300u};
  segments[1].selector = 0xF000;
  segments[1].base = 0xF0000;
  state.put<std::uint64_t>(layout_.rip, 0xFFF0);
  auto* idt = reinterpret_cast<EngineSegment*>(state.bytes() + layout_.idt);
  *idt = {0, 0, 0x3FF, 0};
  state.save();
  if (kit_) {
    kit_->flush_translations();
  } else {
    uc_ctl_remove_cache(engine_, 0, memory_.ram_below_4g());
  }
}

CpuExit Cpu::run(Nanoseconds deadline) {
  exited_ = false;
  exit_detail_.clear();
  stopping_ = false;
  slice_ = std::min(deadline - clock_.now(), kLongestSlice);
  budget_ = slice_;
  if (!kit_) interrupt_publicly();
  uc_err error;
  {
    kit::Kit::Running running(kit_.get());
    running_ = true;
    exit_ = CpuExit::kStopped;
    const std::uint64_t rip = State(*this).get<std::uint64_t>(layout_.rip);
    error = uc_emu_start(engine_, rip, 0, 0, 0);
    running_ = false;
  }
  sync_clock();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (exited_) return exit_;
  if (error == UC_ERR_INSN_INVALID) return CpuExit::kStopped;  // delivered by the hook; go on
  if (error != UC_ERR_OK) {
    exit_detail_ = std::string("the CPU engine stopped: ") + uc_strerror(error);
    return kit_ ? CpuExit::kUnwrittenCode : CpuExit::kUnsupported;
  }
  if (!kit_ && !stopping_ && exit_ == CpuExit::kStopped) {  // the public path has no HLT hook: look behind RIP
    const Registers r = registers();
    const std::uint64_t linear = r[Seg::kCs].base + r.rip - 1;
    if (memory_.read<std::uint8_t>(PhysAddr(translate(linear))) == 0xF4) return CpuExit::kHalted;
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
  if (!running_ || stopping_) return;
  stopping_ = true;
  held_budget_ = budget_;
  budget_ = kNoBudget;
  uc_emu_stop(engine_);
}

void Cpu::guard(std::exception_ptr error) {
  if (!error_) error_ = std::move(error);
  stop();
}

void Cpu::sync_clock() {
  clock_.advance(slice_ - left());
  slice_ = left();
}

void Cpu::set_deadline(Nanoseconds deadline) {
  if (!running_) return;
  slice_ = left() = std::min(deadline - clock_.now(), kLongestSlice);
}

void Cpu::refund(std::uint64_t bytes) { left() += static_cast<std::int64_t>(bytes); }

/// The block ahead does not fit, or a stop is under way: it will not run.
void Cpu::out_of_budget() {
  if (!stopping_ && free_block_) {
    free_block_ = false;
    ran_address_ = block_address_;
    ran_size_ = block_size_;
    return;
  }
  budget_ += block_size_;
  set_rip_to_block();
  if (!stopping_) finish(CpuExit::kDeadline, {});
}

/// With any code hook present the engine does not set RIP when it stops at a block's start.
void Cpu::set_rip_to_block() {
  State state(*this);
  const auto* segments = reinterpret_cast<const EngineSegment*>(state.bytes() + layout_.segments);
  state.put<std::uint64_t>(layout_.rip, block_address_ - segments[1].base);
  state.save();
}

void Cpu::translating(std::uint64_t address) { check_code(address); }

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
  if (code[0] || code[1]) return;
  const std::uint64_t n = std::min<std::uint64_t>(kZeros, region.base.value + region.size - physical);
  if (std::all_of(code, code + n, [](std::uint8_t b) { return b == 0; }))
    finish(CpuExit::kUnwrittenCode, "the CPU ran into zeros: memory that nothing wrote code to");
}

void Cpu::spinning() {
  sync_clock();
  bus_.spinning();
}

std::uint64_t Cpu::time_stamp() {
  spinning();
  return static_cast<std::uint64_t>(clock_.now());
}

void Cpu::on_interrupt(std::uint32_t vector) {
  // No object with a destructor may live when deliver_exception() is called: it can leave by longjmp.
  bool software;
  {
    State state(*this);
    software = state.get<std::int32_t>(layout_.exception_is_int) != 0;
    const bool real_mode = !(state.get<std::uint64_t>(layout_.cr) & 1);
    if (!software) {
      // The block was charged as a whole; give back what the fault kept from running.
      const auto* segments = reinterpret_cast<const EngineSegment*>(state.bytes() + layout_.segments);
      const std::uint64_t at = segments[1].base + state.get<std::uint64_t>(layout_.rip);
      const std::uint64_t end = block_address_ + block_size_;
      const bool inside = at >= block_address_ && at < end;
      if (inside && static_cast<std::int64_t>(end - at) <= slice_ - left()) refund(end - at);
      left() -= kExceptionTime;
      if (real_mode) note_real_mode_fault(static_cast<std::uint8_t>(vector), at);
    }
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
  faults_ = linear == fault_at_ ? faults_ + 1 : 1;
  fault_at_ = linear;
  if (faults_ < kAgainAndAgain) return;
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
  check_code(block_address_);
  if (!irq_waits_ || stopping_ || !interrupts_enabled() || interrupt_shadow()) return true;
  set_rip_to_block();
  finish(CpuExit::kStopped, {});
  return false;
}

/// The public interface cannot tell the engine of an interrupt: it is delivered between two slices, and while one waits,
/// every block looks whether the guest has allowed it.
void Cpu::interrupt_publicly() {
  irq_waits_ = bus_.irq_pending();
  if (!irq_waits_ || !interrupts_enabled() || interrupt_shadow()) return;
  State state(*this);
  std::uint64_t flags = 0;
  uc_reg_read(engine_, UC_X86_REG_RFLAGS, &flags);
  const Delivery result =
      deliver_interrupt(state.bytes(), layout_, memory_, {bus_.acknowledge_irq(), true, 0, flags});
  state.save();
  irq_waits_ = bus_.irq_pending();
  if (result == Delivery::kShutdown) finish(CpuExit::kTripleFault, {});
}

void Cpu::interrupt_line_raised() {
  irq_waits_ = true;
  if (kit_) kit_->request_interrupt();
  if (running_ && interrupts_enabled()) stop();
}

void Cpu::watch_code(std::uint64_t linear) {
  CodeWatch& watch = watches_[linear];
  if (watch.users++ > 0) return;
  uc_hook hook;
  check(uc_hook_add(engine_, &hook, UC_HOOK_CODE, reinterpret_cast<void*>(&Hooks::code), this, linear, linear),
        "watching code");
  watch.hook = hook;
  uc_ctl_remove_cache(engine_, linear, linear + 1);
}

void Cpu::unwatch_code(std::uint64_t linear) {
  const auto it = watches_.find(linear);
  if (it == watches_.end() || --it->second.users > 0) return;
  uc_hook_del(engine_, it->second.hook);
  watches_.erase(it);
  uc_ctl_remove_cache(engine_, linear, linear + 1);
}

void Cpu::on_watched_code(std::uint64_t linear) {
  State state(*this);
  // The hook leaves the arithmetic flags in EFLAGS too, where later flags would be mixed with them; and RIP is linear.
  const auto* segments = reinterpret_cast<const EngineSegment*>(state.bytes() + layout_.segments);
  state.put<std::uint64_t>(layout_.eflags, state.get<std::uint64_t>(layout_.eflags) &
                                               ~(std::uint64_t{kArithmeticFlags} | flag::kDirection));
  state.put<std::uint64_t>(layout_.rip, linear - segments[1].base);
  state.save();
  const std::uint64_t rest = block_address_ + block_size_ - linear;
  const bool inside = linear >= block_address_ && rest <= block_size_;
  // What lies behind this instruction has not happened yet.
  if (inside) refund(rest);
  sync_clock();
  if (bus_.watched_code(linear)) return finish(CpuExit::kStopped, {});
  if (inside) refund(-rest);
}

Registers Cpu::read(const std::uint8_t* state) {
  Registers r;
  std::memcpy(r.gpr.data(), state, sizeof r.gpr);
  r.rip = get<std::uint64_t>(state, layout_.rip);
  const auto* segments = reinterpret_cast<const EngineSegment*>(state + layout_.segments);
  for (int i = 0; i < 6; ++i)
    r.segment[i] = {static_cast<std::uint16_t>(segments[i].selector), segments[i].base, segments[i].limit, segments[i].flags};
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
  const Segment& cs = r[Seg::kCs];
  reinterpret_cast<EngineSegment*>(state.bytes() + layout_.segments)[1] = {cs.selector, cs.base, cs.limit, cs.attributes};
  state.put<std::uint64_t>(layout_.rip, r.rip);
  state.put<std::uint64_t>(layout_.cc_src, r.rflags & kArithmeticFlags);
  state.put<std::uint32_t>(layout_.cc_op, kCcOpEflags);
  state.put<std::int32_t>(layout_.direction, r.rflags & flag::kDirection ? -1 : 1);
  state.put<std::uint64_t>(layout_.eflags, (r.rflags & ~(std::uint64_t{kArithmeticFlags} | flag::kDirection)) | 2);
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
std::uint64_t Cpu::cr0() { return State(*this).get<std::uint64_t>(layout_.cr); }

std::uint64_t Cpu::translate(std::uint64_t linear) {
  // The public path maps every page to itself, whatever the page tables say (docs/engine.md).
  return kit_ ? kit_->translate(linear) : linear & memory_.a20_mask();
}

void Cpu::memory_written(const Region& region, PhysAddr address, std::uint64_t size) {
  if (kit_) return kit_->invalidate(region, address, size);
  uc_ctl_remove_cache(engine_, address.value, address.value + size);
}

// A region with host memory that changes in part is unmapped whole and its rest mapped anew: the engine would move what
// it keeps of a block, and the kit knows blocks by where they are.
void Cpu::mapping_changing(PhysAddr base, std::uint64_t size) {
  remapped_from_ = base.value;
  remapped_to_ = base.value + size;
  for (const Region& r : memory_.regions()) {
    const std::uint64_t end = r.base.value + r.size;
    if (!r.host || end <= base.value || r.base.value >= base.value + size) continue;
    if (kit_) kit_->unmapping(r);
    remapped_from_ = std::min(remapped_from_, r.base.value);
    remapped_to_ = std::max(remapped_to_, end);
  }
  check(uc_mem_unmap(engine_, remapped_from_, remapped_to_ - remapped_from_), "changing the memory map");
}

void Cpu::mapping_changed(PhysAddr, std::uint64_t) {
  for (const Region& r : memory_.regions())
    if (r.base.value >= remapped_from_ && r.base.value < remapped_to_) map(r);
  if (kit_) {
    kit_->flush_translations();
  }
}

void Cpu::a20_changed() {
  if (kit_) return kit_->flush_translations();
  // The public path cannot mask addresses: the 64 KiB above 1 MiB show the first 64 KiB while the gate is shut.
  uc_mem_unmap(engine_, kHighMemory, kHighMemoryArea);
  std::uint8_t* host = memory_.ram() + (memory_.a20_enabled() ? kHighMemory : 0);
  check(uc_mem_map_ptr(engine_, kHighMemory, kHighMemoryArea, UC_PROT_ALL, host), "switching the A20 gate");
}

}  // namespace emu
