#include "devices/pit8254.h"

#include <gtest/gtest.h>

#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

class Pit : public ::testing::Test {
 protected:
  void load(int channel, std::uint8_t control, std::uint16_t count) {
    board.out(0x43, static_cast<std::uint8_t>(channel << 6 | 0x30 | control));
    board.out(static_cast<std::uint16_t>(0x40 + channel), static_cast<std::uint8_t>(count));
    board.out(static_cast<std::uint16_t>(0x40 + channel), static_cast<std::uint8_t>(count >> 8));
  }
  std::uint16_t read(int channel) {
    const auto port = static_cast<std::uint16_t>(0x40 + channel);
    const std::uint8_t low = board.in(port);
    return static_cast<std::uint16_t>(low | board.in(port) << 8);
  }
  std::uint8_t status(int channel) {
    board.out(0x43, static_cast<std::uint8_t>(0xE0 | 2 << channel));
    return board.in(static_cast<std::uint16_t>(0x40 + channel));
  }
  /// To the first nanosecond of the tick that is `ticks` input clocks after the load of a count written now.
  void run_ticks_from(std::int64_t load_tick, std::int64_t ticks) { board.run_to(Pit8254::time_of(load_tick + ticks)); }
  std::int64_t tick() const { return Pit8254::ticks_at(board.clock.now()); }

  test::Board board;
  test::RecordingLine irq0;
  Pit8254 pit{board.ports, board.clock, irq0};
};

