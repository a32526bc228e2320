#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/emu/guest.h"

namespace emu {
namespace {

using testing::ElementsAre;
using testing::Pair;

/// Goes to protected mode and back in one go, as loaders do that want unreal mode.
class ModeWatchTest : public testing::TestWithParam<bool> {
 protected:
  ModeWatchTest() {
    guest.code(0x7C00, {0xFA,                          // cli
                        0x0F, 0x01, 0x16, 0x40, 0x7C,  // lgdt [7C40h]
                        0x0F, 0x20, 0xC0, 0x0C, 0x01,  // mov eax, cr0; or al, 1
                        0x0F, 0x22, 0xC0,              // mov cr0, eax
                        0xBB, 0x08, 0x00, 0x8E, 0xDB,  // 7C0Eh: mov bx, 8; mov ds, bx
                        0x24, 0xFE, 0x0F, 0x22, 0xC0,  // and al, FEh; mov cr0, eax
                        0x90, 0xF4});                  // 7C18h: nop; hlt
    guest.code(0x7C40, {0x0F, 0x00, 0x50, 0x7C, 0x00, 0x00});
    guest.code(0x7C58, {0xFF, 0xFF, 0x00, 0x00, 0x00, 0x92, 0xCF, 0x00});  // data, 4 GiB
  }

  Guest guest{GetParam()};
};

TEST_P(ModeWatchTest, StopsBeforeTheFirstInstructionInEachMode) {
  std::vector<std::pair<CpuMode, CpuMode>> changes;
  const WatchId watch = guest.machine.watch_mode([&](CpuMode from, CpuMode to) {
    changes.emplace_back(from, to);
    return true;
  });
  EXPECT_EQ(guest.run(), StopReason::kBreakpoint);
  EXPECT_EQ(guest.machine.registers().rip, 0x7C0Eu);
  EXPECT_TRUE(guest.machine.crossed(watch));
  EXPECT_EQ(guest.run(), StopReason::kBreakpoint);
  EXPECT_EQ(guest.machine.registers().rip, 0x7C18u);
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_THAT(changes,
              ElementsAre(Pair(CpuMode::kReal, CpuMode::kProtected16), Pair(CpuMode::kProtected16, CpuMode::kReal)));
}

TEST_P(ModeWatchTest, StopsForWantedModesOnlyAndTakesNoTime) {
  const auto begin = guest.machine.save_snapshot();
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  const Nanoseconds unwatched = guest.machine.clock().now();
  guest.machine.restore_snapshot(*begin);
  const WatchId watch = guest.machine.watch_mode([](CpuMode, CpuMode to) { return to == CpuMode::kReal; });
  EXPECT_EQ(guest.run(), StopReason::kBreakpoint);
  EXPECT_EQ(guest.machine.registers().rip, 0x7C18u);
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.machine.clock().now(), unwatched);
  guest.machine.restore_snapshot(*begin);
  guest.machine.unwatch_mode(watch);
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
}

TEST_P(ModeWatchTest, SeesEveryChangeOfALoopThatTheCpuRunsWithoutAPause) {
  guest.code(0x7C06, {0xB9, 0xE8, 0x03,                      // mov cx, 1000
                      0x0F, 0x20, 0xC0, 0x0C, 0x01,          // 7C09h: mov eax, cr0; or al, 1
                      0x0F, 0x22, 0xC0, 0x24, 0xFE,          // mov cr0, eax; and al, FEh
                      0x0F, 0x22, 0xC0, 0xE2, 0xF1, 0xF4});  // mov cr0, eax; loop 7C09h; hlt
  int there = 0, back = 0;
  guest.machine.watch_mode([&](CpuMode, CpuMode to) {
    ++(to == CpuMode::kReal ? back : there);
    return false;
  });
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(there, 1000);
  EXPECT_EQ(back, 1000);
}

TEST_P(ModeWatchTest, AWatchThatComesLaterTakesNothingFromOneThatIsThere) {
  ASSERT_EQ(guest.machine.step(5), StopReason::kPosition);  // MOV CR0 is next
  int first = 0, second = 0;
  const auto count = [](int& n) { return [&n](CpuMode, CpuMode) { return ++n, false; }; };
  guest.machine.watch_mode(count(first));
  ASSERT_EQ(guest.machine.step(2), StopReason::kPosition);  // into protected mode, which a step does not stop at
  EXPECT_EQ(guest.machine.registers().rip, 0x7C11u);
  guest.machine.watch_mode(count(second));
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(first, 1);  // back
  EXPECT_EQ(second, 1);
}

INSTANTIATE_TEST_SUITE_P(Engine, ModeWatchTest, testing::Bool(),
                         [](const auto& test) { return test.param ? "Public" : "Kit"; });

}  // namespace
}  // namespace emu
