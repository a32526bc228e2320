// The rules of a diagnosis, in the order in which they are asked; the first that knows an answer gives it.
#pragma once

#include <optional>
#include <span>

#include "bootsim/diagnosis.h"
#include "bootsim/diagnosis/evidence.h"

namespace bootsim::diagnosing {

/// What a rule says; `evidence` are numbers of disk calls.
struct Answer {
  std::string text;
  std::vector<std::uint64_t> evidence;
};
using Look = std::optional<Answer> (*)(const Evidence&);

struct Rule {
  DiagnosisRule facts;
  Look look;
};

/// The rows of each file, in their order; diagnosis.cpp joins them.
std::span<const Rule> shifted_rules();        // rule_shifted.cpp: images that were written to the wrong place
std::span<const Rule> file_rules();           // rule_files.cpp: files that are no media
std::span<const Rule> media_rules();          // rule_media.cpp: what the BIOS did not start
std::span<const Rule> catalog_rules();        // rule_catalog.cpp: El Torito
std::span<const Rule> boot_image_rules();     // rule_boot_image.cpp: El Torito images started in a wrong way
std::span<const Rule> memdisk_rules();        // rule_memdisk.cpp: MEMDISK's image
std::span<const Rule> bpb_rules();            // rule_bpb.cpp: a BPB that does not fit its volume
std::span<const Rule> register_rules();       // rule_registers.cpp: other registers at the start
std::span<const Rule> quirk_rules();          // rule_media.cpp: the same without --quirk
std::span<const Rule> loop_rules();           // rule_loops.cpp: reads in loops
std::span<const Rule> overwrite_rules();      // rule_crash.cpp: reads that land on what is in use
std::span<const Rule> wrap_rules();           // rule_wraps.cpp: addresses that were cut
std::span<const Rule> pointer_rules();        // rule_pointers.cpp: tables that do not fit the medium
std::span<const Rule> hybrid_rules();         // rule_hybrid.cpp: ISOs started as disks
std::span<const Rule> mbr_rules();            // rule_mbr.cpp: MBR code, and the table it goes by
std::span<const Rule> names_rules();          // rule_names.cpp: names that a loader does not find
std::span<const Rule> kernel_file_rules();    // rule_kernel_file.cpp: files that are no kernels
std::span<const Rule> gpt_rules();            // rule_gpt.cpp: the same of a GPT
std::span<const Rule> list_rules();           // rule_lists.cpp: sector lists that do not fit it
std::span<const Rule> syslinux_list_rules();  // rule_syslinux.cpp: the same, SYSLINUX's
std::span<const Rule> read_rules();           // rule_reads.cpp: the read that failed
std::span<const Rule> kernel_rules();         // rule_kernel.cpp: kernels and initrds that are not all there
std::span<const Rule> protected_rules();      // rule_protected.cpp: triple faults on the way to protected mode
std::span<const Rule> address_rules();        // rule_addresses.cpp: assembled for another address
std::span<const Rule> stack_rules();          // rule_stack.cpp: stacks where they must not be
std::span<const Rule> wait_rules();           // rule_waits.cpp: what does not come
std::span<const Rule> long_mode_rules();      // rule_long_mode.cpp: the way into long mode
std::span<const Rule> exception_rules();      // rule_exceptions.cpp: page tables, gates, instructions
std::span<const Rule> interrupt_rules();      // rule_interrupts.cpp: devices' interrupts and their handlers
std::span<const Rule> program_rules();        // rule_programs.cpp: programs written over, run on, or waiting deaf
std::span<const Rule> program_end_rules();    // rule_programs.cpp: programs that come back, or were refused a call
std::span<const Rule> screen_rules();         // rule_screen.cpp: text that is not shown
std::span<const Rule> mode_rules();           // rule_modes.cpp: code of the wrong size, exceptions
std::span<const Rule> crash_rules();          // rule_crash.cpp: code that is none
std::span<const Rule> astray_rules();         // rule_astray.cpp: memory that nothing was loaded to
std::span<const Rule> syslinux_file_rules();  // rule_syslinux.cpp: its modules and its configuration
std::span<const Rule> prompt_rules();         // rule_prompts.cpp: GRUB's prompts
std::span<const Rule> words_rules();          // rule_words.cpp: what the loader or the kernel said
std::span<const Rule> way_rules();            // rule_media.cpp: other ways of attaching
std::span<const Rule> function_rules();       // rule_reads.cpp: calls that the BIOS does not know
std::span<const Rule> stop_rules();           // rule_waits.cpp: boot sectors that stop
std::span<const Rule> last_words_rules();     // rule_words.cpp: when nothing better is known

}  // namespace bootsim::diagnosing
