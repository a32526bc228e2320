#include "devices/acpi_pm.h"

#include <gtest/gtest.h>

#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

constexpr int kTmrof = 0x0001, kRtc = 0x0400, kSciEn = 0x0001;
// 2^23 cycles of 3.579545 MHz: when the highest bit of 24 changes for the first time.
constexpr emu::Nanoseconds kHalfRound = 2'343'484'438;

struct AcpiPmTest : testing::Test {
  std::uint32_t in16(std::uint16_t port) { return board.ports.in(port, 2); }
  std::uint32_t timer() { return board.ports.in(AcpiPm::kTimer, 4); }
  void out16(std::uint16_t port, std::uint32_t value) { board.ports.out(port, value, 2); }

  test::Board board;
  test::RecordingLine sci;
  test::RecordingSystem system;
  AcpiPm pm{board.ports, board.clock, sci, system};
};

TEST_F(AcpiPmTest, TheTimerCountsTwentyFourBitsOf3579545Hertz) {
  EXPECT_EQ(timer(), 0u);
  board.run_to(emu::kSecond);
  EXPECT_EQ(timer(), 3'579'545u);
  board.run_to(5 * emu::kSecond);
  EXPECT_EQ(timer(), 5 * 3'579'545u - (1u << 24));
  EXPECT_EQ(board.peek(AcpiPm::kTimer + 3), 0);
}

TEST_F(AcpiPmTest, TheTimerCannotBeWritten) {
  board.run_to(emu::kSecond);
  board.ports.out(AcpiPm::kTimer, 0, 4);
  EXPECT_EQ(timer(), 3'579'545u);
}

TEST_F(AcpiPmTest, StatusTellsThatTheHighestBitChangedUntilAOneIsWritten) {
  board.run_to(kHalfRound - 1);
  EXPECT_EQ(in16(AcpiPm::kStatus), 0u);
  board.run_to(kHalfRound);
  EXPECT_EQ(timer(), 1u << 23);
  EXPECT_EQ(in16(AcpiPm::kStatus), kTmrof);
  out16(AcpiPm::kStatus, 0xFFFF & ~kTmrof);
  EXPECT_EQ(in16(AcpiPm::kStatus), kTmrof);
  out16(AcpiPm::kStatus, kTmrof);
  EXPECT_EQ(in16(AcpiPm::kStatus), 0u);
  board.run_to(2 * kHalfRound);
  EXPECT_EQ(in16(AcpiPm::kStatus), kTmrof);
}

TEST_F(AcpiPmTest, TheInterruptIsALevelAndComesOnlyWhenEnabled) {
  board.run_to(kHalfRound);
  EXPECT_FALSE(sci.level);
  out16(AcpiPm::kEnable, kTmrof);
  EXPECT_TRUE(sci.level);
  out16(AcpiPm::kStatus, kTmrof);
  EXPECT_FALSE(sci.level);
  board.run_to(2 * kHalfRound - 10);
  EXPECT_FALSE(sci.level);
  board.run_to(2 * kHalfRound);
  EXPECT_TRUE(sci.level);
  out16(AcpiPm::kEnable, 0);
  EXPECT_FALSE(sci.level);
  EXPECT_EQ(sci.edges, 2);
}

TEST_F(AcpiPmTest, NothingIsScheduledUnlessTheInterruptMayCome) {
  EXPECT_EQ(board.clock.next_event(), emu::kNever);
  out16(AcpiPm::kEnable, kTmrof);
  EXPECT_EQ(board.clock.next_event(), kHalfRound);
  out16(AcpiPm::kEnable, 0);
  EXPECT_EQ(board.clock.next_event(), emu::kNever);
}

TEST_F(AcpiPmTest, EnableBitsReadBackAndReservedOnesDoNot) {
  out16(AcpiPm::kEnable, 0xFFFF);
  EXPECT_EQ(in16(AcpiPm::kEnable), 0x0521u);  // RTC_EN, PWRBTN_EN, GBL_EN, TMROF_EN
  out16(AcpiPm::kEnable, 0xFFFF & ~kRtc);
  EXPECT_EQ(in16(AcpiPm::kEnable), 0x0121u);
}

TEST_F(AcpiPmTest, SciEnIsAlwaysSetAndSusEnNeverReads) {
  EXPECT_EQ(in16(AcpiPm::kControl), kSciEn);
  out16(AcpiPm::kControl, 0x2000 | 5 << 10 | 0x0006);
  EXPECT_EQ(in16(AcpiPm::kControl), 5u << 10 | 0x0002 | kSciEn);
}

TEST_F(AcpiPmTest, SusEnSwitchesThePowerOffWhenTheTypeIsSoftOff) {
  out16(AcpiPm::kControl, 0x2000 | 5 << 10);  // 82371AB §7.2.3: 101b is "working"
  EXPECT_EQ(system.off_by, "");
  out16(AcpiPm::kControl, 0);  // the type alone, as it is written first
  EXPECT_EQ(system.off_by, "");
  out16(AcpiPm::kControl, 0x2000);  // 000b is "soft off"
  EXPECT_EQ(system.off_by, "ACPI");
}

TEST_F(AcpiPmTest, ResetClearsWhatWasEnabledAndPending) {
  out16(AcpiPm::kEnable, kTmrof);
  board.run_to(kHalfRound);
  pm.reset();
  EXPECT_FALSE(sci.level);
  EXPECT_EQ(in16(AcpiPm::kStatus), 0u);
  EXPECT_EQ(in16(AcpiPm::kEnable), 0u);
  EXPECT_EQ(timer(), 1u << 23);  // the time base goes on
}

}  // namespace
}  // namespace devices
