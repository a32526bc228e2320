// Recognises code that only looks: a loop made of it, coming round with the same registers, waits for something to
// change.
#pragma once

#include <cstdint>
#include <span>

namespace emu {

/// True when every instruction of the block only reads memory (stack pushes and pops aside), computes in registers, and
/// branches: no stores, no port access, no system instruction. Unknown instructions count as more than looking.
/// `code32` is the default operand and address size; 64-bit code is not understood and is never "only looking".
bool only_looks(std::span<const std::uint8_t> code, bool code32);

}  // namespace emu
