#include "devices/rtc_mc146818.h"

#include <gtest/gtest.h>

#include "devices/calendar.h"
#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

class Rtc : public ::testing::Test {
 protected:
  std::uint8_t read(std::uint8_t index) {
    board.out(0x70, index);
    return board.in(0x71);
  }
  void write(std::uint8_t index, std::uint8_t value) {
    board.out(0x70, index);
    board.out(0x71, value);
  }

  test::Board board;
  test::RecordingLine irq8;
  RtcMc146818 rtc{board.ports, board.clock, irq8, parse_date("2024-02-28T23:59:58")};
};

TEST_F(Rtc, StartsAtTheGivenDateInBcd) {
  EXPECT_EQ(read(0x00), 0x58);
  EXPECT_EQ(read(0x02), 0x59);
  EXPECT_EQ(read(0x04), 0x23);
  EXPECT_EQ(read(0x06), 4);  // a Wednesday; 1 is Sunday
  EXPECT_EQ(read(0x07), 0x28);
  EXPECT_EQ(read(0x08), 0x02);
  EXPECT_EQ(read(0x09), 0x24);
  EXPECT_EQ(read(0x32), 0x20);
  EXPECT_EQ(read(0x0D), 0x80);
}

TEST_F(Rtc, RunsWithVirtualTimeIntoALeapDay) {
  board.run_for(2 * emu::kSecond);
  EXPECT_EQ(read(0x00), 0x00);
  EXPECT_EQ(read(0x04), 0x00);
  EXPECT_EQ(read(0x07), 0x29);
  EXPECT_EQ(read(0x06), 5);
}

TEST_F(Rtc, NeedsNoEventWhileNobodyWaits) {
  board.run_for(100 * emu::kSecond);
  EXPECT_EQ(board.clock.next_event(), emu::kNever);
}

TEST_F(Rtc, UpdateInProgressPrecedesTheSecondBy244Microseconds) {
  board.run_to(emu::kSecond - 245 * emu::kMicrosecond);
  EXPECT_EQ(read(0x0A), 0x26);
  board.run_to(emu::kSecond - 244 * emu::kMicrosecond);
  EXPECT_EQ(read(0x0A), 0xA6);
  EXPECT_EQ(read(0x00), 0x58);
  board.run_to(emu::kSecond);
  EXPECT_EQ(read(0x0A), 0x26);
  EXPECT_EQ(read(0x00), 0x59);
}

TEST_F(Rtc, BinaryAndTwelveHourModes) {
  write(0x0B, 0x06);
  EXPECT_EQ(read(0x00), 58);
  EXPECT_EQ(read(0x04), 23);
  write(0x0B, 0x04);
  EXPECT_EQ(read(0x04), 0x80 | 11);
  write(0x0B, 0x00);
  EXPECT_EQ(read(0x04), 0x80 | 0x11);
}

TEST_F(Rtc, TwelveHourMidnightIsTwelveAm) {
  board.run_for(2 * emu::kSecond);
  write(0x0B, 0x00);
  EXPECT_EQ(read(0x04), 0x12);
}

TEST_F(Rtc, SetBitStopsTheClockAndTakesANewDate) {
  write(0x0B, 0x82);
  board.run_for(10 * emu::kSecond);
  EXPECT_EQ(read(0x00), 0x58);
  EXPECT_EQ(read(0x0A), 0x26);
  const std::uint8_t date[][2] = {{0x32, 0x19}, {0x09, 0x99}, {0x08, 0x12}, {0x07, 0x31},
                                  {0x04, 0x23}, {0x02, 0x59}, {0x00, 0x59}, {0x06, 0x06}};
  for (const auto& [index, value] : date) write(index, value);
  write(0x0B, 0x02);
  board.run_for(emu::kSecond);
  EXPECT_EQ(read(0x32), 0x20);
  EXPECT_EQ(read(0x09), 0x00);
  EXPECT_EQ(read(0x08), 0x01);
  EXPECT_EQ(read(0x07), 0x01);
  EXPECT_EQ(read(0x06), 7);  // Saturday
  EXPECT_EQ(rtc.date(), parse_date("2000-01-01"));
}

TEST_F(Rtc, SurvivesAnyDateThatAGuestWrites) {
  write(0x0B, 0x80 | 0x04);
  for (int index = 0; index < 10; ++index) write(static_cast<std::uint8_t>(index), 0xFF);
  write(0x32, 0xFF);
  write(0x0B, 0x04);
  board.run_for(3 * emu::kSecond);
  EXPECT_LE(read(0x08), 12);
  EXPECT_LE(read(0x00), 59);
}

TEST_F(Rtc, FirstUpdateComesHalfASecondAfterTheDividerReset) {
  write(0x0A, 0x76);
  board.run_for(5 * emu::kSecond);
  EXPECT_EQ(read(0x00), 0x58);
  write(0x0A, 0x26);
  board.run_for(emu::kSecond / 2 - 1);
  EXPECT_EQ(read(0x00), 0x58);
  board.run_for(1);
  EXPECT_EQ(read(0x00), 0x59);
}

