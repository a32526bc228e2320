// The overrides themselves: each looks whether the running engine is ours, and passes through when it is not.
#ifdef BOOTSIM_KIT

#include <algorithm>
#include <cstring>

#include "emu/registers.h"
#include "emu/unicorn_kit/kit.h"
#include "emu/unicorn_kit/upstream.h"

namespace emu::kit {

namespace {

thread_local Kit* current = nullptr;
thread_local TranslatedCode* translated_code = nullptr;

/// Stands for the page lock when a store turns out to hit no code.
char no_pages;

constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

}  // namespace

Kit::Running::Running(Kit* kit, TranslatedCode* code) : previous_(current), previous_code_(translated_code) {
  current = kit;
  translated_code = code;
}
Kit::Running::~Running() {
  current = previous_;
  translated_code = previous_code_;
}

/// The overrides' view of a kit's private parts.
struct Overrides {
  static Kit* of_engine(const void* uc) {
    return current && current->state_ && current->engine_ == uc ? current : nullptr;
  }
  static Kit* of_cpu(const void* cpu) { return current && current->state_ && current->cpu_ == cpu ? current : nullptr; }
  static Kit* of_state(const void* env) { return current && env && current->state_ == env ? current : nullptr; }
  static Host& host(Kit& k) { return k.host_; }
  static void* ram_region(Kit& k) { return k.ram_region_; }

  static void show_cpu(void* cpu) {
    if (current && !current->cpu_) current->cpu_ = cpu;
  }

  static void set_page(Kit& k, std::uint64_t linear, std::uint32_t attrs, int protection, int mmu_index) {
    ++k.counters.page_fills;
    std::uint64_t physical = k.translate(linear);
    // Beyond what the CPU can address there is nothing; the last page of the address space is a hole.
    if (physical >= Memory::kAddressSpace) physical = Memory::kAddressSpace - Memory::kPage;
    physical &= ~(Memory::kPage - 1);
    k.filling_ = physical >> 12;
    __real_tlb_set_page_with_attrs_x86_64(k.cpu_, linear, physical, attrs, protection, mmu_index, Memory::kPage);
    k.filling_ = kNowhere;
    if (!(protection & kPageWrite)) return;
    const std::uint64_t ram = k.ram_address(physical);
    if (ram == kNowhere) return;
    linear &= ~(Memory::kPage - 1);
    k.filled(ram >> 12, linear);
    if (k.may_be_fast(ram >> 12)) tlb_set_dirty_x86_64(k.cpu_, linear);
  }

  /// Which accesses to the page that is being entered are to be reported.
  static int watched(Kit& k) {
    const auto in = [&](const std::vector<std::uint64_t>& pages) {
      return std::binary_search(pages.begin(), pages.end(), k.filling_);
    };
    return (in(k.watched_.read) ? kWatchRead : 0) | (in(k.watched_.write) ? kWatchWrite : 0);
  }

  /// Of a store that is not aligned the library means to check the parts on both pages; when there is but one page, it
  /// gets both parts wrong. Its bytes follow one by one: what is no size of an access is left to them.
  static void report_access(Kit& k, std::uint64_t linear, std::uint64_t size, int flags,
                            std::uintptr_t return_address) {
    if (size != 1 && size != 2 && size != 4 && size != 8) return;
    const std::uint64_t physical = k.translate(linear);
    if (physical == kNowhere) return;
    // Makes RIP exact, for a moment: RETF sets it between its two reads.
    auto& rip = k.field<std::uint64_t>(k.layout_.rip);
    auto& cc_op = k.field<std::uint32_t>(k.layout_.cc_op);
    const std::uint64_t rip_now = rip;
    const std::uint32_t cc_op_now = cc_op;
    if (return_address) cpu_restore_state_x86_64(k.cpu_, return_address, false);
    const auto* segments = reinterpret_cast<const EngineSegment*>(k.state_ + k.layout_.segments);
    k.host_.watched_access(segments[1].base + rip, PhysAddr(physical), static_cast<std::uint32_t>(size),
                           flags & kWatchWrite);
    rip = rip_now;
    cc_op = cc_op_now;
  }

