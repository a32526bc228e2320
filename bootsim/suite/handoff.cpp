#include "bootsim/suite/handoff.h"

#include <algorithm>

#include "debugger/kernel_entry.h"

namespace bootsim {
namespace {

// Offsets in the boot sector, and in boot_params.
constexpr std::uint64_t kOldMagic = 0x20, kOldCommandLine = 0x22, kSysSize = 0x1F4, kVersion = 0x206,
                        kLoadFlags = 0x211, kCode32Start = 0x214, kRamdiskImage = 0x218, kRamdiskSize = 0x21C,
                        kCommandLine = 0x228;
constexpr std::uint16_t kOldMagicValue = 0xA33F;
constexpr std::uint16_t kCommandLinePointer = 0x202;  // protocol 2.02 has it
constexpr std::uint64_t kMostCommandLine = 4096;
constexpr std::uint16_t kSetupSegments = 0x20;

std::vector<std::uint8_t> bytes_at(const emu::Memory& memory, std::uint64_t address, std::uint64_t size) {
  if (address == 0 || address >= memory.ram_below_4g()) return {};
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(std::min(size, memory.ram_below_4g() - address)));
  memory.read(emu::PhysAddr(address), bytes);
  return bytes;
}

std::string text_at(const emu::Memory& memory, std::uint64_t address) {
  const std::vector<std::uint8_t> bytes = bytes_at(memory, address, kMostCommandLine);
  return {bytes.begin(), std::find(bytes.begin(), bytes.end(), 0)};
}

}  // namespace

std::optional<Handoff> read_handoff(Pc& pc) {
  const emu::Machine& machine = pc.machine();
  const emu::Memory& memory = machine.memory();
  const emu::Registers registers = machine.registers();
  Handoff handoff{.time = pc.machine().clock().now()};
  std::uint64_t params = 0;
  if (debugger::has_linux_boot_params(registers, machine.mode(), memory)) {
    params = machine.mode() == emu::CpuMode::kLong ? registers[emu::Gpr::kSi] : registers.esi();
  } else if (machine.mode() == emu::CpuMode::kReal && debugger::at_linux_setup(registers, memory)) {
    params = std::uint64_t{static_cast<std::uint16_t>(registers.cs() - kSetupSegments)} << 4;
    handoff.real_mode = true;
  } else {
    return std::nullopt;
  }
  const auto word = [&](std::uint64_t offset) { return memory.read<std::uint16_t>(emu::PhysAddr(params + offset)); };
  const auto dword = [&](std::uint64_t offset) { return memory.read<std::uint32_t>(emu::PhysAddr(params + offset)); };
  handoff.protocol = word(kVersion);
  const bool old = handoff.protocol < kCommandLinePointer;
  if (old && word(kOldMagic) == kOldMagicValue) handoff.command_line = text_at(memory, params + word(kOldCommandLine));
  if (!old) handoff.command_line = text_at(memory, dword(kCommandLine));
  const bool high = memory.read<std::uint8_t>(emu::PhysAddr(params + kLoadFlags)) & 1;
  handoff.code_address = high ? dword(kCode32Start) : 0x10000;
  handoff.code = bytes_at(memory, handoff.code_address, std::uint64_t{dword(kSysSize)} * 16);
  handoff.initrd_address = dword(kRamdiskImage);
  handoff.initrd = bytes_at(memory, handoff.initrd_address, dword(kRamdiskSize));
  return handoff;
}

}  // namespace bootsim
