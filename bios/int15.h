// INT 15h's handlers, by file. The rows are in int15.cpp.
#pragma once

#include "bios/call_table.h"

namespace bios::int15 {

/// AH for a function that is not in the table, by the status codes of the interface it belongs to: APM 1.2 (AH 53h),
/// the pointing device (AH C2h), or 86h, "not supported" (RBIL 15-53, 15-C2, INT 15h).
std::uint8_t unknown_status(std::uint8_t ah);

// int15_memory.cpp: the A20 gate, block move, protected mode, memory size and map.
void disable_a20(Bios&, Call&);
void enable_a20(Bios&, Call&);
void query_a20(Bios&, Call&);
void query_a20_support(Bios&, Call&);
void block_move(Bios&, Call&);
void extended_memory_size(Bios&, Call&);
void enter_protected_mode(Bios&, Call&);
void memory_size_e801(Bios&, Call&);
void memory_size_e881(Bios&, Call&);
void memory_map_e820(Bios&, Call&);
void describe_block_move(const CallView&, Arguments&);
void describe_extended_size(const CallView&, Outcome&);
void describe_e801(const CallView&, Outcome&);
void describe_e820_arguments(const CallView&, Arguments&);
void describe_e820(const CallView&, Outcome&);

// int15_time.cpp: waits.
void event_wait(Bios&, Call&);
void wait(Bios&, Call&);
void describe_wait(const CallView&, Arguments&);

// int15_apm.cpp: Advanced Power Management 1.2.
void apm_installation_check(Bios&, Call&);
void apm_connect_real(Bios&, Call&);
void apm_connect_16(Bios&, Call&);
void apm_connect_32(Bios&, Call&);
void apm_accept(Bios&, Call&);
void apm_idle(Bios&, Call&);
void apm_set_power_state(Bios&, Call&);
void apm_power_status(Bios&, Call&);
void apm_no_event(Bios&, Call&);
void apm_driver_version(Bios&, Call&);
void apm_capabilities(Bios&, Call&);
void describe_power_state(const CallView&, Arguments&);

// int15_mouse.cpp: the PS/2 mouse.
void mouse_enable(Bios&, Call&);
void mouse_reset(Bios&, Call&);
void mouse_sample_rate(Bios&, Call&);
void mouse_resolution(Bios&, Call&);
void mouse_type(Bios&, Call&);
void mouse_initialize(Bios&, Call&);
void mouse_extended(Bios&, Call&);
void mouse_driver(Bios&, Call&);

}  // namespace bios::int15
