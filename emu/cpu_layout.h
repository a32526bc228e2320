// Where the engine keeps its registers: offsets into the CPU state that uc_context copies out as opaque bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

struct uc_struct;

namespace emu {

/// Byte offsets from the state's first general register. Found at start-up by writing recognisable values through the
/// public interface and searching for them, then cross-checked; nothing is taken from the library's private headers.
struct CpuLayout {
  std::size_t header = 0;        ///< where the state begins inside a uc_context
  std::size_t context_size = 0;  ///< bytes of a whole uc_context

  std::size_t rip = 0, eflags = 0;
  std::size_t cc_src = 0, cc_op = 0, direction = 0;  ///< arithmetic flags are kept apart from EFLAGS
  std::size_t hflags = 0;
  std::size_t segments = 0, ldt = 0, tr = 0, gdt = 0, idt = 0;
  std::size_t cr = 0;  ///< CR0 to CR4, 8 bytes each
  std::size_t efer = 0, star = 0, lstar = 0, cstar = 0, fmask = 0;
  std::size_t sysenter_cs = 0, sysenter_esp = 0, sysenter_eip = 0;
  std::size_t error_code = 0, exception_is_int = 0, next_eip = 0, old_exception = 0;

  /// Throws Error(kInternal) when the library's state does not look as expected.
  static CpuLayout find();
};

/// One segment register in the engine's state.
struct EngineSegment {
  std::uint32_t selector;
  std::uint64_t base;
  std::uint32_t limit;
  std::uint32_t flags;
};
static_assert(sizeof(EngineSegment) == 24);

/// Bits of hflags: what translated code depends on (observed; docs/engine.md).
namespace hflag {
inline constexpr std::uint32_t kCplMask = 3;
inline constexpr std::uint32_t kInhibitIrq = 1u << 3;  ///< the instruction after STI or MOV SS
inline constexpr std::uint32_t kCs32 = 1u << 4;
inline constexpr std::uint32_t kSs32 = 1u << 5;
inline constexpr std::uint32_t kAddSeg = 1u << 6;
inline constexpr std::uint32_t kProtected = 1u << 7;
inline constexpr std::uint32_t kLongMode = 1u << 14;
inline constexpr std::uint32_t kCs64 = 1u << 15;
inline constexpr std::uint32_t kVm86 = 1u << 17;
inline constexpr std::uint32_t kMode = kProtected | kVm86 | kLongMode | kCs64 | kCs32;
}  // namespace hflag

/// The engine's marker that cc_src holds the arithmetic flags themselves.
inline constexpr std::uint32_t kCcOpEflags = 1;
/// EFLAGS bits that live in cc_src, and DF, which lives in `direction`.
inline constexpr std::uint32_t kArithmeticFlags = 0x8D5;

}  // namespace emu
