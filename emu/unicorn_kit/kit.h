// Repairs for Unicorn 2.0.1 on x86, by overriding a few of its functions at link time (-Wl,--wrap on libunicorn.a).
//
// What is wrong upstream, and what each override does about it:
//  * tlb_set_page_with_attrs: the MMU walks the guest's page tables, then throws the result away and maps every page to
//    itself; the A20 gate is lost with it. The override translates again and maps the page that was meant.
//  * The same function marks every page "not dirty", so that every guest store takes a slow path of 100-190 ns. The
//    override clears the mark on pages that hold no translated code; tlb_protect_code and tlb_unprotect_code keep the
//    set of pages that do.
//  * page_collection_lock, page_collection_unlock, tb_invalidate_phys_page_fast, tb_gen_code: a store into a page with
//  code
//    takes the slow path even when it hits data between the code. A bitmap of translated bytes lets most of them pass
//    (GRUB patches its own BIOS-call stub 300,000 times on the way to its menu).
//  * tb_gen_code also tells how full the buffer for translated code is (TranslatedCode).
//  * memory_mapping: looks a linear address up as if it were physical; answered with the RAM region, because the TLB
//  entry
//    that follows already says what is there.
//  * x86_cpu_exec_interrupt: has no interrupt controller; the override acknowledges ours when IF and the STI shadow
//  allow.
//  * cpu_get_tsc: the host's time stamp counter becomes virtual time.
//  * helper_pause: tells that the guest spins, so that virtual time may hurry.
//  * helper_hlt, qemu_system_reset_request: tell a halt and a triple fault from other ways of stopping.
//  * helper_syscall, helper_sysenter: only call hooks upstream; the overrides perform the instruction.
//  * x86_cpu_exec_enter: shows where the engine keeps its CPU.
//  * cpu_watchpoint_address_matches, cpu_check_watchpoint: empty upstream; they make every access to a watched page
//  known.
//  * x86_stl_phys_notdirty: by which the page walk sets accessed and dirty bits; snapshots must know.
//
// Four more, in guards.cpp, keep a guest from aborting the process, and are linked without the kit, too:
//  * g_tree_lookup, cpu_ldub_code: invalid instructions that the translator does not know to be invalid (decoder.h).
//  * cpu_breakpoint_insert, cpu_watchpoint_insert: MOV DR7 wipes the translated code that executes it, and keeps
//  pointers in
//    the saved state. The overrides refuse: debug registers hold what is written, and never break.
//
// The kit is tried at start-up by counting (never by timing) and steps aside when anything is not as expected.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "emu/cpu_layout.h"
#include "emu/memory.h"

struct uc_struct;

namespace emu::kit {

/// What the running machine gives to the overrides. All calls come from inside the engine, on the machine's thread.
class Host {
 public:
  virtual ~Host() = default;
  virtual bool irq_pending() = 0;
  virtual std::uint8_t acknowledge_irq() = 0;
  virtual std::uint64_t time_stamp() = 0;
  /// The guest executed PAUSE: it spins.
  virtual void spinning() = 0;
  virtual void halted() = 0;
  virtual void triple_fault() = 0;
  /// The block at this linear address is about to be translated for the first time.
  virtual void translating(std::uint64_t address) = 0;
  /// Interrupts wait although the guest would take them: the rest of a block is to run first.
  virtual bool interrupts_held() = 0;
  /// One interrupt was taken, and its handler allows the next, which is there.
  virtual void interrupt_still_pending() = 0;
  /// A store hits translated code; and false when that is done. When it is the running block's, it does not come to
  /// that: the next thing is that the block which begins with the storing instruction runs.
  virtual void rewriting_code(bool begins) = 0;
  /// The guest is about to access watched memory (by a part of an instruction: at most 8 bytes within a page). Linear
  /// address of the instruction.
  virtual void watched_access(std::uint64_t instruction, PhysAddr address, std::uint32_t size, bool write) = 0;
};

/// True when the program was linked with the overrides.
bool linked_in();

/// How full the library's buffer for translated code is. Version 2.0.1 takes a full buffer (1 GB) for one that was
/// never begun: it starts again at the beginning and keeps on using what it translated before, until the process
/// crashes (tcg_region_init leaves out the first allocation, which tcg_region_alloc then makes). Whoever runs the
/// engine must replace it before; blocks lie in the buffer in the order of their translation. The kit tells where each
/// was put; without it, a block that begins to run does (Cpu::Hooks::block).
class TranslatedCode {
 public:
  /// Calls on_full once when more than `limit` bytes are used.
  TranslatedCode(std::uint64_t limit, std::function<void()> on_full) : limit_(limit), on_full_(std::move(on_full)) {}
  bool full() const { return last_ - first_ > limit_; }
  /// An address in the buffer that is in use.
  void note(const void* address) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    if (first_ == 0) first_ = last_ = at;
    if (at <= last_) return;
    const bool was_full = full();
    last_ = at;
    if (full() && !was_full) on_full_();
  }
  /// A new engine has a new buffer.
  void forget() { first_ = last_ = 0; }

 private:
  std::uint64_t limit_;
  std::function<void()> on_full_;
  std::uintptr_t first_ = 0, last_ = 0;
};

