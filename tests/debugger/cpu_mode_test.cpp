#include "debugger/cpu_mode.h"

#include <gtest/gtest.h>

namespace debugger {
namespace {

using emu::CpuMode;

TEST(CpuMode, SegmentsAreParagraphsInRealAndVirtual8086Mode) {
  EXPECT_TRUE(is_real(CpuMode::kReal));
  EXPECT_TRUE(is_real(CpuMode::kVm86));
  EXPECT_FALSE(is_real(CpuMode::kProtected16));
  EXPECT_FALSE(is_real(CpuMode::kLong));
}

// Intel SDM volume 3, 3.4.3 "Segment registers": the hidden limit stays when CR0.PE is cleared.
TEST(CpuMode, UnrealIsRealWithALimitLeftFromProtectedMode) {
  emu::Registers registers;
  for (emu::Segment& segment : registers.segment) segment.limit = 0xFFFF;
  EXPECT_FALSE(is_unreal(CpuMode::kReal, registers));
  registers[emu::Seg::kFs].limit = 0xFFFF'FFFF;
  EXPECT_TRUE(is_unreal(CpuMode::kReal, registers));
  EXPECT_FALSE(is_unreal(CpuMode::kProtected32, registers));
}

}  // namespace
}  // namespace debugger