  static void protect_code(Kit& k, std::uint64_t ram) {
    const std::uint64_t page = ram >> 12;
    if (page >= k.code_pages_.size() || k.code_pages_[page]) return;
    k.code_pages_[page] = 1;
    const auto host = reinterpret_cast<std::uint64_t>(qemu_map_ram_ptr_x86_64(k.engine_, nullptr, page << 12));
    tlb_reset_dirty_x86_64(k.cpu_, host, Memory::kPage);
  }
  static void unprotect_code(Kit& k, std::uint64_t ram) {
    const std::uint64_t page = ram >> 12;
    if (page < k.code_pages_.size()) k.code_pages_[page] = 0;
  }

  /// The page walk sets the accessed and dirty bits past all that sees stores.
  static void marking_page_table(Kit& k, std::uint64_t physical) {
    const std::uint64_t page = k.ram_address(physical) >> 12;
    if (page < k.pages_.size() && k.pages_[page].host) k.memory_.journal().about_to_change(k.pages_[page].host, 1);
  }

  static bool store_misses_code(Kit& k, std::uint64_t start, std::uint64_t end) {
    ++k.counters.slow_stores;
    const std::uint64_t page = start >> 12;
    if (page < k.pages_.size() && k.pages_[page].host) {
      k.memory_.journal().about_to_change(k.pages_[page].host, 1);
      if (k.may_be_fast(page)) k.let_stores_be_fast(page);
    }
    return (start >> 12) == ((end - 1) >> 12) && !k.code_in(start, end - start);
  }
  static void forget_code(Kit& k, std::uint64_t start, int size) {
    k.clear_code(start, static_cast<std::uint64_t>(size));
  }

  static void translated(Kit& k, const TranslationBlockHead& block) {
    // A block may cross into a second page, which may lie elsewhere physically.
    std::uint64_t at = block.pc, left = block.size;
    while (left > 0) {
      const std::uint64_t n = std::min<std::uint64_t>(left, Memory::kPage - (at & (Memory::kPage - 1)));
      const std::uint64_t physical = k.translate(at);
      const std::uint64_t ram = physical == kNowhere ? kNowhere : k.ram_address(physical);
      if (ram != kNowhere) k.mark_code(ram, n);
      at += n;
      left -= n;
    }
  }

  static bool take_interrupt(Kit& k) {
    const bool enabled = k.field<std::uint64_t>(k.layout_.eflags) & flag::kInterrupt;
    const bool shadowed = k.field<std::uint32_t>(k.layout_.hflags) & hflag::kInhibitIrq;
    if (!enabled || shadowed || k.host_.interrupts_held()) return false;
    auto& request = *reinterpret_cast<std::uint32_t*>(static_cast<std::uint8_t*>(k.cpu_) + k.interrupt_request_);
    request &= ~kInterruptHard;
    if (!k.host_.irq_pending()) return false;
    const std::uint8_t vector = k.host_.acknowledge_irq();
    do_interrupt_x86_hardirq_x86_64(k.state_, vector, 1);
    if (k.host_.irq_pending()) {
      request |= kInterruptHard;
      // Through a trap gate the next may come at once. When the engine would look depends on what it has translated.
      if (k.field<std::uint64_t>(k.layout_.eflags) & flag::kInterrupt) k.host_.interrupt_still_pending();
    }
    return true;
  }

  /// CS and SS as SYSCALL and SYSENTER load them: flat, ring 0, from a selector (Intel SDM vol. 2).
  static void enter_ring0(Kit& k, std::uint16_t selector, bool code64) {
    constexpr std::uint32_t kCode = 0x00C09B00, kStack = 0x00C09300, kDefault32 = 0x00400000, kLong = 0x00200000;
    const std::uint32_t cs = selector & 0xFFFC;
    auto* segments = reinterpret_cast<EngineSegment*>(k.state_ + k.layout_.segments);
    segments[1] = {cs, 0, 0xFFFFFFFF, code64 ? (kCode & ~kDefault32) | kLong : kCode};
    segments[2] = {cs + 8, 0, 0xFFFFFFFF, kStack};
    auto& hf = k.field<std::uint32_t>(k.layout_.hflags);
    hf &= ~(hflag::kCplMask | hflag::kCs64 | hflag::kAddSeg);
    hf |= hflag::kCs32 | hflag::kSs32 | (code64 ? hflag::kCs64 : 0);
  }

