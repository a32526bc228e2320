#include "debugger/disassembler.h"

#include <algorithm>
#include <string_view>

#include <capstone/capstone.h>
#include <fmt/core.h>

#include "debugger/nasm_syntax.h"
#include "emu/error.h"

namespace debugger {
namespace {

using emu::Gpr;
using emu::Seg;

constexpr std::uint32_t kDefaultSize32 = 1u << 22;  // D/B of a descriptor's second dword (SDM vol. 3, 3.4.5)
constexpr std::uint32_t kLongCode = 1u << 21;       // L

struct WideRegister {
  x86_reg r16, r32, r64;
  Gpr gpr;
};
constexpr std::array<WideRegister, 16> kRegisters = {{
    {X86_REG_AX, X86_REG_EAX, X86_REG_RAX, Gpr::kAx},
    {X86_REG_CX, X86_REG_ECX, X86_REG_RCX, Gpr::kCx},
    {X86_REG_DX, X86_REG_EDX, X86_REG_RDX, Gpr::kDx},
    {X86_REG_BX, X86_REG_EBX, X86_REG_RBX, Gpr::kBx},
    {X86_REG_SP, X86_REG_ESP, X86_REG_RSP, Gpr::kSp},
    {X86_REG_BP, X86_REG_EBP, X86_REG_RBP, Gpr::kBp},
    {X86_REG_SI, X86_REG_ESI, X86_REG_RSI, Gpr::kSi},
    {X86_REG_DI, X86_REG_EDI, X86_REG_RDI, Gpr::kDi},
    {X86_REG_R8W, X86_REG_R8D, X86_REG_R8, Gpr::kR8},
    {X86_REG_R9W, X86_REG_R9D, X86_REG_R9, Gpr::kR9},
    {X86_REG_R10W, X86_REG_R10D, X86_REG_R10, Gpr::kR10},
    {X86_REG_R11W, X86_REG_R11D, X86_REG_R11, Gpr::kR11},
    {X86_REG_R12W, X86_REG_R12D, X86_REG_R12, Gpr::kR12},
    {X86_REG_R13W, X86_REG_R13D, X86_REG_R13, Gpr::kR13},
    {X86_REG_R14W, X86_REG_R14D, X86_REG_R14, Gpr::kR14},
    {X86_REG_R15W, X86_REG_R15D, X86_REG_R15, Gpr::kR15},
}};

std::optional<Gpr> general(x86_reg reg) {
  for (const WideRegister& r : kRegisters) {
    if (reg == r.r16 || reg == r.r32 || reg == r.r64) return r.gpr;
  }
  return std::nullopt;
}

std::optional<Seg> segment(x86_reg reg) {
  switch (reg) {
    case X86_REG_ES: return Seg::kEs;
    case X86_REG_CS: return Seg::kCs;
    case X86_REG_SS: return Seg::kSs;
    case X86_REG_DS: return Seg::kDs;
    case X86_REG_FS: return Seg::kFs;
    case X86_REG_GS: return Seg::kGs;
    default: return std::nullopt;
  }
}

MemoryOperand memory_operand(const cs_x86& x86, const cs_x86_op& op, bool address_only) {
  const auto base_register = static_cast<x86_reg>(op.mem.base);
  MemoryOperand m{.base = general(base_register), .index = general(static_cast<x86_reg>(op.mem.index))};
  const bool on_stack = m.base == Gpr::kBp || m.base == Gpr::kSp;  // BP and SP address SS (SDM vol. 1, table 3-5)
  m.segment = segment(static_cast<x86_reg>(op.mem.segment)).value_or(on_stack ? Seg::kSs : Seg::kDs);
  m.scale = op.mem.scale;
  m.displacement = op.mem.disp;
  m.address_bits = x86.addr_size * 8;
  m.rip_relative = base_register == X86_REG_RIP || base_register == X86_REG_EIP;
  m.size = address_only ? 0 : op.size;
  m.reads = !address_only && (op.access & CS_AC_READ);
  m.writes = !address_only && (op.access & CS_AC_WRITE);
  return m;
}

bool has_group(const cs_insn& insn, unsigned group) {
  const auto& detail = *insn.detail;
  return std::find(detail.groups, detail.groups + detail.groups_count, group) != detail.groups + detail.groups_count;
}

Flow flow_of(const cs_insn& insn) {
  const std::uint8_t repeat = insn.detail->x86.prefix[0];
  switch (insn.id) {
    case X86_INS_LOOP:
    case X86_INS_LOOPE:
    case X86_INS_LOOPNE: return Flow::kLoop;
    case X86_INS_HLT: return Flow::kHalt;
    case X86_INS_JMP:
    case X86_INS_LJMP: return Flow::kJump;
    case X86_INS_CALL:
    case X86_INS_LCALL: return Flow::kCall;
    case X86_INS_INT:
    case X86_INS_INT1:
    case X86_INS_INT3:
    case X86_INS_INTO: return Flow::kInterrupt;
    default: break;
  }
  if (has_group(insn, X86_GRP_RET) || has_group(insn, X86_GRP_IRET)) return Flow::kReturn;
  if (has_group(insn, X86_GRP_JUMP)) return Flow::kBranch;
  if ((repeat == X86_PREFIX_REP || repeat == X86_PREFIX_REPNE) && is_string_instruction(insn.mnemonic))
    return Flow::kRepeat;
  return Flow::kNext;
}

void fill_operands(const cs_insn& insn, Instruction& result) {
  const cs_x86& x86 = insn.detail->x86;
  const bool far = insn.id == X86_INS_LJMP || insn.id == X86_INS_LCALL;
  const std::span operands(x86.operands, x86.op_count);
  for (const cs_x86_op& op : operands) {
    if (op.type == X86_OP_MEM)
      result.memory.push_back(memory_operand(x86, op, insn.id == X86_INS_LEA || insn.id == X86_INS_NOP));
    if (op.type == X86_OP_IMM) result.immediate = static_cast<std::uint64_t>(op.imm);
  }
  if (far && operands.size() == 2) {
    result.target_cs = static_cast<std::uint16_t>(operands[0].imm);
    result.target = static_cast<std::uint64_t>(operands[1].imm);
  }
  const bool near = result.flow == Flow::kJump || result.flow == Flow::kBranch || result.flow == Flow::kCall ||
                    result.flow == Flow::kLoop;
  if (near && !far && result.immediate) result.target = result.immediate;
  if (insn.id == X86_INS_INT && result.immediate) result.interrupt = static_cast<std::uint8_t>(*result.immediate);
  if (insn.id == X86_INS_INT3) result.interrupt = std::uint8_t{3};
  if (insn.id == X86_INS_INTO) result.interrupt = std::uint8_t{4};
  const std::string_view name = insn.mnemonic;
  result.in = insn.id == X86_INS_IN || name.find("insb") != name.npos || name.find("insw") != name.npos ||
              name.find("insd") != name.npos;
  result.out = insn.id == X86_INS_OUT || name.find("outs") != name.npos;
  if ((insn.id == X86_INS_IN || insn.id == X86_INS_OUT) && result.immediate)
    result.port = static_cast<std::uint8_t>(*result.immediate);
}

Instruction data_byte(std::uint8_t byte, std::uint64_t offset) {
  Instruction result;
  result.offset = offset;
  result.bytes[0] = byte;
  result.text = fmt::format("db {:#04x}", byte);
  result.mnemonic = "db";
  result.flow = Flow::kInvalid;
  return result;
}

/// The longest instruction (SDM vol. 2, 2.3.11).
constexpr std::size_t kLongest = 15;

}  // namespace

CodeSize code_size(const emu::Registers& registers, emu::CpuMode mode) {
  const std::uint32_t attributes = registers[Seg::kCs].attributes;
  switch (mode) {
    case emu::CpuMode::kReal:
    case emu::CpuMode::kVm86:
    case emu::CpuMode::kProtected16: return CodeSize::k16;
    case emu::CpuMode::kProtected32: return CodeSize::k32;
    case emu::CpuMode::kLong: break;
  }
  if (attributes & kLongCode) return CodeSize::k64;
  return attributes & kDefaultSize32 ? CodeSize::k32 : CodeSize::k16;
}

CodeSize code_size(const emu::Machine& machine) { return code_size(machine.registers(), machine.mode()); }

EffectiveAddress effective_address(const MemoryOperand& operand, const emu::Registers& registers,
                                   std::uint64_t next_offset) {
  std::uint64_t offset = static_cast<std::uint64_t>(operand.displacement);
  if (operand.rip_relative) offset += next_offset;
  if (operand.base) offset += registers[*operand.base];
  if (operand.index) offset += registers[*operand.index] * static_cast<std::uint64_t>(operand.scale);
  if (operand.address_bits < 64) offset &= (std::uint64_t{1} << operand.address_bits) - 1;
  const emu::Segment& segment = registers[operand.segment];
  return {.selector = segment.selector, .offset = offset, .linear = segment.base + offset};
}

struct Disassembler::Handles {
  std::array<csh, 3> handle{};
  cs_insn* instruction = nullptr;

