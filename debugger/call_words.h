// A BIOS call in words, as stops, annotations and lists say it.
#pragma once

#include <cstdint>
#include <string>

#include "bios/call_table.h"
#include "debugger/trace.h"
#include "emu/call_tracker.h"
#include "emu/memory.h"
#include "emu/registers.h"

namespace debugger {

/// What the call table knows of a call that begins with these registers.
struct DescribedCall {
  std::uint8_t vector = 0;
  std::uint16_t ax = 0;
  const bios::Function* function = nullptr;  ///< null: the BIOS has no such function
  bios::Arguments arguments;
};

/// `drives`, when given, turns CHS into LBA.
DescribedCall describe_call(std::uint8_t vector, const emu::Registers& in, const emu::Memory& memory,
                            const DriveFacts* drives);

/// "INT 13h/42h extended read: drive 80h LBA 63 +1 → 0000:7C00".
std::string call_words(const DescribedCall& call);
/// Its arguments alone: "drive 80h LBA 63 +1 → 0000:7C00"; empty when there are none to tell.
std::string argument_words(const DescribedCall& call);
/// "ok", "error 04h sector not found", "no return".
std::string result_words(const emu::InterruptCall& call);

}  // namespace debugger
