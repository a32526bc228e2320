// The CPU's registers as plain data: what a BIOS handler edits, what an observer looks at.
#pragma once

#include <array>
#include <cstdint>

#include "emu/types.h"

namespace emu {

/// EFLAGS bits (Intel SDM vol. 1, 3.4.3).
namespace flag {
inline constexpr std::uint32_t kCarry = 1u << 0;
inline constexpr std::uint32_t kParity = 1u << 2;
inline constexpr std::uint32_t kAuxiliary = 1u << 4;
inline constexpr std::uint32_t kZero = 1u << 6;
inline constexpr std::uint32_t kSign = 1u << 7;
inline constexpr std::uint32_t kTrap = 1u << 8;
inline constexpr std::uint32_t kInterrupt = 1u << 9;
inline constexpr std::uint32_t kDirection = 1u << 10;
inline constexpr std::uint32_t kOverflow = 1u << 11;
inline constexpr std::uint32_t kNestedTask = 1u << 14;
inline constexpr std::uint32_t kVm86 = 1u << 17;
inline constexpr std::uint32_t kAlignmentCheck = 1u << 18;
}  // namespace flag

/// Bits of CR0, CR4 and EFER (Intel SDM vol. 3, 2.5 and 2.2.1).
namespace cr0 {
inline constexpr std::uint64_t kProtection = 1, kPaging = std::uint64_t{1} << 31;
}
namespace cr4 {
inline constexpr std::uint64_t kPageSizeExtension = 1 << 4, kPae = 1 << 5, kLa57 = 1 << 12;
}
namespace efer {
inline constexpr std::uint64_t kLongModeEnable = 1 << 8, kLongModeActive = 1 << 10, kNoExecute = 1 << 11;
}

/// Control registers and descriptor tables.
struct SystemRegisters {
  std::uint64_t cr0 = 0, cr2 = 0, cr3 = 0, cr4 = 0, efer = 0;
  std::uint64_t gdt_base = 0, idt_base = 0;
  std::uint32_t gdt_limit = 0, idt_limit = 0;
};

/// Index of a general register, in the CPU's encoding order.
enum class Gpr : std::uint8_t { kAx, kCx, kDx, kBx, kSp, kBp, kSi, kDi, kR8, kR9, kR10, kR11, kR12, kR13, kR14, kR15 };
/// Index of a segment register, in the CPU's encoding order.
enum class Seg : std::uint8_t { kEs, kCs, kSs, kDs, kFs, kGs };

/// A segment register with its hidden part.
struct Segment {
  std::uint16_t selector = 0;
  std::uint64_t base = 0;
  std::uint32_t limit = 0xFFFF;
  std::uint32_t attributes = 0;  ///< descriptor bits 8-23 of the second dword, in place
};

/// General registers, instruction pointer, flags and segments.
struct Registers {
  std::array<std::uint64_t, 16> gpr{};
  std::uint64_t rip = 0;
  std::uint64_t rflags = 2;
  std::array<Segment, 6> segment{};

  std::uint64_t& operator[](Gpr r) { return gpr[static_cast<std::size_t>(r)]; }
  std::uint64_t operator[](Gpr r) const { return gpr[static_cast<std::size_t>(r)]; }
  Segment& operator[](Seg s) { return segment[static_cast<std::size_t>(s)]; }
  const Segment& operator[](Seg s) const { return segment[static_cast<std::size_t>(s)]; }

  // ax() reads, set_ax() writes the low 16 bits only, and so on for every name: what 16-bit code would do. set_eax()
  // clears the upper half of the 64-bit register, as a 32-bit write does.
#define BOOTSIM_WIDE_REGISTER(x, index)                                         \
  std::uint32_t e##x() const { return static_cast<std::uint32_t>(gpr[index]); } \
  void set_e##x(std::uint32_t v) { gpr[index] = v; }                            \
  std::uint16_t x() const { return static_cast<std::uint16_t>(gpr[index]); }    \
  void set_##x(std::uint16_t v) { gpr[index] = (gpr[index] & ~std::uint64_t{0xFFFF}) | v; }
#define BOOTSIM_BYTE_REGISTERS(l, h, index)                                              \
  std::uint8_t l() const { return static_cast<std::uint8_t>(gpr[index]); }               \
  void set_##l(std::uint8_t v) { gpr[index] = (gpr[index] & ~std::uint64_t{0xFF}) | v; } \
  std::uint8_t h() const { return static_cast<std::uint8_t>(gpr[index] >> 8); }          \
  void set_##h(std::uint8_t v) { gpr[index] = (gpr[index] & ~std::uint64_t{0xFF00}) | (std::uint64_t{v} << 8); }
  BOOTSIM_WIDE_REGISTER(ax, 0)
  BOOTSIM_WIDE_REGISTER(cx, 1)
  BOOTSIM_WIDE_REGISTER(dx, 2)
  BOOTSIM_WIDE_REGISTER(bx, 3)
  BOOTSIM_WIDE_REGISTER(sp, 4)
  BOOTSIM_WIDE_REGISTER(bp, 5)
  BOOTSIM_WIDE_REGISTER(si, 6)
  BOOTSIM_WIDE_REGISTER(di, 7)
  BOOTSIM_BYTE_REGISTERS(al, ah, 0)
  BOOTSIM_BYTE_REGISTERS(cl, ch, 1)
  BOOTSIM_BYTE_REGISTERS(dl, dh, 2)
  BOOTSIM_BYTE_REGISTERS(bl, bh, 3)
#undef BOOTSIM_WIDE_REGISTER
#undef BOOTSIM_BYTE_REGISTERS

  std::uint16_t es() const { return segment[0].selector; }
  std::uint16_t cs() const { return segment[1].selector; }
  std::uint16_t ss() const { return segment[2].selector; }
  std::uint16_t ds() const { return segment[3].selector; }
  std::uint16_t fs() const { return segment[4].selector; }
  std::uint16_t gs() const { return segment[5].selector; }
  /// Loads a segment register as real-mode code does: base = selector * 16, limit kept (unreal mode survives).
  void set_real_segment(Seg s, std::uint16_t selector) {
    (*this)[s].selector = selector;
    (*this)[s].base = std::uint64_t{selector} << 4;
  }
  FarPtr cs_ip() const { return {cs(), static_cast<std::uint16_t>(rip)}; }
  FarPtr ss_sp() const { return {ss(), sp()}; }
  FarPtr es_bx() const { return {es(), bx()}; }
  FarPtr es_di() const { return {es(), di()}; }
  FarPtr ds_si() const { return {ds(), si()}; }
};

}  // namespace emu
