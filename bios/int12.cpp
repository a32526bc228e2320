// INT 12h: how much memory lies below the EBDA.
#include <fmt/core.h>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/call_table.h"

namespace bios {

namespace {

// Read each time: memory disks and boot viruses lower 40:13 to keep what they put on top.
void memory_size(Bios& bios, Call& call) { call.regs.set_ax(bios.memory().read<std::uint16_t>(bda::kMemoryKiB)); }

void describe_size(const CallView& view, Outcome& outcome) { outcome.text = fmt::format("{} KiB", view.out->ax()); }

constexpr Function kFunctions[] = {
    {0x12, Selector::kNone, 0, "low memory size", "", "AX KiB of contiguous memory from 0 (40:13)", "RBIL 12",
     memory_size, nullptr, describe_size},
};

}  // namespace

std::span<const Function> int12_functions() { return kFunctions; }

}  // namespace bios
