// A place in a run, exact to the instruction.
#pragma once

#include <compare>
#include <string>

#include "emu/types.h"

namespace emu {

/// Names the instruction that begins at a virtual time. Every instruction takes at least a nanosecond, so no two begin
/// at the same time: the order is total, and since time comes from guest work alone, the same in every run of the same
/// PC.
///
/// What counts as an instruction: each iteration of a REP-prefixed one (an interrupt may come between two); an
/// instruction that faults (its handler's first is the next); HLT (whatever wakes the CPU is the next); in our BIOS's
/// ROM the trap `out nn, eax` with all that the BIOS does in it. The delivery of an interrupt is not an instruction: it
/// belongs to none.
struct Position {
  Nanoseconds time = 0;
  constexpr auto operator<=>(const Position&) const = default;
};

/// Seconds with nine decimals, "1.234567890": reads back exactly, and sorts as text within the same number of digits.
std::string to_string(Position position);

}  // namespace emu
