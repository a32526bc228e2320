// The CPU's modes, in words and in kinds.
#pragma once

#include <string_view>

#include "emu/machine.h"

namespace debugger {

/// "real mode", "32-bit protected mode".
std::string_view mode_words(emu::CpuMode mode);
/// Segments are paragraphs: real mode, or virtual-8086 mode.
bool is_real(emu::CpuMode mode);
/// Real mode with a segment that reaches beyond 64 KiB.
bool is_unreal(emu::CpuMode mode, const emu::Registers& registers);

}  // namespace debugger
