// The engine behind the CPU: opened, connected to memory and to the machine by hooks, repaired by the kit.
#include <unicorn/unicorn.h>

#include <algorithm>
#include <cstring>

#include "emu/cpu.h"
#include "emu/cpu_state.h"
#include "emu/cpuid.h"
#include "emu/error.h"
#include "emu/timing.h"

namespace emu {

namespace {

constexpr std::uint64_t kHighMemory = 0x100000, kHighMemoryArea = 0x10000;

void check(uc_err error, const char* doing) {
  if (error != UC_ERR_OK)
    throw Error(ErrorKind::kInternal, std::string("the CPU engine failed while ") + doing + ": " + uc_strerror(error));
}

}  // namespace

/// The library calls these; C++ errors must not cross its C frames, so they wait in guard() until run() returns.
struct Cpu::Hooks {
  static Cpu& cpu(void* user) { return *static_cast<Cpu*>(user); }

  static std::uint32_t in(uc_engine*, std::uint32_t port, int size, void* user) {
    Cpu& c = cpu(user);
    try {
      c.begin_host_work();
      return c.bus_.port_in(static_cast<std::uint16_t>(port), size);
    } catch (...) {
      c.guard(std::current_exception());
      return 0;
    }
  }
  static void out(uc_engine*, std::uint32_t port, int size, std::uint32_t value, void* user) {
    Cpu& c = cpu(user);
    try {
      c.begin_host_work();
      c.bus_.port_out(static_cast<std::uint16_t>(port), value, size);
    } catch (...) {
      c.guard(std::current_exception());
    }
  }
  static void interrupt(uc_engine*, std::uint32_t vector, void* user) { cpu(user).on_interrupt(vector); }
  static bool invalid_instruction(uc_engine*, void* user) {
    Cpu& c = cpu(user);
    c.stopped_here_ = true;  // the engine leaves after this hook: no HLT
    c.on_interrupt(kInvalidOpcode);
    return true;
  }
  static int cpuid(uc_engine* uc, void* user) {
    std::uint64_t eax = 0, ecx = 0;
    uc_reg_read(uc, UC_X86_REG_RAX, &eax);
    uc_reg_read(uc, UC_X86_REG_RCX, &ecx);
    cpu(user).note_host_work();
    cpu(user).spend(kInterruptTime);
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
    c.progress_.block_address = address;
    c.progress_.block_size = size;
    if (!c.kit_) {
      c.translated_code_.note(__builtin_return_address(0));  // in the translated block
      if (!c.resuming_ && !c.before_block_publicly()) return;
    }
    if (c.mode_watched_ && c.mode_bits() != c.noted_mode_) c.ask_of_mode();
    if ((c.progress_.budget -= size) < 0) c.out_of_budget();
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
    if (!w.device) return ~std::uint64_t{0};
    try {
      w.cpu->begin_host_work();
      const std::uint64_t value = w.device->mmio_read(w.base + offset, static_cast<int>(size));
      w.cpu->spend(kDeviceMemoryTime);
      return value;
    } catch (...) {
      w.cpu->guard(std::current_exception());
      return 0;
    }
  }
  static void mmio_write(uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* user) {
    const auto& w = *static_cast<Window*>(user);
    if (!w.device) return;
    try {
      w.cpu->begin_host_work();
      w.device->mmio_write(w.base + offset, value, static_cast<int>(size));
      w.cpu->spend(kDeviceMemoryTime);
    } catch (...) {
      w.cpu->guard(std::current_exception());
    }
  }
};

Cpu::Cpu(Memory& memory, Clock& clock, CpuBus& bus, const Options& options)
    : memory_(memory),
      clock_(clock),
      bus_(bus),
      force_public_(options.force_public_engine),
      layout_(CpuLayout::find()),
      translated_code_(options.most_translated_code, [this] { stop(); }) {
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
  translated_code_.forget();
  check(uc_open(UC_ARCH_X86, UC_MODE_64, &engine_), "opening");
  check(uc_ctl_exits_enable(engine_), "disabling stop addresses");
  check(uc_context_alloc(engine_, &context_), "allocating a context");
  check(uc_context_alloc(engine_, &pristine_), "allocating a context");

  // A 64-bit engine starts in long mode; only there does it offer long mode later. The clean real-mode state comes from
  // a 16-bit engine, whose context has the same shape.
  uc_engine* donor = nullptr;
  check(uc_open(UC_ARCH_X86, UC_MODE_16, &donor), "opening a 16-bit donor");
  uc_context_save(donor, pristine_);
  uc_close(donor);
  put_field<std::uint64_t>(reinterpret_cast<std::uint8_t*>(pristine_) + layout_.header, layout_.cr, 0x10);  // CR0: ET
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

/// A new engine goes on where the old one was; the guest cannot tell. Between two slices only.
void Cpu::replace_engine() {
  const Saved state = save();
  close_engine();
  open_engine();
  put_registers_back(state);
  step_hook_ = {};
  for (auto& [linear, watch] : watches_) hook(linear, watch);
  if (!memory_.a20_enabled()) a20_changed();
  if (kit_) kit_->watch_pages({watched_for_reads_, watched_for_writes_});
  if (kit_ && bus_.irq_pending()) kit_->request_interrupt();
  ++engine_replacements_;
}

void Cpu::add_hooks() {
  const auto add = [this](int type, auto callback, int instruction = 0) {
    uc_hook hook;
    check(uc_hook_add(engine_, &hook, type, reinterpret_cast<void*>(callback), this, 1, 0, instruction),
          "adding a hook");
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
      const std::uint64_t first =
          force_public_ && base == kHighMemory ? std::min(kHighMemoryArea, region.size) : region.size;
      check(uc_mem_map_ptr(engine_, base, first, UC_PROT_ALL, region.host), "mapping RAM");
      if (first < region.size)
        check(uc_mem_map_ptr(engine_, base + first, region.size - first, UC_PROT_ALL, region.host + first),
              "mapping RAM");
      break;
    }
    case RegionKind::kRom:
      // Mapped writable first: only a later protection makes the library ignore writes instead of failing.
      check(uc_mem_map_ptr(engine_, base, region.size, UC_PROT_ALL, region.host), "mapping ROM");
      check(uc_mem_protect(engine_, base, region.size, UC_PROT_READ | UC_PROT_EXEC), "protecting ROM");
      break;
    case RegionKind::kMmio:
    case RegionKind::kHole: {
      Window& w = window(region.base, region.device);
      check(uc_mmio_map(engine_, base, region.size, &Hooks::mmio_read, &w, &Hooks::mmio_write, &w), "mapping a device");
      break;
    }
  }
  if (kit_) kit_->mapped(region);
}

/// The same one each time for the same device at the same place: a guest may switch video modes for ever.
Cpu::Window& Cpu::window(PhysAddr base, MmioDevice* device) {
  const auto known = std::find_if(windows_.begin(), windows_.end(),
                                  [&](const Window& w) { return w.base == base && w.device == device; });
  return known != windows_.end() ? *known : windows_.emplace_back(Window{this, base, device});
}

/// Counts, never times: a store to plain RAM must not take the slow path, and a page that the guest's tables move must
/// be found where they say.
bool Cpu::kit_works() {
  constexpr std::uint64_t kTables = 0x1000, kCode = 0x3000, kTarget = 0x5000;
  // mov [0x4000], eax (in a loop of 64); mov eax, [0x800000]; hlt — in 32-bit protected mode with paging on.
  static constexpr std::uint8_t kProgram[] = {0xB9, 64,   0,    0,    0,    0xA3, 0x00, 0x40, 0x00, 0x00,
                                              0x49, 0x75, 0xF8, 0xA1, 0x00, 0x00, 0x80, 0x00, 0xF4};
  std::vector<std::uint8_t> saved(memory_.ram(), memory_.ram() + 0x6000);
  std::memset(memory_.ram(), 0, 0x6000);
  std::uint8_t* ram = memory_.ram();
  put_field<std::uint32_t>(ram + kTables, 0, 0x2003);  // PDE 0 -> page table: identity for 4 MB
  for (std::uint32_t i = 0; i < 8; ++i) put_field<std::uint32_t>(ram + 0x2000, 4 * i, i << 12 | 3);
  put_field<std::uint32_t>(ram + kTables, 8, 0x2003);      // PDE 2: 800000h.. -> the same table
  put_field<std::uint32_t>(ram + 0x2000, 0, kTarget | 3);  // page 0 -> kTarget
  put_field<std::uint32_t>(ram + kTarget, 0, 0x22222222);
  std::memcpy(ram + kCode, kProgram, sizeof kProgram);

  std::uint8_t* state = kit_->state();
  const std::vector<std::uint8_t> before(state, state + layout_.context_size - layout_.header);
  auto* segments = reinterpret_cast<EngineSegment*>(state + layout_.segments);
  for (int i = 0; i < 6; ++i) segments[i] = {8, 0, 0xFFFFFFFF, i == 1 ? 0x00C09B00u : 0x00C09300u};
  put_field<std::uint64_t>(state, layout_.cr + 24, kTables);
  put_field<std::uint64_t>(state, layout_.cr, 0x80000011);
  put_field<std::uint32_t>(
      state, layout_.hflags,
      get_field<std::uint32_t>(state, layout_.hflags) | hflag::kCs32 | hflag::kSs32 | hflag::kProtected);
  kit_->flush_translations();
  const std::uint64_t slow = kit_->counters.slow_stores;
  progress_.budget = kLongestSlice;
  {
    kit::Kit::Running running(kit_.get());
    uc_emu_start(engine_, kCode, 0, 0, 0);
  }
  const bool ok = get_field<std::uint32_t>(state, 0) == 0x22222222 && kit_->counters.slow_stores - slow <= 1 &&
                  exit_ == CpuExit::kHalted;
  std::memcpy(state, before.data(), before.size());
  kit_->flush_translations();
  std::memcpy(ram, saved.data(), saved.size());
  uc_ctl_remove_cache(engine_, 0, 0x6000);
  exit_ = CpuExit::kDeadline;
  return ok;
}

void Cpu::reset() {
  progress_ = {};
  aim_ = {};
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

void Cpu::watch_code(std::uint64_t linear) {
  CodeWatch& watch = watches_[linear];
  if (watch.users++ > 0) return;
  hook(linear, watch);
  uc_ctl_remove_cache(engine_, linear, linear + 1);
}

void Cpu::hook(std::uint64_t linear, CodeWatch& watch) {
  uc_hook hook;
  check(uc_hook_add(engine_, &hook, UC_HOOK_CODE, reinterpret_cast<void*>(&Hooks::code), this, linear, linear),
        "watching code");
  watch.hook = hook;
}

void Cpu::unwatch_code(std::uint64_t linear) {
  const auto it = watches_.find(linear);
  if (it == watches_.end() || --it->second.users > 0) return;
  uc_hook_del(engine_, it->second.hook);
  watches_.erase(it);
  uc_ctl_remove_cache(engine_, linear, linear + 1);
}

void Cpu::memory_written(const Region& region, PhysAddr address, std::uint64_t size) {
  host_wrote();
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
  if (kit_) kit_->flush_translations();
}

void Cpu::a20_changed() {
  if (kit_) return kit_->flush_translations();
  // The public path cannot mask addresses: the 64 KiB above 1 MiB show the first 64 KiB while the gate is shut.
  uc_mem_unmap(engine_, kHighMemory, kHighMemoryArea);
  std::uint8_t* host = memory_.ram() + (memory_.a20_enabled() ? kHighMemory : 0);
  check(uc_mem_map_ptr(engine_, kHighMemory, kHighMemoryArea, UC_PROT_ALL, host), "switching the A20 gate");
}

}  // namespace emu
