// The functions of libunicorn.a that the kit calls or overrides. Their shapes are those of version 2.0.1.
#pragma once

#include <cstddef>
#include <cstdint>

struct uc_struct;

extern "C" {
// Called.
void tlb_set_dirty_x86_64(void* cpu, std::uint64_t linear);
void tlb_reset_dirty_x86_64(void* cpu, std::uint64_t host_start, std::uint64_t size);
void tlb_flush_x86_64(void* cpu);
void* qemu_map_ram_ptr_x86_64(uc_struct* uc, void* block, std::uint64_t ram_address);
std::uint64_t qemu_ram_addr_from_host_x86_64(uc_struct* uc, void* host);
void tb_invalidate_phys_range_x86_64(uc_struct* uc, std::uint64_t start, std::uint64_t end);
void x86_cpu_do_interrupt_x86_64(void* cpu);
void do_interrupt_x86_hardirq_x86_64(void* env, int vector, int is_hardware);
void cpu_reset_interrupt(void* cpu, int mask);
void cpu_x86_update_dr7_x86_64(void* env, std::uint32_t dr7);
bool cpu_restore_state_x86_64(void* cpu, std::uintptr_t return_address, bool will_exit);
std::uint64_t helper_read_eflags_x86_64(void* env);

// Overridden.
void __real_tlb_set_page_with_attrs_x86_64(void* cpu, std::uint64_t linear, std::uint64_t physical, std::uint32_t attrs,
                                           int protection, int mmu_index, std::uint64_t size);
void* __real_memory_mapping(uc_struct* uc, std::uint64_t address);
void* __real_page_collection_lock_x86_64(uc_struct* uc, std::uint64_t start, std::uint64_t end);
void __real_page_collection_unlock_x86_64(void* pages);
void __real_tb_invalidate_phys_page_fast_x86_64(uc_struct* uc, void* pages, std::uint64_t start, int size,
                                                std::uintptr_t return_address);
void* __real_tb_gen_code_x86_64(void* cpu, std::uint64_t pc, std::uint64_t cs_base, std::uint32_t flags, int cflags);
void __real_x86_cpu_exec_enter_x86_64(void* cpu);
bool __real_x86_cpu_exec_interrupt_x86_64(void* cpu, int request);
std::uint64_t __real_cpu_get_tsc_x86_64(void* env);
void __real_helper_hlt_x86_64(void* env, int next_eip_addend);
void __real_helper_pause_x86_64(void* env, int next_eip_addend);
void __real_helper_syscall_x86_64(void* env, int next_eip_addend);
void __real_helper_sysenter_x86_64(void* env, int next_eip_addend);
void __real_qemu_system_reset_request(uc_struct* uc);
void __real_x86_stl_phys_notdirty_x86_64(void* cpu, std::uint64_t physical, std::uint32_t value);
int __real_cpu_watchpoint_address_matches_x86_64(void* cpu, std::uint64_t linear, std::uint64_t size);
void __real_cpu_check_watchpoint_x86_64(void* cpu, std::uint64_t linear, std::uint64_t size, std::uint32_t attrs,
                                        int flags, std::uintptr_t return_address);
void* __real_g_tree_lookup(void* tree, const void* key);
std::uint32_t __real_cpu_ldub_code_x86_64(void* env, std::uint64_t address);
}

namespace emu::kit {

inline constexpr std::uint32_t kInterruptHard = 2;     // CPU_INTERRUPT_HARD
inline constexpr int kPageWrite = 2;                   // PAGE_WRITE
inline constexpr int kWatchRead = 1, kWatchWrite = 2;  // BP_MEM_READ, BP_MEM_WRITE

/// The beginning of the library's TranslationBlock.
struct TranslationBlockHead {
  std::uint64_t pc;
  std::uint64_t cs_base;
  std::uint32_t flags;
  std::uint16_t size;
  std::uint16_t instructions;
};

}  // namespace emu::kit
