// Going back and forth in a run of a few instructions.
#include "debugger/time_travel.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/emu/guest.h"

namespace debugger {
namespace {

using emu::Position;
using emu::StopReason;

/// mov sp,7C00h; mov cx,20; l: inc word [600h]; int 13h; loop l; cli; hlt
class TimeTravelTest : public testing::Test {
 protected:
  TimeTravelTest() {
    guest.code(0x7C00,
               {0xBC, 0x00, 0x7C, 0xB9, 0x14, 0x00, 0xFF, 0x06, 0x00, 0x06, 0xCD, 0x13, 0xE2, 0xF8, 0xFA, 0xF4});
    travel.emplace(guest.machine, TimeTravel::Options{});
  }
  std::uint16_t counted() { return guest.machine.memory().read<std::uint16_t>(emu::PhysAddr(0x600)); }
  std::uint64_t rip() { return guest.machine.registers().rip; }

  emu::Guest guest;
  std::optional<TimeTravel> travel;
};

TEST_F(TimeTravelTest, StepsBackToWhereItCameFrom) {
  std::vector<std::pair<Position, std::uint64_t>> seen;
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(travel->step(), StopReason::kPosition);
    seen.emplace_back(travel->now(), rip());
  }
  while (seen.size() > 1) {
    seen.pop_back();
    ASSERT_TRUE(travel->step_back());
    ASSERT_EQ(travel->now(), seen.back().first);
    ASSERT_EQ(rip(), seen.back().second);
  }
  ASSERT_TRUE(travel->go_to(travel->last()));
  ASSERT_TRUE(travel->step_back(10));
}

TEST_F(TimeTravelTest, ManyStepsAreAsManySingleOnes) {
  std::vector<Position> at;
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(travel->step(), StopReason::kPosition);
    at.push_back(travel->now());
  }
  ASSERT_TRUE(travel->go_to(travel->first()));
  ASSERT_EQ(travel->step(10), StopReason::kPosition);  // where time has been
  EXPECT_EQ(travel->now(), at[9]);
  ASSERT_EQ(travel->step(30), StopReason::kPosition);
  EXPECT_EQ(travel->now(), at[39]);
  ASSERT_EQ(travel->step(8), StopReason::kPosition);  // where it has not
  const Position end = travel->now();
  ASSERT_TRUE(travel->step_back(8));
  EXPECT_EQ(travel->now(), at[39]);
  for (int i = 0; i < 8; ++i) ASSERT_EQ(travel->step(), StopReason::kPosition);
  EXPECT_EQ(travel->now(), end);
}

TEST_F(TimeTravelTest, WhatIsDoneAtABreakpointDoesNotHideItWhenTimeComesByAgain) {
  guest.machine.add_breakpoint(0x7C0A);
  for (int i = 1; i <= 5; ++i) ASSERT_EQ(travel->run(), StopReason::kBreakpoint);
  const Position there = travel->now();
  travel->input([] {});
  ASSERT_TRUE(travel->go_to(travel->first()));
  for (int i = 1; i <= 5; ++i) ASSERT_EQ(travel->run(), StopReason::kBreakpoint);
  EXPECT_EQ(travel->now(), there);
  ASSERT_EQ(travel->run(), StopReason::kBreakpoint);  // the next, not the same
  EXPECT_EQ(counted(), 6);
}

TEST_F(TimeTravelTest, GoingBackCanBeAbandoned) {
  guest.machine.add_breakpoint(0x7C0A);
  for (int i = 1; i <= 5; ++i) ASSERT_EQ(travel->run(), StopReason::kBreakpoint);
  const Position end = travel->now();
  const TimeTravel::Abandoning abandoning(*travel, [] { return true; });
  EXPECT_FALSE(travel->go_back_to([](StopReason) { return true; }));
  EXPECT_TRUE(abandoning.happened());
  EXPECT_EQ(travel->now(), end);
  EXPECT_EQ(counted(), 5);
}

TEST_F(TimeTravelTest, GoesBackToTheLastBreakpoint) {
  guest.machine.add_breakpoint(0x7C0A);
  for (int i = 1; i <= 5; ++i) {
    ASSERT_EQ(travel->run(), StopReason::kBreakpoint);
    ASSERT_EQ(counted(), i);
  }
  ASSERT_TRUE(travel->go_back_to([](StopReason) { return true; }));
  EXPECT_EQ(counted(), 4);
  EXPECT_EQ(rip(), 0x7C0Au);
}

