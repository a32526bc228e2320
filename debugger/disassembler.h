// Machine code as NASM would write it, for the three sizes of code. The only room that knows Capstone.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emu/machine.h"
#include "emu/registers.h"

namespace debugger {

/// How wide operands and addresses are by default: CS.D, or long mode's CS.L (Intel SDM vol. 3, 5.2.1).
enum class CodeSize : std::uint8_t { k16, k32, k64 };

/// What the CPU is in now. The mode of `machine` decides between 32 and 64 bits, CS's D bit between 16 and 32.
CodeSize code_size(const emu::Machine& machine);
CodeSize code_size(const emu::Registers& registers, emu::CpuMode mode);

/// Where control goes after an instruction.
enum class Flow : std::uint8_t {
  kNext,
  kJump,
  kBranch,
  kCall,
  kReturn,
  kInterrupt,
  kLoop,
  kRepeat,
  kHalt,
  kInvalid,
};

/// A memory operand; `registers` decide where it is when it is asked.
struct MemoryOperand {
  emu::Seg segment = emu::Seg::kDs;
  std::optional<emu::Gpr> base, index;
  int scale = 1;
  std::int64_t displacement = 0;
  int address_bits = 16;
  bool rip_relative = false;
  int size = 0;  ///< bytes accessed; 0: an address only (LEA) or unknown
  bool reads = false, writes = false;
};

/// One instruction at an offset of a code segment. Nothing in it points anywhere.
struct Instruction {
  std::uint64_t offset = 0;
  std::array<std::uint8_t, 15> bytes{};
  int size = 1;
  std::string text;      ///< "mov ax, [es:bx+2]"; "db 0xff" for what is no instruction
  std::string mnemonic;  ///< its first word, without prefixes: "mov"
  Flow flow = Flow::kNext;
  std::optional<std::uint64_t> target;     ///< offset, for direct near jumps, calls and loops
  std::optional<std::uint16_t> target_cs;  ///< direct far ones
  std::optional<std::uint8_t> interrupt;   ///< INT n, INT3 = 3, INTO = 4
  std::optional<std::uint16_t> port;       ///< IN and OUT with the port in the instruction
  bool in = false, out = false;            ///< IN, INS / OUT, OUTS: the port is `port`, or DX
  std::vector<MemoryOperand> memory;       ///< at most two
  std::optional<std::uint64_t> immediate;

  std::span<const std::uint8_t> code() const { return std::span(bytes).first(static_cast<std::size_t>(size)); }
};

/// Offset and linear address of a memory operand, by the registers' values. `next_offset` is that of the instruction
/// behind, for RIP-relative operands.
struct EffectiveAddress {
  std::uint16_t selector = 0;
  std::uint64_t offset = 0;
  std::uint64_t linear = 0;
};
EffectiveAddress effective_address(const MemoryOperand& operand, const emu::Registers& registers,
                                   std::uint64_t next_offset);

/// Decodes. Holds Capstone's handles; not thread-safe, but any number may exist.
class Disassembler {
 public:
  Disassembler();  ///< Throws emu::Error(kInternal) when Capstone does not start.
  ~Disassembler();
  Disassembler(const Disassembler&) = delete;
  Disassembler& operator=(const Disassembler&) = delete;

  /// The instruction in `bytes` (15 suffice), as if it lay at `offset`. Always an answer: one byte as `db` if need be.
  Instruction decode(std::span<const std::uint8_t> bytes, std::uint64_t offset, CodeSize size);

  /// Fills `out` with the code from an offset on; returns how many bytes there are.
  using ReadCode = std::function<std::size_t(std::uint64_t offset, std::span<std::uint8_t> out)>;
  /// `count` instructions from `offset` on.
  std::vector<Instruction> forward(const ReadCode& read, std::uint64_t offset, CodeSize size, int count);
  /// Up to `count` instructions that end exactly at `offset`. Machine code has no way back: of all places before it,
  /// those are taken through which most decodings that arrive at `offset` pass. Fewer when nothing arrives.
  std::vector<Instruction> backward(const ReadCode& read, std::uint64_t offset, CodeSize size, int count);

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace debugger
