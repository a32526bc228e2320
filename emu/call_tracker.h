// Pairs each software interrupt with its return: who called, who answered, what came back.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <vector>

#include "emu/registers.h"
#include "emu/types.h"

namespace emu {

/// One INT n (or a far call to a hooked vector, by a hook that chains on) from real-mode or virtual-8086 code.
struct InterruptCall {
  std::uint64_t sequence = 0;       ///< counts begins, from 1, over the tracked vectors
  std::uint8_t vector = 0;
  int depth = 0;                    ///< 0: called by the guest; 1: by a hook that is answering a call at depth 0; ...
  Nanoseconds begin = 0;
  Nanoseconds end = 0;              ///< meaningful when finished
  FarPtr caller;                    ///< address of the INT (or CALL) instruction; for a far call, of its return - 5
  Registers in;                     ///< at the INT, CS:IP after the instruction
  Registers out;                    ///< as the caller sees them on return, FLAGS included
  bool finished = false;
  std::optional<FarPtr> hook;       ///< who answered: a guest hook's entry point; nothing = our BIOS's ROM
  std::uint8_t function_ah() const { return in.ah(); }
};

/// Sees calls begin and end. Looking only: observers never change the machine.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void call_begins(const InterruptCall& call) = 0;
  /// Also called once for each unfinished call when the run ends (call.finished is false).
  virtual void call_ends(const InterruptCall& call) = 0;
};

}  // namespace emu
