#include "bios/waits.h"

#include <gtest/gtest.h>

#include "tests/bios/core_pc.h"

namespace bios {
namespace {

constexpr std::uint16_t kTenMilliseconds = 10'000;

emu::TrapResult wait_call(CorePc& pc) {
  pc.regs.set_ax(0x8600);
  pc.regs.set_cx(0);
  pc.regs.set_dx(kTenMilliseconds);
  return pc.interrupt(0x15);
}

TEST(Waits, LetAnEventInAndEndOnTime) {
  CorePc pc;
  bool fired = false;
  pc.clock.schedule_in(4 * emu::kMillisecond, [&] { fired = true; });
  EXPECT_EQ(wait_call(pc), emu::TrapResult::kWaiting);
  EXPECT_EQ(pc.wait_flag(), 2);
  EXPECT_EQ(pc.clock.now(), 4 * emu::kMillisecond);
  pc.clock.run_due_events();
  EXPECT_TRUE(fired);
  pc.clock.advance(40);  // the ROM's loop
  EXPECT_EQ(pc.poll(), emu::TrapResult::kAnswered);
  EXPECT_EQ(pc.clock.now(), 10 * emu::kMillisecond);
  EXPECT_EQ(pc.wait_flag(), 0);
}

TEST(Waits, EndAtTheSameTimeWithAndWithoutAnEvent) {
  CorePc quiet, busy;
  busy.clock.schedule_in(10 * emu::kMillisecond - 5, [] {});
  wait_call(quiet);
  EXPECT_EQ(wait_call(busy), emu::TrapResult::kAnswered);  // too late to be worth a turn
  EXPECT_EQ(quiet.clock.now(), busy.clock.now());
}

TEST(Waits, NestByStack) {
  CorePc pc;
  pc.post();
  pc.regs.set_ax(0);
  ASSERT_EQ(pc.interrupt(0x16), emu::TrapResult::kWaiting);
  const emu::Registers outer = pc.regs;

  // An interrupt handler asks whether there is a key, further down the stack: answered at once.
  pc.regs.set_sp(0x6F00);
  pc.regs.set_ax(0x0100);
  EXPECT_EQ(pc.bios.on_trap(0x16, pc.regs), emu::TrapResult::kAnswered);
  EXPECT_EQ(pc.wait_flag(), 0);

  // And reads one, which waits; then leaves by its own way.
  pc.regs.set_sp(0x6E00);
  pc.regs.set_ax(0);
  EXPECT_EQ(pc.bios.on_trap(0x16, pc.regs), emu::TrapResult::kWaiting);
  EXPECT_EQ(pc.bios.waits().pending(), 2u);

  pc.regs = outer;
  EXPECT_EQ(pc.poll(), emu::TrapResult::kWaiting);
  EXPECT_EQ(pc.wait_flag(), 1);
  EXPECT_EQ(pc.bios.waits().pending(), 1u);  // the inner one was abandoned
}

TEST(Waits, AbandonedOnesDoNotPileUp) {
  CorePc pc;
  pc.post();
  for (std::uint16_t sp = 0x1000; sp < 0x3000; sp = static_cast<std::uint16_t>(sp + 2)) {
    pc.regs.set_sp(sp);
    pc.regs.set_ax(0);
    pc.bios.on_trap(0x16, pc.regs);
  }
  EXPECT_LE(pc.bios.waits().pending(), 64u);
}

TEST(Waits, APollWithoutAWaitReturns) {
  CorePc pc;
  pc.regs.set_sp(0x1234);
  EXPECT_EQ(pc.poll(), emu::TrapResult::kAnswered);
}

}  // namespace
}  // namespace bios
