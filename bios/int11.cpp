// INT 11h: what is installed.
#include <fmt/core.h>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/call_table.h"

namespace bios {

namespace {

void equipment(Bios& bios, Call& call) { call.regs.set_ax(bios.memory().read<std::uint16_t>(bda::kEquipment)); }

void describe_equipment(const CallView& view, Outcome& outcome) {
  const unsigned word = view.out->ax();
  const unsigned floppies = word & 1 ? ((word >> 6) & 3) + 1 : 0;
  outcome.text = fmt::format("{:04X}h: {} floppy, {} COM, {} LPT{}", word, floppies, (word >> 9) & 7, word >> 14,
                             word & 4 ? ", mouse" : "");
}

constexpr Function kFunctions[] = {
    {0x11, Selector::kNone, 0, "equipment list", "", "AX equipment word (40:10)", "RBIL 11", equipment, nullptr,
     describe_equipment},
};

}  // namespace

std::span<const Function> int11_functions() { return kFunctions; }

}  // namespace bios
