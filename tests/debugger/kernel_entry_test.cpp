#include "debugger/kernel_entry.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace debugger {
namespace {

constexpr std::uint32_t kHdrS = 0x53726448;
constexpr std::uint64_t kRam = 1u << 20;

bool params_at(const emu::Memory& memory, std::uint64_t rsi, emu::CpuMode mode = emu::CpuMode::kLong) {
  emu::Registers registers;
  registers[emu::Gpr::kSi] = rsi;
  return has_linux_boot_params(registers, mode, memory);
}

TEST(KernelEntry, BootParamsAreKnownByTheirMagic) {
  emu::Memory memory(kRam);
  memory.write(emu::PhysAddr(0x9202), kHdrS);
  EXPECT_TRUE(params_at(memory, 0x9000));
  EXPECT_TRUE(params_at(memory, 0x9000, emu::CpuMode::kProtected32));
  EXPECT_FALSE(params_at(memory, 0x9000, emu::CpuMode::kReal));
  EXPECT_FALSE(params_at(memory, 0xA000));
}

TEST(KernelEntry, BootParamsLieInRamAsAWhole) {
  emu::Memory memory(2 * kRam);
  memory.write(emu::PhysAddr(2 * kRam - 0x1000 + 0x202), kHdrS);
  EXPECT_TRUE(params_at(memory, 2 * kRam - 0x1000));
  memory.write(emu::PhysAddr(2 * kRam - 0x800 + 0x202), kHdrS);
  EXPECT_FALSE(params_at(memory, 2 * kRam - 0x800));
}

TEST(KernelEntry, BootParamsDoNotGoRoundTheEndOf64Bits) {
  emu::Memory memory(kRam);
  memory.write(emu::PhysAddr(0), kHdrS);
  const std::uint64_t magic_at_0 = 0 - std::uint64_t{0x202};
  EXPECT_FALSE(params_at(memory, magic_at_0));
  EXPECT_FALSE(params_at(memory, magic_at_0 - 2));
}

TEST(KernelEntry, RealModeCodeRunsInTheBootSectorsSegmentOrBehindIt) {
  emu::Memory memory(kRam);
  memory.write(emu::PhysAddr(0x90202), kHdrS);
  EXPECT_TRUE(in_linux_setup(0x9000, memory));
  EXPECT_TRUE(in_linux_setup(0x9020, memory));
  EXPECT_FALSE(in_linux_setup(0x9010, memory));
  EXPECT_FALSE(in_linux_setup(0x8FE0, memory));
  memory.write(emu::PhysAddr(0x202), kHdrS);
  EXPECT_FALSE(in_linux_setup(0, memory)) << "the interrupt vectors are nobody's boot sector";
  EXPECT_FALSE(in_linux_setup(0x20, memory));
}

}  // namespace
}  // namespace debugger
