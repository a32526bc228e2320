#include "debugger/cpu_mode.h"

#include <algorithm>

namespace debugger {

std::string_view mode_words(emu::CpuMode mode) {
  switch (mode) {
    case emu::CpuMode::kReal: return "real mode";
    case emu::CpuMode::kVm86: return "virtual-8086 mode";
    case emu::CpuMode::kProtected16: return "16-bit protected mode";
    case emu::CpuMode::kProtected32: return "32-bit protected mode";
    case emu::CpuMode::kLong: return "long mode";
  }
  return {};
}

bool is_real(emu::CpuMode mode) { return mode == emu::CpuMode::kReal || mode == emu::CpuMode::kVm86; }

bool is_unreal(emu::CpuMode mode, const emu::Registers& registers) {
  return mode == emu::CpuMode::kReal && std::any_of(registers.segment.begin(), registers.segment.end(),
                                                    [](const emu::Segment& s) { return s.limit > 0xFFFF; });
}

}  // namespace debugger
