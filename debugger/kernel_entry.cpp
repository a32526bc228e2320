#include "debugger/kernel_entry.h"

namespace debugger {
namespace {

constexpr std::uint32_t kHeaderMagic = 0x53726448;  // "HdrS"
constexpr std::uint16_t kHeaderOffset = 0x202;
constexpr std::uint16_t kSetupSegments = 0x20;  // setup follows the boot sector: 200h bytes = 20h paragraphs

bool has_header(std::uint16_t boot_sector, const emu::Memory& memory) {
  return memory.read<std::uint32_t>(emu::FarPtr{boot_sector, kHeaderOffset}) == kHeaderMagic;
}

}  // namespace

bool at_linux_setup(const emu::Registers& registers, const emu::Memory& memory) {
  if ((registers.rip & 0xFFFF) != 0 || registers.cs() < kSetupSegments) return false;
  return has_header(static_cast<std::uint16_t>(registers.cs() - kSetupSegments), memory);
}

bool in_linux_setup(std::uint16_t segment, const emu::Memory& memory) {
  if (segment > 0 && has_header(segment, memory)) return true;
  return segment > kSetupSegments && has_header(static_cast<std::uint16_t>(segment - kSetupSegments), memory);
}

bool has_linux_boot_params(const emu::Registers& registers, emu::CpuMode mode, const emu::Memory& memory) {
  if (mode != emu::CpuMode::kProtected32 && mode != emu::CpuMode::kLong) return false;
  const std::uint64_t boot_params = mode == emu::CpuMode::kLong ? registers[emu::Gpr::kSi] : registers.esi();
  if (boot_params == 0 || boot_params > memory.ram_below_4g() - emu::Memory::kPage) return false;
  return memory.read<std::uint32_t>(emu::PhysAddr(boot_params + kHeaderOffset)) == kHeaderMagic;
}

}  // namespace debugger
