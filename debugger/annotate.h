// What an instruction is about to do, in the field's words, with the values of this moment.
#pragma once

#include <string>

#include "debugger/disassembler.h"
#include "debugger/symbols.h"
#include "debugger/trace.h"
#include "emu/machine.h"

namespace debugger {

/// What annotations look things up in.
struct Surroundings {
  const emu::Machine& machine;
  emu::IoPorts& ports;
  const Symbols& symbols;
  const DriveFacts* drives = nullptr;
};

/// For an instruction at CS:offset. "INT 13h/42h extended read: drive 80h LBA 63 +1 → 0000:7C00", "port 60h 8042
/// keyboard controller", "word [0000:0413] = 027Fh: BDA 40:13 memory size in KiB", "read_sector+3h". Values (registers,
/// what lies in memory) only when `is_next`: elsewhere they are not those that the instruction will meet. Empty when
/// there is nothing to say.
std::string annotate(const Instruction& instruction, const Surroundings& around, bool is_next);

/// A symbol, a place of the first megabyte, or empty.
std::string name_of_linear(std::uint64_t linear, const Surroundings& around);

}  // namespace debugger
