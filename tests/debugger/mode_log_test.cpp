#include "debugger/mode_log.h"

#include <gtest/gtest.h>

namespace debugger {
namespace {

using emu::CpuMode;

constexpr ModeSet kReal = mode_bit(CpuMode::kReal), kProtected = mode_bit(CpuMode::kProtected32),
                  kBoth = kReal | kProtected;

TEST(ModeLog, LooksThatSeeTheSameAreOneStretch) {
  ModeLog log;
  for (const emu::Nanoseconds time : {0, 10, 20, 30}) log.saw(time, CpuMode::kReal);
  ASSERT_EQ(log.stretches().size(), 1u);
  EXPECT_EQ(log.stretches()[0].to, 30);
  EXPECT_EQ(modes_between(log.stretches(), 5, 25), kReal);
}

TEST(ModeLog, AChangeLiesSomewhereBetweenTwoLooks) {
  ModeLog log;
  log.saw(0, CpuMode::kReal);
  log.saw(100, CpuMode::kReal);
  log.saw(200, CpuMode::kProtected32);
  log.saw(300, CpuMode::kProtected32);
  EXPECT_EQ(modes_between(log.stretches(), 20, 80), kReal);
  EXPECT_EQ(modes_between(log.stretches(), 120, 180), kBoth) << "nobody saw when";
  EXPECT_EQ(modes_between(log.stretches(), 90, 110), kBoth);
  EXPECT_EQ(modes_between(log.stretches(), 190, 210), kBoth);
  EXPECT_EQ(modes_between(log.stretches(), 210, 290), kProtected);
  EXPECT_EQ(modes_between(log.stretches(), 400, 500), kProtected) << "nothing else is known after the last look";
}

TEST(ModeLog, ACallOfOneInstantIsNotLost) {
  ModeLog log;
  log.saw(0, CpuMode::kProtected32);
  log.saw(1000, CpuMode::kProtected32);
  log.saw(1500, CpuMode::kReal);  // INT 10h
  log.saw(2000, CpuMode::kProtected32);
  log.saw(3000, CpuMode::kProtected32);
  EXPECT_EQ(modes_between(log.stretches(), 0, 4000), kBoth);
  EXPECT_EQ(modes_between(log.stretches(), 1500, 1500), kReal);
  EXPECT_EQ(modes_between(log.stretches(), 2000, 3000), kProtected);
}

TEST(ModeLog, WhatWasSeenBeforeIsNotTakenAgain) {
  ModeLog log;
  log.saw(0, CpuMode::kReal);
  log.saw(100, CpuMode::kProtected32);
  log.saw(50, CpuMode::kReal);  // the same time once more, after going back
  EXPECT_EQ(log.stretches().size(), 2u);
}

TEST(ModeLog, ForgetsAFutureThatWillNotCome) {
  ModeLog log;
  log.saw(0, CpuMode::kReal);
  log.saw(100, CpuMode::kReal);
  log.saw(200, CpuMode::kProtected32);
  const std::uint64_t before = log.generation();
  log.forget_after(60);
  ASSERT_EQ(log.stretches().size(), 1u);
  EXPECT_EQ(log.stretches()[0].to, 60);
  EXPECT_NE(log.generation(), before);
  log.saw(70, CpuMode::kLong);
  EXPECT_EQ(modes_between(log.stretches(), 70, 70), mode_bit(CpuMode::kLong));
}

TEST(ModeLog, ShortChangesBecomeMixedStretchesWhenThereAreTooMany) {
  ModeLog log(100);
  for (emu::Nanoseconds time = 0; time < 1'000'000; time += 1000)
    log.saw(time, time % 2000 == 0 ? CpuMode::kReal : CpuMode::kProtected32);
  log.saw(9'000'000, CpuMode::kLong);
  EXPECT_LE(log.stretches().size(), 101u);
  EXPECT_EQ(modes_between(log.stretches(), 0, 900'000), kBoth);
  EXPECT_EQ(modes_between(log.stretches(), 9'000'000, 9'000'000), mode_bit(CpuMode::kLong))
      << "a long time is no short change";
  for (std::size_t i = 1; i < log.stretches().size(); ++i)
    EXPECT_LT(log.stretches()[i - 1].to, log.stretches()[i].from);
}

TEST(ModeLog, KnowsNothingBeforeAnybodyLooked) { EXPECT_EQ(modes_between({}, 0, 100), 0); }

}  // namespace
}  // namespace debugger