  csh of(CodeSize size) const { return handle[static_cast<std::size_t>(size)]; }
};

Disassembler::Disassembler() : handles_(std::make_unique<Handles>()) {
  static constexpr std::array<cs_mode, 3> kModes = {CS_MODE_16, CS_MODE_32, CS_MODE_64};
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (cs_open(CS_ARCH_X86, kModes[i], &handles_->handle[i]) != CS_ERR_OK)
      throw emu::Error(emu::ErrorKind::kInternal, "the disassembler (Capstone) does not start");
    cs_option(handles_->handle[i], CS_OPT_DETAIL, CS_OPT_ON);
  }
  handles_->instruction = cs_malloc(handles_->handle[0]);
}

Disassembler::~Disassembler() {
  if (handles_->instruction) cs_free(handles_->instruction, 1);
  for (csh& handle : handles_->handle) {
    if (handle) cs_close(&handle);
  }
}

Instruction Disassembler::decode(std::span<const std::uint8_t> bytes, std::uint64_t offset, CodeSize size) {
  if (bytes.empty()) return data_byte(0, offset);
  const std::uint8_t* code = bytes.data();
  std::size_t left = std::min(bytes.size(), kLongest);
  std::uint64_t address = offset;
  cs_insn& insn = *handles_->instruction;
  if (!cs_disasm_iter(handles_->of(size), &code, &left, &address, &insn)) return data_byte(bytes[0], offset);
  Instruction result;
  result.offset = offset;
  result.size = insn.size;
  std::copy_n(bytes.begin(), insn.size, result.bytes.begin());
  const cs_x86& x86 = insn.detail->x86;
  const bool other_operand_size = x86.prefix[2] == X86_PREFIX_OPSIZE;
  const NasmText text =
      nasm_syntax(insn.mnemonic, insn.op_str, x86.prefix[1], other_operand_size, size == CodeSize::k16);
  result.text = text.whole;
  result.mnemonic = text.mnemonic;
  result.flow = flow_of(insn);
  fill_operands(insn, result);
  return result;
}

