// Makes the engine's translator refuse instructions that it would abort the process over.
//
// FF /3 and FF /5 (far call, far jump) take their target from memory; with a register operand they are invalid (Intel
// SDM vol. 2, CALL and JMP: #UD). Unicorn 2.0.1, as the QEMU 5 in it, reads the target by way of an address that it has
// not computed, and its code generator calls abort(). So the translator is shown another ModRM byte in that place: FF
// /7 with a register operand, which it knows to be invalid.
//
// LOCK CMP with a memory operand is invalid, too (Intel SDM vol. 2, LOCK: CMP is not among its instructions). The
// translator takes it for one that reads and writes, never loads what it compares, and the code generator aborts. It is
// shown a register operand, with which it knows LOCK to be invalid.
//
// A sweep over all one- and two-byte opcodes with every ModRM byte and eleven prefixes, in real, 32-bit and 64-bit
// mode, found no others. Works with the kit and without.
#pragma once

#include <cstdint>

namespace emu::kit {

/// This thread's translator is about to read the instruction at this address.
void instruction_begins(std::uint64_t address);
/// What it is to see for the code byte that it reads at this address.
std::uint8_t code_byte_shown(std::uint64_t address, std::uint8_t byte);

}  // namespace emu::kit
