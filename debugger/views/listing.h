// Code as lines: instructions anywhere in memory, with the names that begin at them and what they are about to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "debugger/annotate.h"
#include "debugger/disassembler.h"
#include "emu/machine.h"

namespace debugger::views {

/// A segment to read code in, as the CPU would use it in CS.
struct CodeSpace {
  std::uint16_t selector = 0;
  std::uint64_t base = 0;
  std::uint64_t last = 0xFFFF;  ///< offset of its last byte
  CodeSize size = CodeSize::k16;

  std::uint64_t linear(std::uint64_t offset) const { return base + offset; }
  bool contains(std::uint64_t linear) const { return linear >= base && linear - base <= last; }
  bool operator==(const CodeSpace&) const = default;
};

/// CS as it is now.
CodeSpace code_space(const emu::Machine& machine);
/// What selector:offset means now. Nothing: there is no such segment.
std::optional<CodeSpace> code_space_of(const emu::Machine& machine, std::uint16_t selector);
/// One that reaches a linear address: CS when it does; else, of real mode's segments, the one that is a multiple of 64
/// KiB (0000:7C00); else everything, as the CPU's present mode would run it.
CodeSpace code_space_at(const emu::Machine& machine, std::uint64_t linear);

/// A line of source, as a listing or DWARF names it.
struct SourceText {
  std::string place;  ///< "main.cpp:12"
  std::string text;   ///< not indented, gaps closed; empty: the file is not there
};

struct CodeLine {
  Instruction instruction;
  std::uint64_t linear = 0;
  std::string label;                 ///< the symbol that begins here
  std::string note;                  ///< annotate()
  bool next = false;                 ///< CS:IP is here
  std::optional<SourceText> source;  ///< another line than that of the instruction before it in the list
};

/// Up to `count` instructions from an offset on; fewer where memory or the segment ends. Where a decoding would run
/// across CS:IP, what is before that is shown as data, so that the next instruction always has its line.
std::vector<CodeLine> code_lines(const Surroundings& around, Disassembler& disassembler, const CodeSpace& space,
                                 std::uint64_t offset, int count);
/// The offset `count` instructions before this one; single bytes where no instruction leads here.
std::uint64_t code_before(const emu::Machine& machine, Disassembler& disassembler, const CodeSpace& space,
                          std::uint64_t offset, int count);

}  // namespace debugger::views