TEST_F(Rtc, PeriodicInterruptAt1024Hz) {
  write(0x0B, 0x42);
  int interrupts = 0;
  const emu::Nanoseconds end = board.clock.now() + emu::kSecond;
  while (board.clock.next_event() <= end) {
    board.run_to(board.clock.next_event());
    if (irq8.level && read(0x0C) == (0x80 | 0x40)) ++interrupts;
    if (irq8.level) read(0x0C);
  }
  EXPECT_NEAR(interrupts, 1024, 2);
}

TEST_F(Rtc, HoldsItsLineUntilRegisterCIsRead) {
  write(0x0B, 0x12);
  board.run_to(emu::kSecond);
  EXPECT_TRUE(irq8.level);
  board.run_for(5 * emu::kSecond);
  EXPECT_EQ(irq8.edges, 1);
  EXPECT_EQ(board.clock.next_event(), emu::kNever);
  board.out(0x70, 0x0C);
  EXPECT_EQ(board.peek(0x71) & 0x90, 0x90);
  EXPECT_TRUE(irq8.level);
  board.in(0x71);
  EXPECT_FALSE(irq8.level);
  EXPECT_EQ(read(0x0C) & 0x10, 0);
}

TEST_F(Rtc, AlarmFiresAtItsTime) {
  write(0x05, 0x00);
  write(0x03, 0x01);
  write(0x01, 0x30);
  write(0x0B, 0x22);
  board.run_to(92 * emu::kSecond - 1);  // 23:59:58 + 92 s = 00:01:30
  EXPECT_FALSE(irq8.level);
  board.run_to(92 * emu::kSecond);
  EXPECT_TRUE(irq8.level);
  EXPECT_EQ(read(0x0C) & 0xA0, 0xA0);
}

TEST_F(Rtc, AlarmWildcardsFireEverySecond) {
  for (const std::uint8_t index : {0x01, 0x03, 0x05}) write(index, 0xC0);
  write(0x0B, 0x22);
  for (int i = 1; i <= 3; ++i) {
    board.run_to(i * emu::kSecond);
    EXPECT_EQ(irq8.edges, i);
    read(0x0C);
  }
}

TEST_F(Rtc, FlagsAreSetWithoutInterruptsToo) {
  read(0x0C);
  board.run_for(emu::kSecond);
  EXPECT_EQ(read(0x0C), 0x50);  // PF and UF, no IRQF
  EXPECT_EQ(read(0x0C), 0x00);
}

TEST_F(Rtc, ResetDisablesInterruptsAndKeepsTheDate) {
  write(0x0B, 0x72);
  board.run_for(emu::kSecond);
  rtc.reset();
  EXPECT_FALSE(irq8.level);
  EXPECT_EQ(read(0x0B), 0x02);
  EXPECT_EQ(read(0x00), 0x59);
}

TEST_F(Rtc, KeepsTheNmiMask) {
  board.out(0x70, 0x80 | 0x0D);
  EXPECT_TRUE(rtc.nmi_masked());
  EXPECT_EQ(board.in(0x71), 0x80);
  board.out(0x70, 0x0D);
  EXPECT_FALSE(rtc.nmi_masked());
}

TEST_F(Rtc, DescribesMemoryAsSeaBiosReadsIt) {
  rtc.configure({.ram_below_4g = 0xC0000000, .ram_above_4g = 0x1'4000'0000});
  EXPECT_EQ(read(0x15) | read(0x16) << 8, 640);
  EXPECT_EQ(read(0x17) | read(0x18) << 8, 0xFFFF);
  EXPECT_EQ(read(0x30) | read(0x31) << 8, 0xFFFF);
  EXPECT_EQ(read(0x34) | read(0x35) << 8, (0xC0000000 - (16 << 20)) >> 16);
  EXPECT_EQ(read(0x5B) | read(0x5C) << 8 | read(0x5D) << 16, 0x1'4000'0000 >> 16);
}

TEST_F(Rtc, SmallMemoryHasNoExtendedPart) {
  rtc.configure({.ram_below_4g = 8 << 20});
  EXPECT_EQ(read(0x17) | read(0x18) << 8, 7 * 1024);
  EXPECT_EQ(read(0x34) | read(0x35) << 8, 0);
}

TEST_F(Rtc, DescribesFloppiesAndChecksTheSum) {
  rtc.configure({.ram_below_4g = 128 << 20, .floppy_a = CmosFloppy::k1440K, .floppy_b = CmosFloppy::k1200K});
  EXPECT_EQ(read(0x10), 0x42);
  EXPECT_EQ(read(0x14), 0x47);
  int sum = 0;
  for (int i = 0x10; i <= 0x2D; ++i) sum += read(static_cast<std::uint8_t>(i));
  EXPECT_EQ(read(0x2E) << 8 | read(0x2F), sum);
}

}  // namespace
}  // namespace devices
