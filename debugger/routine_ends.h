// Where the routine that runs now returns.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "debugger/disassembler.h"

namespace debugger {

/// Offsets of all RET, RETF and IRET that code from `offset` on reaches by its own jumps; what it calls returns to it.
/// Nothing when that cannot be told by looking: a jump through a register or memory, to another segment, or too much
/// code.
std::optional<std::vector<std::uint64_t>> routine_ends(Disassembler& disassembler, const Disassembler::ReadCode& read,
                                                       std::uint64_t offset, CodeSize size);

}  // namespace debugger