std::vector<Instruction> Disassembler::forward(const ReadCode& read, std::uint64_t offset, CodeSize size, int count) {
  std::vector<Instruction> result;
  for (int i = 0; i < count; ++i) {
    std::array<std::uint8_t, kLongest> bytes{};
    const std::size_t n = read(offset, bytes);
    if (n == 0) break;
    result.push_back(decode(std::span(bytes).first(n), offset, size));
    offset += static_cast<std::uint64_t>(result.back().size);
  }
  return result;
}

std::vector<Instruction> Disassembler::backward(const ReadCode& read, std::uint64_t offset, CodeSize size, int count) {
  // Twice what the wanted instructions can need on average, and enough before them for decodings to fall into step.
  const std::uint64_t reach = std::min<std::uint64_t>(offset, static_cast<std::uint64_t>(count) * 8 + 48);
  const std::uint64_t begin = offset - reach;
  std::vector<std::uint8_t> code(static_cast<std::size_t>(reach));
  code.resize(read(begin, code));
  if (code.size() < reach) return {};
  // From each start: does the chain arrive, and who passes through it?
  std::vector<Instruction> at;
  for (std::size_t i = 0; i < code.size(); ++i) at.push_back(decode(std::span(code).subspan(i), begin + i, size));
  std::vector<bool> arrives(code.size() + 1);
  arrives[code.size()] = true;
  for (std::size_t i = code.size(); i-- > 0;) {
    const std::size_t next = i + static_cast<std::size_t>(at[i].size);
    arrives[i] = at[i].flow != Flow::kInvalid && next <= code.size() && arrives[next];
  }
  std::vector<int> passes(code.size() + 1, 0);
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (!arrives[i]) continue;
    ++passes[i];
    passes[i + static_cast<std::size_t>(at[i].size)] += passes[i];
  }
  std::vector<Instruction> result;
  for (std::size_t here = code.size(); static_cast<int>(result.size()) < count;) {
    std::optional<std::size_t> best;
    for (std::size_t back = 1; back <= std::min(kLongest, here); ++back) {
      const std::size_t i = here - back;
      const bool leads_here = arrives[i] && static_cast<std::size_t>(at[i].size) == back;
      if (leads_here && (!best || passes[i] > passes[*best])) best = i;
    }
    if (!best) break;
    result.push_back(at[*best]);
    here = *best;
  }
  std::reverse(result.begin(), result.end());
  return result;
}

}  // namespace debugger
