#include "debugger/views/last_write.h"

#include <fmt/core.h>

#include "debugger/call_words.h"
#include "debugger/trace.h"

namespace debugger::views {

std::string last_write_words(emu::PhysAddr address, const std::optional<LastWrite>& last, const CallLog& calls,
                             const Symbols& symbols) {
  if (!last) return fmt::format("{:05X}h has not been written since power-on", address.value);
  const emu::MemoryAccess& access = last->access;
  std::string text = fmt::format("{:05X}h was written at {} ({})", address.value, to_string(access.position),
                                 format_trace_time(access.position.time));
  if (access.by_host) {
    text += " by the BIOS or a device";
  } else {
    text += fmt::format(" by {} {:X}h", access.delivery ? "an interrupt that returns to" : "the instruction at",
                        access.instruction);
    if (const std::string symbol = symbols.describe(access.instruction); !symbol.empty())
      text += fmt::format(" ({})", symbol);
  }
  if (const LoggedCall* call = last->call ? calls.find_sequence(*last->call) : nullptr)
    text += fmt::format(", call {}: {}", call->number, call_words(call->described));
  if (access.size <= 8) text += fmt::format("; {:X}h before, {:X}h since", access.old_value, access.new_value);
  return text;
}

}  // namespace debugger::views