  static void set_flags(Kit& k, std::uint64_t flags) {
    k.field<std::uint64_t>(k.layout_.cc_src) = flags & kArithmeticFlags;
    k.field<std::uint32_t>(k.layout_.cc_op) = kCcOpEflags;
    k.field<std::int32_t>(k.layout_.direction) = flags & flag::kDirection ? -1 : 1;
    k.field<std::uint64_t>(k.layout_.eflags) = (flags & ~(std::uint64_t{kArithmeticFlags} | flag::kDirection)) | 2;
  }

  static void syscall(Kit& k, int length) {
    const std::uint64_t star = k.field<std::uint64_t>(k.layout_.star);
    const auto selector = static_cast<std::uint16_t>(star >> 32);
    auto* gpr = reinterpret_cast<std::uint64_t*>(k.state_);
    auto& rip = k.field<std::uint64_t>(k.layout_.rip);
    const std::uint64_t next = rip + static_cast<std::uint64_t>(length);
    const std::uint64_t flags = helper_read_eflags_x86_64(k.state_);
    const std::uint32_t hf = k.field<std::uint32_t>(k.layout_.hflags);
    if (hf & hflag::kLongMode) {
      gpr[1] = next;    // RCX
      gpr[11] = flags;  // R11
      enter_ring0(k, selector, true);
      set_flags(k, flags & ~k.field<std::uint64_t>(k.layout_.fmask));
      rip = k.field<std::uint64_t>(hf & hflag::kCs64 ? k.layout_.lstar : k.layout_.cstar);
    } else {
      gpr[1] = static_cast<std::uint32_t>(next);
      enter_ring0(k, selector, false);
      set_flags(k, flags & ~std::uint64_t{flag::kInterrupt | flag::kVm86});
      rip = static_cast<std::uint32_t>(star);
    }
  }

  /// False when SYSENTER would fault (no target was set): the real helper then only skips it.
  static bool sysenter(Kit& k) {
    const std::uint32_t cs = k.field<std::uint32_t>(k.layout_.sysenter_cs);
    if ((cs & 0xFFFC) == 0) return false;
    const bool long_mode = k.field<std::uint32_t>(k.layout_.hflags) & hflag::kLongMode;
    const std::uint64_t flags = helper_read_eflags_x86_64(k.state_);
    enter_ring0(k, static_cast<std::uint16_t>(cs), long_mode);
    set_flags(k, flags & ~std::uint64_t{flag::kInterrupt | flag::kVm86});
    reinterpret_cast<std::uint64_t*>(k.state_)[4] = k.field<std::uint64_t>(k.layout_.sysenter_esp);
    k.field<std::uint64_t>(k.layout_.rip) = k.field<std::uint64_t>(k.layout_.sysenter_eip);
    return true;
  }
};

}  // namespace emu::kit

using emu::kit::current;
using emu::kit::Kit;
using emu::kit::no_pages;
using emu::kit::Overrides;
using emu::kit::translated_code;