/// Counters for the self-test.
struct Counters {
  std::uint64_t page_fills = 0;
  std::uint64_t slow_stores = 0;
};

/// The repaired engine's private state; one per machine. The overrides find it through a thread-local pointer that is
/// set while the machine runs, so that machines on several threads do not meet.
class Kit {
 public:
  Kit(uc_struct* engine, const CpuLayout& layout, Memory& memory, Host& host);
  ~Kit();
  Kit(const Kit&) = delete;
  Kit& operator=(const Kit&) = delete;

  /// Finds the engine's CPU by a dry run of one instruction in RAM. False when it is not found.
  bool attach();
  /// The registers, in place. Valid after attach().
  std::uint8_t* state() { return state_; }

  /// Tells about a region with host memory that the engine has just mapped, or that is about to go.
  void mapped(const Region& region);
  void unmapping(const Region& region);
  /// Forgets every address translation (A20, page tables changed behind the CPU's back).
  void flush_translations();
  /// Throws away translated code that overlaps these bytes of a mapped region.
  void invalidate(const Region& region, PhysAddr address, std::uint64_t size);
  /// The same for linear addresses, as far as they are mapped now.
  void invalidate_linear(std::uint64_t linear, std::uint64_t size);
  /// Before a page gets other contents: throws away the code that will differ. Host addresses.
  void page_replaced(const std::uint8_t* page, const std::uint8_t* contents);
  /// From now on the first store into each page asks the journal.
  void pages_are_clean();
  /// Physical pages whose accesses are reported, all others not.
  struct WatchedPages {
    std::vector<std::uint64_t> read, write;  // page numbers, sorted
  };
  void watch_pages(WatchedPages pages);

  /// All of the CPU's state: what the library's context has, and what it leaves out (the MTRRs, say).
  std::vector<std::uint8_t> save_state();
  void restore_state(const std::vector<std::uint8_t>& saved);

  /// Linear to physical, through the guest's page tables and the A20 gate; ~0 when not present.
  std::uint64_t translate(std::uint64_t linear) const;

  /// Delivers the exception or software interrupt that the engine has raised, through IVT or IDT, by the library's own
  /// code. Only inside the engine's interrupt and invalid-instruction hooks. May not return (a fault on the way).
  void deliver_exception();
  /// Lets the engine look at the INTR line.
  void request_interrupt();

  Counters counters;

  /// Makes this kit, or none, the one that the overrides use on this thread, while it lives.
  class Running {
   public:
    explicit Running(Kit* kit, TranslatedCode* code = nullptr);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Kit* previous_;
    TranslatedCode* previous_code_;
  };

 private:
  friend struct Overrides;
  /// A piece of host memory known to the engine.
  struct Block {
    const std::uint8_t* host;
    std::uint64_t size;
    std::uint64_t engine_address;
  };

  std::uint64_t engine_address(const std::uint8_t* host) const;
  std::uint64_t ram_address(std::uint64_t physical) const;
  bool has_code(std::uint64_t page) const { return page < code_pages_.size() && code_pages_[page]; }
  /// One page of the engine's RAM.
  struct Page {
    std::uint8_t* host = nullptr;
    std::array<std::uint64_t, 2> linear = {kNowhere, kNowhere};  // where the guest had it mapped, the latest first
  };
  static constexpr std::uint64_t kNowhere = ~std::uint64_t{0};
  /// The latest translation of a linear page, for as many as there is room for.
  struct Fill {
    std::uint64_t linear = kNowhere, page = 0;
  };
  Fill& latest_fill(std::uint64_t linear) { return fills_[(linear >> 12 ^ linear >> 24) % kFills]; }
  static constexpr std::size_t kFills = 1 << 13;
  void filled(std::uint64_t page, std::uint64_t linear);
  bool may_be_fast(std::uint64_t page) const;
  void let_stores_be_fast(std::uint64_t page);
  bool code_in(std::uint64_t ram_address, std::uint64_t size) const;
  void mark_code(std::uint64_t ram_address, std::uint64_t size);
  void clear_code(std::uint64_t ram_address, std::uint64_t size);
  void enable_features();

  template <class T>
  T& field(std::size_t offset) {
    return *reinterpret_cast<T*>(state_ + offset);
  }
  template <class T>
  const T& field(std::size_t offset) const {
    return *reinterpret_cast<const T*>(state_ + offset);
  }

  uc_struct* engine_;
  const CpuLayout& layout_;
  Memory& memory_;
  Host& host_;
  void* cpu_ = nullptr;            // the engine's CPUState
  std::uint8_t* state_ = nullptr;  // its registers
  std::size_t interrupt_request_ = 0;
  void* ram_region_ = nullptr;  // what memory_mapping answers
  std::vector<Block> blocks_;   // sorted by host address
  std::vector<std::uint8_t> code_pages_;
  std::vector<Page> pages_;
  std::vector<Fill> fills_ = std::vector<Fill>(kFills);
  std::size_t whole_state_ = 0;  // bytes
  WatchedPages watched_;
  std::uint64_t filling_ = kNowhere;    // the physical page whose translation is being entered
  std::uint8_t* code_bytes_ = nullptr;  // bitmap over the engine's RAM address space, lazily populated
};

}  // namespace emu::kit
