#include "debugger/statistics.h"

#include "emu/registers.h"

namespace debugger {
namespace {

/// Read, write, extended read, extended write: the functions that move sectors between medium and memory.
constexpr bool moves_sectors(std::uint8_t ah) { return ah == 0x02 || ah == 0x03 || ah == 0x42 || ah == 0x43; }

}  // namespace

void DiskStatistics::call_begins(const emu::InterruptCall& call) {
  if (call.vector != 0x13) return;
  ++calls_;
  ++by_function_[call.function_ah()];
  if (!moves_sectors(call.function_ah())) return;
  const bios::Function* function = bios::find_function(call.vector, call.in.ax());
  if (!function || !function->describe_arguments) return;
  bios::Arguments arguments;
  function->describe_arguments({call.in, nullptr, memory_}, arguments);
  if (arguments.count) under_way_[call.sequence] = *arguments.count;
}

void DiskStatistics::call_ends(const emu::InterruptCall& call) {
  const auto found = under_way_.find(call.sequence);
  if (found == under_way_.end()) return;
  if (call.finished && !(call.out.rflags & emu::flag::kCarry)) sectors_ += found->second;
  under_way_.erase(found);
}

}  // namespace debugger
