#include "emu/poll_loop.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace emu {

namespace {

/// Walks over instructions, knowing just enough of their encoding (Intel SDM vol. 2, 2.1 and appendix A).
class Walker {
 public:
  Walker(std::span<const std::uint8_t> code, bool code32) : code_(code), code32_(code32) {}

  bool all_look() {
    while (at_ < code_.size())
      if (!instruction()) return false;
    return at_ == code_.size();
  }

 private:
  std::uint8_t next() { return at_ < code_.size() ? code_[at_++] : (at_ = code_.size() + 1, std::uint8_t{0}); }
  bool skip(std::size_t n) {
    at_ += n;
    return at_ <= code_.size();
  }

  /// Skips ModRM, SIB and displacement. Gives the ModRM byte.
  std::uint8_t operand() {
    const std::uint8_t modrm = next();
    const int mode = modrm >> 6, rm = modrm & 7;
    if (mode == 3) return modrm;
    if (address32_) {
      const bool sib = rm == 4;
      const int base = sib ? next() & 7 : rm;
      skip(mode == 1 ? 1 : mode == 2 || (mode == 0 && base == 5) ? 4 : 0);
    } else {
      skip(mode == 1 ? 1 : mode == 2 || (mode == 0 && rm == 6) ? 2 : 0);
    }
    return modrm;
  }
  bool to_register(std::uint8_t modrm) { return modrm >> 6 == 3; }

  std::uint8_t opcode_after_prefixes() {
    operand32_ = address32_ = code32_;
    for (;;) {
      const std::uint8_t b = next();
      switch (b) {
        case 0x26:
        case 0x2E:
        case 0x36:
        case 0x3E:
        case 0x64:
        case 0x65: break;
        case 0x66: operand32_ = !code32_; break;
        case 0x67: address32_ = !code32_; break;
        case 0xF3:  // only as PAUSE
          return at_ < code_.size() && code_[at_] == 0x90 ? next() : std::uint8_t{0xF4};
        default: return b;
      }
    }
  }

  bool instruction() {
    const std::uint8_t op = opcode_after_prefixes();
    const std::size_t full = operand32_ ? 4 : 2;
    if (op < 0x40) return arithmetic(op, full);
    if (op < 0x60) return true;                             // INC, DEC, PUSH, POP of registers
    if ((op & 0xF0) == 0x70 || op == 0xEB) return skip(1);  // short jumps
    if (op >= 0xB0 && op <= 0xB7) return skip(1);           // MOV reg8, imm
    if (op >= 0xB8 && op <= 0xBF) return skip(full);        // MOV reg, imm
    switch (op) {
      case 0x80:
      case 0x83: return group1(1);
      case 0x81: return group1(full);
      case 0x84:
      case 0x85: operand(); return at_ <= code_.size();  // TEST
      case 0x8A:
      case 0x8B:
      case 0x8E: operand(); return at_ <= code_.size();  // MOV to a register
      case 0x88:
      case 0x89:
      case 0x8C: return to_register(operand());
      case 0x90:
      case 0x98:
      case 0x99:
      case 0xC3:
      case 0xCB:
      case 0xF8:
      case 0xF9:
      case 0xFB:
      case 0xFC:
      case 0xFD: return true;  // NOP, CBW, CWD, RET, RETF, CLC, STC, STI, CLD, STD
      case 0xA0:
      case 0xA1: return skip(address32_ ? 4 : 2);  // MOV acc, [offset]
      case 0xA8: return skip(1);
      case 0xA9: return skip(full);
      case 0xE8:
      case 0xE9: return skip(full);  // CALL, JMP near
      case 0xF6:
      case 0xF7: {  // TEST r/m, imm
        const std::uint8_t modrm = operand();
        return (modrm >> 3 & 7) == 0 && skip(op == 0xF6 ? 1 : full);
      }
      case 0x0F: {
        const std::uint8_t second = next();
        if ((second & 0xF0) == 0x80) return skip(full);  // near conditional jumps
        if (second == 0xB6 || second == 0xB7 || second == 0xBE || second == 0xBF) {
          operand();  // MOVZX, MOVSX
          return at_ <= code_.size();
        }
        return false;
      }
      default: return false;
    }
  }

  /// 00h-3Fh: eight operations in six forms, and the segment pushes and pops.
  bool arithmetic(std::uint8_t op, std::size_t full) {
    switch (op & 7) {
      case 0:
      case 1: return (op & 0x38) == 0x38 ? (operand(), at_ <= code_.size()) : to_register(operand());  // CMP reads
      case 2:
      case 3: operand(); return at_ <= code_.size();
      case 4: return skip(1);
      case 5: return skip(full);
      default: return op < 0x20 && op != 0x0F;  // PUSH and POP of segment registers
    }
  }
  /// 80h, 81h, 83h: only CMP (/7) leaves memory alone.
  bool group1(std::size_t immediate) {
    const std::uint8_t modrm = operand();
    return ((modrm >> 3 & 7) == 7 || to_register(modrm)) && skip(immediate);
  }

  std::span<const std::uint8_t> code_;
  bool code32_;
  bool operand32_ = false, address32_ = false;
  std::size_t at_ = 0;
};

}  // namespace

bool only_looks(std::span<const std::uint8_t> code, bool code32) { return Walker(code, code32).all_look(); }

}  // namespace emu
