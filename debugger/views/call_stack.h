// Who called whom: frames of interrupts and calls on the stack, as far as they show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "debugger/debugger.h"
#include "debugger/disassembler.h"
#include "debugger/symbols.h"
#include "debugger/trace.h"
#include "debugger/views/listing.h"
#include "emu/machine.h"

namespace debugger::views {

struct Frame {
  enum class Kind { kHere, kInterrupt, kFarCall, kNearCall, kIrq, kMode } kind = Kind::kHere;
  std::uint16_t cs = 0;
  std::uint64_t offset = 0;   ///< kHere, kMode: CS:IP; kIrq: what it interrupted; else the instruction that called
  std::uint64_t stack = 0;    ///< linear address of the frame; 0 for kHere and kMode
  std::string words;          ///< "INT 13h", "call far", a symbol behind it; kMode: how it came to what follows
  std::uint64_t resumes = 0;  ///< linear address that the frame returns to
  std::optional<CodeSpace> code = {};  ///< what CS meant in the frame's own mode; nothing: there is no such segment
};

/// The stack holds no marks that say what is a return address. Each word is taken for one when the instruction before
/// the place that it names is a CALL or INT of that kind, and an INT's frame holds plausible flags; data on the stack
/// may look the same, so frames are good guesses. Looks at the first `depth` bytes of the stack.
std::vector<Frame> call_stack(const emu::Machine& machine, Disassembler& disassembler, const Symbols& symbols,
                              std::uint64_t depth = 512);
/// What may have entered the present routine, the likeliest first: the frames of call_stack(), and before each of them
/// all that an IRQ could have pushed (kIrq). Whoever pushed the frame's bytes knows better (Debugger::reverse_finish).
std::vector<Frame> entry_candidates(const emu::Machine& machine, Disassembler& disassembler, const Symbols& symbols,
                                    std::uint64_t depth = 512);
/// The same as call_stack(), and behind a frame of kMode those on the stack of the mode that the present one was
/// entered from, as it was then: GRUB in protected mode behind its real-mode code that calls the BIOS. Of protected
/// mode only where its stack does not go back to before it was entered: it has then returned from a call, and nobody
/// waits for it. Runs time again (Debugger::visit_mode_entry) and leaves everything where it is.
std::vector<Frame> call_stack_across_modes(Debugger& debugger, std::uint64_t depth = 512);
/// "#0  0000:7C00  start", "-- entered from 32-bit protected mode at 0008:000090F3".
std::string to_text(const std::vector<Frame>& frames);

}  // namespace debugger::views