TEST_F(Pit, TicksDoNotDrift) {
  EXPECT_EQ(Pit8254::ticks_at(emu::kSecond), 1'193'182);
  EXPECT_EQ(Pit8254::ticks_at(86'400 * emu::kSecond), 86'400 * std::int64_t{1'193'182});
  for (const std::int64_t t : {1L, 17L, 65'536L, 1'193'181L, 1'193'183L, 123'456'789'012L}) {
    EXPECT_EQ(Pit8254::ticks_at(Pit8254::time_of(t)), t);
    EXPECT_EQ(Pit8254::ticks_at(Pit8254::time_of(t) - 1), t - 1);
  }
}

TEST_F(Pit, Mode2RaisesIrq0OncePerPeriodWithOneEventEach) {
  load(0, 0x04, 0);  // 65536: the BIOS's 18.2 Hz
  const int before = irq0.edges;
  int events = 0;
  const emu::Nanoseconds end = 10 * emu::kSecond;
  while (board.clock.next_event() <= end) {
    board.clock.advance(board.clock.next_event() - board.clock.now());
    board.clock.run_due_events();
    ++events;
  }
  EXPECT_EQ(irq0.edges - before, 182);  // 10 s * 1193182 / 65536 = 182.06
  EXPECT_EQ(events, 182);
}

TEST_F(Pit, Mode2CountsDownToOneAndReloads) {
  load(2, 0x04, 5);
  board.out(0x61, 0x01);
  const std::int64_t start = tick() + 1;
  const std::uint16_t expected[] = {5, 4, 3, 2, 1, 5, 4};
  for (int i = 0; i < 7; ++i) {
    run_ticks_from(start, i);
    EXPECT_EQ(read(2), expected[i]) << i;
    EXPECT_EQ(pit.output(2), i != 4) << i;  // low for the last clock
  }
}

TEST_F(Pit, Mode3HalvesTheCount) {
  load(2, 0x06, 6);
  board.out(0x61, 0x01);
  const std::int64_t start = tick() + 1;
  const std::uint16_t expected[] = {6, 4, 2, 6, 4, 2, 6};
  const bool high[] = {true, true, true, false, false, false, true};
  for (int i = 0; i < 7; ++i) {
    run_ticks_from(start, i);
    EXPECT_EQ(read(2), expected[i]) << i;
    EXPECT_EQ(pit.output(2), high[i]) << i;
  }
}

TEST_F(Pit, Mode3IsHighOneClockLongerForAnOddCount) {
  load(2, 0x06, 5);
  board.out(0x61, 0x01);
  const std::int64_t start = tick() + 1;
  const std::uint16_t expected[] = {4, 2, 0, 4, 2, 4};  // data sheet, mode 3: count - 1 is loaded
  const bool high[] = {true, true, true, false, false, true};
  for (int i = 0; i < 6; ++i) {
    run_ticks_from(start, i);
    EXPECT_EQ(read(2), expected[i]) << i;
    EXPECT_EQ(pit.output(2), high[i]) << i;
  }
}

TEST_F(Pit, Mode3TakesANewCountAtTheEndOfTheHalf) {
  load(0, 0x06, 100);
  const std::int64_t start = tick() + 1;
  const int before = irq0.edges;
  run_ticks_from(start, 10);
  board.out(0x40, 20);
  board.out(0x40, 0);
  EXPECT_EQ(status(0) & 0x40, 0x40);  // null count
  run_ticks_from(start, 49);
  EXPECT_TRUE(pit.output(0));
  run_ticks_from(start, 50);
  EXPECT_FALSE(pit.output(0));
  EXPECT_EQ(status(0) & 0x40, 0);
  run_ticks_from(start, 59);
  EXPECT_EQ(irq0.edges, before);
  run_ticks_from(start, 60);
  EXPECT_EQ(irq0.edges, before + 1);
  run_ticks_from(start, 80);
  EXPECT_EQ(irq0.edges, before + 2);
}

TEST_F(Pit, Mode2TakesANewCountAtTheEndOfThePeriod) {
  load(0, 0x04, 100);
  const std::int64_t start = tick() + 1;
  run_ticks_from(start, 30);
  board.out(0x40, 10);
  board.out(0x40, 0);
  const int before = irq0.edges;
  run_ticks_from(start, 99);
  EXPECT_EQ(irq0.edges, before);
  run_ticks_from(start, 100);
  EXPECT_EQ(irq0.edges, before + 1);
  run_ticks_from(start, 110);
  EXPECT_EQ(irq0.edges, before + 2);
}

TEST_F(Pit, Mode0RaisesItsOutputOnceAfterTheCount) {
  load(0, 0x00, 1000);
  const std::int64_t start = tick() + 1;
  EXPECT_FALSE(irq0.level);
  run_ticks_from(start, 999);
  EXPECT_FALSE(irq0.level);
  run_ticks_from(start, 1000);
  EXPECT_TRUE(irq0.level);
  EXPECT_EQ(board.clock.next_event(), emu::kNever);
  run_ticks_from(start, 1002);
  EXPECT_EQ(read(0), 0xFFFE);  // it counts on
}

TEST_F(Pit, Mode0StopsWhileTheGateIsLow) {
  board.out(0x61, 0x01);
  load(2, 0x00, 100);
  std::int64_t start = tick() + 1;
  run_ticks_from(start, 40);
  board.out(0x61, 0x00);
  board.run_for(emu::kSecond);
  EXPECT_EQ(read(2), 60);
  board.out(0x61, 0x01);
  start = tick();
  run_ticks_from(start, 59);
  EXPECT_EQ(board.in(0x61) & 0x20, 0);
  run_ticks_from(start, 60);
  EXPECT_EQ(board.in(0x61) & 0x20, 0x20);
}

TEST_F(Pit, Mode1WaitsForTheGateAndIsRetriggerable) {
  load(2, 0x02, 10);
  EXPECT_TRUE(pit.output(2));
  board.run_for(emu::kMillisecond);
  EXPECT_TRUE(pit.output(2));
  board.out(0x61, 0x01);
  std::int64_t start = tick() + 1;
  run_ticks_from(start, 9);
  EXPECT_FALSE(pit.output(2));
  board.out(0x61, 0x00);
  board.out(0x61, 0x01);
  start = tick() + 1;
  run_ticks_from(start, 9);
  EXPECT_FALSE(pit.output(2));
  run_ticks_from(start, 10);
  EXPECT_TRUE(pit.output(2));
}

TEST_F(Pit, Mode4StrobesForOneClockAndInterruptsAtItsEnd) {
  load(0, 0x08, 7);
  const std::int64_t start = tick() + 1;
  const int before = irq0.edges;
  run_ticks_from(start, 6);
  EXPECT_TRUE(pit.output(0));
  run_ticks_from(start, 7);
  EXPECT_FALSE(pit.output(0));
  EXPECT_EQ(irq0.edges, before);
  run_ticks_from(start, 8);
  EXPECT_TRUE(pit.output(0));
  EXPECT_EQ(irq0.edges, before + 1);
  board.run_for(emu::kSecond);
  EXPECT_EQ(irq0.edges, before + 1);
}

TEST_F(Pit, Mode5StrobesAfterATrigger) {
  load(2, 0x0A, 4);
  board.run_for(emu::kMillisecond);
  board.out(0x61, 0x01);
  const std::int64_t start = tick() + 1;
  run_ticks_from(start, 3);
  EXPECT_TRUE(pit.output(2));
  run_ticks_from(start, 4);
  EXPECT_FALSE(pit.output(2));
  run_ticks_from(start, 5);
  EXPECT_TRUE(pit.output(2));
}

TEST_F(Pit, BcdCountsInDecimal) {
  board.out(0x61, 0x01);
  load(2, 0x01, 0x0000);  // mode 0, 10000
  const std::int64_t start = tick() + 1;
  run_ticks_from(start, 1);
  EXPECT_EQ(read(2), 0x9999);
  run_ticks_from(start, 8766);
  EXPECT_EQ(read(2), 0x1234);
  run_ticks_from(start, 10'001);
  EXPECT_EQ(read(2), 0x9999);
}

TEST_F(Pit, LatchedCountStaysUntilBothBytesAreRead) {
  load(0, 0x04, 0xABCD);
  const std::int64_t start = tick() + 1;
  run_ticks_from(start, 1);
  board.out(0x43, 0x00);
  run_ticks_from(start, 500);
  board.out(0x43, 0x00);  // ignored: the first latch was not read
  EXPECT_EQ(read(0), 0xABCC);
  EXPECT_EQ(read(0), 0xABCD - 500);
}

TEST_F(Pit, ReadBackGivesStatusThenCount) {
  load(0, 0x04, 1000);
  const std::int64_t start = tick() + 1;
  EXPECT_EQ(status(0), 0x80 | 0x40 | 0x34);  // OUT, null count, LSB then MSB, mode 2
  run_ticks_from(start, 10);
  board.out(0x43, 0xC2);  // latch status and count of channel 0
  EXPECT_EQ(board.in(0x40), 0x80 | 0x34);
  EXPECT_EQ(read(0), 990);
}

TEST_F(Pit, SingleByteAccessReadsOnlyThatByte) {
  board.out(0x43, 0x24);  // channel 0, MSB only, mode 2
  board.out(0x40, 0x12);
  run_ticks_from(tick() + 1, 0x10);
  EXPECT_EQ(board.in(0x40), 0x11);
  EXPECT_EQ(board.in(0x40), 0x11);
}

TEST_F(Pit, PeekDoesNotMoveTheFlipFlop) {
  load(0, 0x04, 0x1234);
  run_ticks_from(tick(), 1);
  EXPECT_EQ(board.peek(0x40), 0x34);
  EXPECT_EQ(board.peek(0x40), 0x34);
  EXPECT_EQ(read(0), 0x1234);
}

// Linux 6.1, arch/x86/kernel/tsc.c: mode 0 on channel 2 with the gate up, poll OUT2 in port 61h.
TEST_F(Pit, CalibrationThroughPort61Takes50Milliseconds) {
  board.out(0x61, static_cast<std::uint8_t>((board.in(0x61) & ~2) | 1));
  board.out(0x43, 0xB0);
  const int latch = 1'193'182 / 20;
  board.out(0x42, latch & 0xFF);
  board.out(0x42, latch >> 8);
  const emu::Nanoseconds begin = board.clock.now();
  while (!(board.in(0x61) & 0x20)) board.run_for(emu::kMicrosecond);
  EXPECT_NEAR(static_cast<double>(board.clock.now() - begin), 50e6, 3e3);
}

TEST_F(Pit, RefreshBitTogglesEvery15Microseconds) {
  int toggles = 0;
  bool last = board.in(0x61) & 0x10;
  for (int i = 0; i < 10'000; ++i) {
    board.run_for(emu::kMicrosecond);
    const bool bit = board.in(0x61) & 0x10;
    toggles += bit != last;
    last = bit;
  }
  EXPECT_NEAR(toggles, 662.9, 1);  // 10 ms / (18 / 1193182 Hz)
}

TEST_F(Pit, SpeakerPlaysTheSquareWaveWhileEnabled) {
  load(2, 0x06, 1193);
  EXPECT_EQ(pit.speaker_hertz(), 0u);
  board.out(0x61, 0x03);
  EXPECT_EQ(pit.speaker_hertz(), 1000u);
  EXPECT_EQ(board.in(0x61) & 0x0F, 0x03);
  board.out(0x61, 0x01);
  EXPECT_EQ(pit.speaker_hertz(), 0u);
}

TEST_F(Pit, CountOfOneDoesNotFloodTheClock) {
  load(0, 0x04, 1);
  EXPECT_EQ(board.clock.next_event(), emu::kNever);
  load(0, 0x06, 1);
  EXPECT_EQ(board.clock.next_event(), emu::kNever);
}

TEST_F(Pit, RestoreBringsBackTheCountAndTheEvent) {
  load(0, 0x04, 0x8000);
  board.run_for(emu::kMillisecond);
  const Pit8254::State saved = pit.state();
  const emu::Nanoseconds due = board.clock.next_event();
  load(0, 0x00, 3);
  pit.restore(saved);
  EXPECT_EQ(board.clock.next_event(), due);
}

}  // namespace
}  // namespace devices
