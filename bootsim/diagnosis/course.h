// What a small boot sector did, instruction by instruction: the boot once more, in single steps.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/diagnosis/evidence.h"
#include "debugger/disassembler.h"

namespace bootsim::diagnosing {

/// One instruction of the guest's; the registers are those before it.
struct Step {
  emu::FarPtr place;
  emu::Registers registers;
  emu::CpuMode mode = emu::CpuMode::kReal;
  debugger::Instruction code;
  std::uint64_t linear() const { return registers[emu::Seg::kCs].base + registers.rip; }
};

/// The code's way from the boot sector's first instruction on. BIOS code is left out.
struct Course {
  /// The first byte of a string that is read in order, by LODSB or through SI, DI or BX.
  struct Text {
    emu::FarPtr place, source;             ///< in protected mode with the lower half of the offsets
    std::uint64_t code = 0;                ///< linear address of the instruction
    std::uint64_t linear = 0, offset = 0;  ///< of the source
    bool real = true;                      ///< in real mode
    bool down = false;                     ///< LODSB with DF=1
    std::uint32_t length = 1;              ///< bytes, in order
  };
  struct Called {
    emu::FarPtr place;
    std::uint8_t vector = 0;
    std::uint16_t ax = 0, bx = 0, cx = 0;
    std::uint32_t edx = 0;
    std::uint16_t answer = 0;  ///< AX behind it
    std::uint64_t times = 1;   ///< how often this place called
    std::uint64_t anew = 0;    ///< how often with EBX=0, which begins a list
  };
  /// INT 15h/87h (RBIL): linear addresses by its table.
  struct Copy {
    emu::FarPtr place, table;
    std::uint32_t from = 0, to = 0, bytes = 0;
  };
  /// The CPU went on from one instruction into a string behind it, or by a branch to one.
  struct IntoText {
    Step before;
    emu::FarPtr place;
    std::string text;
  };
  struct PortUse {
    emu::FarPtr place;
    std::uint64_t reads = 0, writes = 0;
  };
  /// A comparison with something in memory.
  struct Compared {
    emu::FarPtr place;
    std::string text;          ///< "cmp word [0x8000],0xbeef"
    std::uint32_t linear = 0;  ///< of the operand
    int size = 0;
    std::uint64_t there = 0, wanted = 0;
  };

  /// The first store to a place that people take for the screen, since the last video mode was set.
  struct Drawn {
    emu::FarPtr place;
    std::uint64_t linear = 0, base = 0;  ///< of the place, and of its segment
  };
  /// Windows of video memory, and what a slip of the pen makes of B8000h: a segment, or one digit less.
  enum Window : std::size_t { kGraphics, kMono, kColour, kLow, kCut, kWindows };

  std::vector<Text> texts;        ///< the first ones
  std::vector<Called> calls;      ///< INTs, the first ones of each place
  std::optional<Called> refused;  ///< a call that the BIOS said no to (VBE, INT 15h), and behind which
                                  ///< nothing was asked for but text and keys
  std::vector<Copy> copies;       ///< the first ones
  std::optional<IntoText> into_text;
  std::map<std::uint16_t, PortUse> ports;
  std::array<std::optional<Drawn>, kWindows> drawn;
  std::optional<Step> paging;           ///< the first MOV CR0 that sets CR0.PG
  std::optional<Step> into_vectors;     ///< the instruction that went from the program to below 500h
  std::optional<Compared> compared;     ///< the last one, with an immediate
  std::vector<bool> pushed;             ///< linear addresses below 1 MiB that the stack wrote
  std::optional<emu::FarPtr> left;      ///< the first instruction outside of the boot sector and its copies
  std::optional<Step> protected_first;  ///< the first instruction with CR0.PE set
  std::optional<Step> protected_far;    ///< and the first one behind a far jump or call from there
  std::vector<Step> changed;            ///< of code that had run before with another opcode, not the stack's doing
  std::optional<Step> lost;             ///< an INT of the BIOS's that came back to another place
  std::vector<Step> head;               ///< the first ones
  std::deque<Step> tail;                ///< the last ones; one that repeats itself stands for all
  bool whole = false;                   ///< until the boot's end; else `tail` was had from another run

  bool was_pushed(std::uint64_t linear) const { return linear < pushed.size() && pushed[linear]; }
  /// The last instruction; null when there is none.
  const Step* last() const { return tail.empty() ? nullptr : &tail.back(); }
};

}  // namespace bootsim::diagnosing