TEST_F(TimeTravelTest, KnowsWhoWroteAByteLastAndComesBack) {
  ASSERT_EQ(travel->run(), StopReason::kDeadHalt);
  const Position end = travel->now();
  const auto write = travel->last_write(emu::PhysAddr(0x600));
  ASSERT_TRUE(write);
  EXPECT_EQ(write->access.instruction, 0x7C06u);
  EXPECT_EQ(write->access.new_value & 0xFF, 20u);
  EXPECT_EQ(travel->now(), end);
  ASSERT_TRUE(travel->go_to(write->access.position));
  EXPECT_EQ(counted(), 19);
  EXPECT_EQ(rip(), 0x7C06u);
  EXPECT_FALSE(travel->last_write(emu::PhysAddr(0x700)));
}

TEST_F(TimeTravelTest, GoesToACallByItsNumberBothWays) {
  ASSERT_TRUE(travel->go_to_call(7));
  EXPECT_EQ(rip(), 0x7C0Au);
  EXPECT_EQ(counted(), 7);
  ASSERT_TRUE(travel->go_to_call(3));
  EXPECT_EQ(counted(), 3);
  EXPECT_FALSE(travel->go_to_call(21));
}

TEST_F(TimeTravelTest, RepeatsWhatCameFromOutsideAndDropsTheFutureWhenSomethingNewDoes) {
  ASSERT_TRUE(travel->go_to_call(5));
  travel->input([this] { guest.machine.memory().write<std::uint16_t>(emu::PhysAddr(0x600), 1000); });
  ASSERT_TRUE(travel->go_to_call(8));
  EXPECT_EQ(counted(), 1003);
  ASSERT_TRUE(travel->go_to_call(4));
  EXPECT_EQ(counted(), 4);
  ASSERT_TRUE(travel->go_to_call(8));
  EXPECT_EQ(counted(), 1003);
  ASSERT_TRUE(travel->go_to_call(2));
  travel->input([this] { guest.machine.memory().write<std::uint16_t>(emu::PhysAddr(0x600), 50); });
  ASSERT_TRUE(travel->go_to_call(8));
  EXPECT_EQ(counted(), 56);
}

TEST(TimeTravelBudget, WithTooLittleMemoryForAllSnapshotsEveryPositionIsStillReached) {
  constexpr emu::Nanoseconds kEnd = 60 * emu::kMillisecond;
  constexpr std::uint64_t kBudget = 512 << 10;
  // mov ax,1000h; mov ds,ax; xor bx,bx; l: inc word [bx]; add bx,1000h; jmp l: 16 pages, again and again
  const std::vector<std::uint8_t> program = {0xB8, 0x00, 0x10, 0x8E, 0xD8, 0x31, 0xDB, 0xFF,
                                             0x07, 0x81, 0xC3, 0x00, 0x10, 0xEB, 0xF8};
  const auto state = [](emu::Guest& g) {
    std::vector<std::uint64_t> words{g.machine.registers().rip, g.machine.registers().bx()};
    for (std::uint32_t page = 0; page < 16; ++page)
      words.push_back(g.machine.memory().read<std::uint16_t>(emu::PhysAddr(0x10000 + page * 0x1000)));
    return words;
  };
  emu::Guest straight, guest;
  straight.code(0x7C00, program);
  guest.code(0x7C00, program);
  TimeTravel travel(guest.machine, {.memory_budget = kBudget, .step_ms = 0});
  ASSERT_EQ(travel.run(kEnd), StopReason::kTimeLimit);
  const auto full = travel.figures();
  EXPECT_LT(full.snapshots, 30u);  // one a millisecond was taken; each has 64 KB of its own
  EXPECT_LE(full.page_bytes, kBudget + (128 << 10));
  std::vector<std::pair<Position, std::vector<std::uint64_t>>> seen;
  for (emu::Nanoseconds at = 777'777; at < kEnd; at += 2'345'678) {
    ASSERT_EQ(straight.machine.run_to({at}), StopReason::kPosition);
    seen.emplace_back(straight.machine.position(), state(straight));
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const auto& [at, expected] = seen[i * 7 % seen.size()];  // here and there
    ASSERT_TRUE(travel.go_to(at));
    ASSERT_EQ(travel.now(), at);
    ASSERT_EQ(state(guest), expected);
    ASSERT_TRUE(travel.step_back());
    ASSERT_LT(travel.now(), at);
    ASSERT_EQ(travel.step(), StopReason::kPosition);
    ASSERT_EQ(travel.now(), at);
    ASSERT_EQ(state(guest), expected);
  }
  EXPECT_LE(travel.figures().page_bytes, kBudget + (128 << 10));
}

}  // namespace
}  // namespace debugger