extern "C" {

void __wrap_x86_cpu_exec_enter_x86_64(void* cpu) {
  Overrides::show_cpu(cpu);
  __real_x86_cpu_exec_enter_x86_64(cpu);
}

void __wrap_tlb_set_page_with_attrs_x86_64(void* cpu, std::uint64_t linear, std::uint64_t physical, std::uint32_t attrs,
                                           int protection, int mmu_index, std::uint64_t size) {
  if (Kit* k = Overrides::of_cpu(cpu)) return Overrides::set_page(*k, linear, attrs, protection, mmu_index);
  __real_tlb_set_page_with_attrs_x86_64(cpu, linear, physical, attrs, protection, mmu_index, size);
}

void __wrap_tlb_protect_code_x86_64(uc_struct* uc, std::uint64_t ram_address) {
  if (Kit* k = Overrides::of_engine(uc)) Overrides::protect_code(*k, ram_address);
}

void __wrap_tlb_unprotect_code_x86_64(uc_struct* uc, std::uint64_t ram_address) {
  if (Kit* k = Overrides::of_engine(uc)) Overrides::unprotect_code(*k, ram_address);
}

void* __wrap_memory_mapping(uc_struct* uc, std::uint64_t address) {
  if (Kit* k = Overrides::of_engine(uc)) return Overrides::ram_region(*k);
  return __real_memory_mapping(uc, address);
}

void* __wrap_page_collection_lock_x86_64(uc_struct* uc, std::uint64_t start, std::uint64_t end) {
  if (Kit* k = Overrides::of_engine(uc); k && Overrides::store_misses_code(*k, start, end)) return &no_pages;
  return __real_page_collection_lock_x86_64(uc, start, end);
}

void __wrap_page_collection_unlock_x86_64(void* pages) {
  if (pages != &no_pages) __real_page_collection_unlock_x86_64(pages);
}

void __wrap_tb_invalidate_phys_page_fast_x86_64(uc_struct* uc, void* pages, std::uint64_t start, int size,
                                                std::uintptr_t return_address) {
  if (pages == &no_pages) return;
  // Before the real one, which does not come back when it throws away the block that is running.
  Kit* k = Overrides::of_engine(uc);
  if (k) {
    Overrides::forget_code(*k, start, size);
    Overrides::host(*k).rewriting_code(true);
  }
  __real_tb_invalidate_phys_page_fast_x86_64(uc, pages, start, size, return_address);
  if (k) Overrides::host(*k).rewriting_code(false);
}

void __wrap_x86_stl_phys_notdirty_x86_64(void* cpu, std::uint64_t physical, std::uint32_t value) {
  if (Kit* k = Overrides::of_cpu(cpu)) Overrides::marking_page_table(*k, physical);
  __real_x86_stl_phys_notdirty_x86_64(cpu, physical, value);
}

int __wrap_cpu_watchpoint_address_matches_x86_64(void* cpu, std::uint64_t linear, std::uint64_t size) {
  if (Kit* k = Overrides::of_cpu(cpu)) return Overrides::watched(*k);
  return __real_cpu_watchpoint_address_matches_x86_64(cpu, linear, size);
}

void __wrap_cpu_check_watchpoint_x86_64(void* cpu, std::uint64_t linear, std::uint64_t size, std::uint32_t attrs,
                                        int flags, std::uintptr_t return_address) {
  if (Kit* k = Overrides::of_cpu(cpu)) return Overrides::report_access(*k, linear, size, flags, return_address);
  __real_cpu_check_watchpoint_x86_64(cpu, linear, size, attrs, flags, return_address);
}

void* __wrap_tb_gen_code_x86_64(void* cpu, std::uint64_t pc, std::uint64_t cs_base, std::uint32_t flags, int cflags) {
  Kit* k = Overrides::of_cpu(cpu);
  if (k) Overrides::host(*k).translating(pc);
  void* block = __real_tb_gen_code_x86_64(cpu, pc, cs_base, flags, cflags);
  if (translated_code) translated_code->note(block);
  if (k) Overrides::translated(*k, *static_cast<const emu::kit::TranslationBlockHead*>(block));
  return block;
}

bool __wrap_x86_cpu_exec_interrupt_x86_64(void* cpu, int request) {
  Kit* k = Overrides::of_cpu(cpu);
  if (k && (static_cast<std::uint32_t>(request) & emu::kit::kInterruptHard)) return Overrides::take_interrupt(*k);
  return __real_x86_cpu_exec_interrupt_x86_64(cpu, request);
}

std::uint64_t __wrap_cpu_get_tsc_x86_64(void* env) {
  if (Kit* k = Overrides::of_state(env)) return Overrides::host(*k).time_stamp();
  return __real_cpu_get_tsc_x86_64(env);
}

void __wrap_helper_hlt_x86_64(void* env, int next_eip_addend) {
  if (Kit* k = Overrides::of_state(env)) Overrides::host(*k).halted();
  __real_helper_hlt_x86_64(env, next_eip_addend);
}

void __wrap_helper_pause_x86_64(void* env, int next_eip_addend) {
  if (Kit* k = Overrides::of_state(env)) Overrides::host(*k).spinning();
  __real_helper_pause_x86_64(env, next_eip_addend);
}

void __wrap_helper_syscall_x86_64(void* env, int next_eip_addend) {
  if (Kit* k = Overrides::of_state(env)) return Overrides::syscall(*k, next_eip_addend);
  __real_helper_syscall_x86_64(env, next_eip_addend);
}

void __wrap_helper_sysenter_x86_64(void* env, int next_eip_addend) {
  if (Kit* k = Overrides::of_state(env); k && Overrides::sysenter(*k)) return;
  __real_helper_sysenter_x86_64(env, next_eip_addend);
}

void __wrap_qemu_system_reset_request(uc_struct* uc) {
  if (Kit* k = Overrides::of_engine(uc)) Overrides::host(*k).triple_fault();
  __real_qemu_system_reset_request(uc);
}

}  // extern "C"

#endif  // BOOTSIM_KIT
