// Who wrote a byte last, in words.
#pragma once

#include <optional>
#include <string>

#include "debugger/call_log.h"
#include "debugger/symbols.h"
#include "debugger/time_travel.h"

namespace debugger::views {

/// "07C80h was written at 0.020194233 (20.1 ms) by the instruction at 7C3Ah (clear_line+8h); 80h before, 20h since".
std::string last_write_words(emu::PhysAddr address, const std::optional<LastWrite>& last, const CallLog& calls,
                             const Symbols& symbols);

}  // namespace debugger::views
