// From Capstone's Intel syntax to what NASM assembles and boot-loader authors read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace debugger {

struct NasmText {
  std::string whole;     ///< "rep es movsw"
  std::string mnemonic;  ///< "movsw"
};

/// `segment_prefix` is the byte of an override (26h and so on) or 0; string instructions show it in front, others
/// inside of their brackets. `other_operand_size`: the instruction has a 66h prefix.
NasmText nasm_syntax(std::string_view mnemonic, std::string_view operands, std::uint8_t segment_prefix,
                     bool other_operand_size, bool code16);

/// MOVS, CMPS, SCAS, LODS, STOS, INS, OUTS of any width, with or without a repeat prefix in front.
bool is_string_instruction(std::string_view mnemonic);

}  // namespace debugger
