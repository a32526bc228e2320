#include "devices/keyboard_8042.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "devices/system_port.h"
#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Kbc : public ::testing::Test {
 protected:
  void command(std::uint8_t c) { board.out(0x64, c); }
  void command(std::uint8_t c, std::uint8_t data) {
    board.out(0x64, c);
    board.out(0x60, data);
  }
  /// As POST leaves it: both devices and interrupts on, translation on.
  void post() { command(0x60, 0x47); }
  void mouse(std::uint8_t c) { command(0xD4, c); }
  bool full() { return board.in(0x64) & 0x01; }
  bool from_mouse() { return board.in(0x64) & 0x20; }
  /// Everything that arrives within 50 ms.
  std::vector<std::uint8_t> drain() {
    std::vector<std::uint8_t> bytes;
    for (int i = 0; i < 500; ++i) {
      if (full()) bytes.push_back(board.in(0x60));
      board.run_for(100 * emu::kMicrosecond);
    }
    return bytes;
  }
  void key(std::initializer_list<std::uint8_t> codes) { kbc.key(std::vector<std::uint8_t>(codes)); }

  test::Board board;
  test::RecordingLine irq1, irq12;
  test::RecordingSystem system;
  Keyboard8042 kbc{board.ports, board.clock, irq1, irq12, system};
};

TEST_F(Kbc, SelfTestsPass) {
  command(0xAA);
  EXPECT_EQ(board.in(0x60), 0x55);
  EXPECT_EQ(board.in(0x64) & 0x04, 0x04);
  command(0xAB);
  EXPECT_EQ(board.in(0x60), 0x00);
  command(0xA9);
  EXPECT_EQ(board.in(0x60), 0x00);
}

TEST_F(Kbc, CommandByteReadsBack) {
  command(0x60, 0x65);
  command(0x20);
  EXPECT_TRUE(full());
  EXPECT_EQ(board.in(0x60), 0x65);
  EXPECT_FALSE(full());
}

TEST_F(Kbc, TypedKeysArriveAsSetOneByIrq1) {
  post();
  key({0x1E});
  EXPECT_FALSE(kbc.idle());
  EXPECT_FALSE(irq1.level);
  board.run_for(emu::kMillisecond);
  EXPECT_TRUE(irq1.level);
  EXPECT_FALSE(from_mouse());
  EXPECT_EQ(board.in(0x60), 0x1E);
  EXPECT_FALSE(irq1.level);
  EXPECT_TRUE(kbc.idle());
}

TEST_F(Kbc, EachByteRaisesItsOwnEdge) {
  post();
  key({0x1E, 0x9E, 0xE0, 0x48, 0xE0, 0xC8});
  EXPECT_THAT(drain(), ElementsAre(0x1E, 0x9E, 0xE0, 0x48, 0xE0, 0xC8));
  EXPECT_EQ(irq1.edges, 6);
}

TEST_F(Kbc, EverySetOneKeySurvivesTheWayThroughSetTwo) {
  post();
  for (int code = 0x01; code < 0x59; ++code) {
    if (code == 0x55) continue;  // no key has it
    const auto make = static_cast<std::uint8_t>(code), up = static_cast<std::uint8_t>(code | 0x80);
    key({make, up});
    ASSERT_THAT(drain(), ElementsAre(make, up)) << code;
  }
}

TEST_F(Kbc, WithoutTranslationKeysAreSetTwo) {
  command(0x60, 0x07);
  key({0x1E, 0x9E, 0xE0, 0xC8, 0x41});
  EXPECT_THAT(drain(), ElementsAre(0x1C, 0xF0, 0x1C, 0xE0, 0xF0, 0x75, 0x83));
}

TEST_F(Kbc, ScanSetOneWithoutTranslationIsRaw) {
  command(0x60, 0x07);
  board.out(0x60, 0xF0);
  board.run_for(2 * emu::kMillisecond);
  EXPECT_EQ(board.in(0x60), 0xFA);
  board.out(0x60, 0x01);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  key({0x1E, 0x9E});
  EXPECT_THAT(drain(), ElementsAre(0x1E, 0x9E));
  board.out(0x60, 0xF0);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  board.out(0x60, 0x00);
  EXPECT_THAT(drain(), ElementsAre(0xFA, 0x01));
}

TEST_F(Kbc, DisabledInterfaceKeepsKeysForLater) {
  post();
  command(0xAD);
  key({0x1E});
  EXPECT_THAT(drain(), IsEmpty());
  EXPECT_FALSE(kbc.idle());
  command(0xAE);
  EXPECT_THAT(drain(), ElementsAre(0x1E));
}

TEST_F(Kbc, DisabledKeyboardIgnoresKeys) {
  post();
  board.out(0x60, 0xF5);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  key({0x1E});
  EXPECT_TRUE(kbc.idle());
  board.out(0x60, 0xF4);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  key({0x1F});
  EXPECT_THAT(drain(), ElementsAre(0x1F));
}

TEST_F(Kbc, KeyboardAnswersItsCommands) {
  command(0x60, 0x07);
  const std::vector<std::pair<std::uint8_t, std::vector<std::uint8_t>>> dialogue = {
      {0xEE, {0xEE}}, {0xED, {0xFA}}, {0x07, {0xFA}}, {0xF2, {0xFA, 0xAB, 0x83}}, {0xF3, {0xFA}},
      {0x20, {0xFA}}, {0xF6, {0xFA}}, {0x12, {0xFE}}, {0xFF, {0xFA, 0xAA}},       {0xFE, {0xAA}}};
  for (const auto& [sent, expected] : dialogue) {
    board.out(0x60, sent);
    EXPECT_EQ(drain(), expected) << int{sent};
  }
}

TEST_F(Kbc, AnswersOvertakeTypedKeys) {
  post();
  key({0x1E, 0x9E});
  board.out(0x60, 0xEE);
  EXPECT_THAT(drain(), ElementsAre(0xEE, 0x1E, 0x9E));
}

TEST_F(Kbc, CommandD2LooksLikeAKey) {
  post();
  command(0xD2, 0x39);
  EXPECT_TRUE(irq1.level);
  EXPECT_FALSE(from_mouse());
  EXPECT_EQ(board.in(0x60), 0x39);
}

// Linux 6.1, drivers/input/serio/i8042.c, i8042_check_aux: loopback through D3, then A7/A8 against the
// command byte.
TEST_F(Kbc, LinuxFindsTheMousePort) {
  post();
  command(0xD3, 0x5A);
  EXPECT_TRUE(from_mouse());
  EXPECT_TRUE(irq12.level);
  EXPECT_EQ(board.in(0x60), 0x5A);
  EXPECT_FALSE(irq12.level);
  command(0xA7);
  command(0x20);
  EXPECT_EQ(board.in(0x60) & 0x20, 0x20);
  command(0xA8);
  command(0x20);
  EXPECT_EQ(board.in(0x60) & 0x20, 0x00);
}

TEST_F(Kbc, OutputPortMovesA20) {
  command(0xD1, 0xDF);
  EXPECT_TRUE(system.a20_enabled);
  command(0xD0);
  EXPECT_EQ(board.in(0x60) & 0x03, 0x03);
  command(0xD1, 0xDD);
  EXPECT_FALSE(system.a20_enabled);
  command(0xDF);
  EXPECT_TRUE(system.a20_enabled);
  command(0xDD);
  EXPECT_FALSE(system.a20_enabled);
  EXPECT_TRUE(system.reset_cause.empty());
}

TEST_F(Kbc, AgreesWithPort92AboutA20) {
  SystemPort port92(board.ports, system);
  board.out(0x92, 0x02);
  command(0xD0);
  EXPECT_EQ(board.in(0x60) & 0x02, 0x02);
  command(0xD1, 0xDD);
  EXPECT_EQ(board.in(0x92) & 0x02, 0x00);
}

TEST_F(Kbc, PulsesReset) {
  command(0xFF);
  command(0xF1);
  EXPECT_TRUE(system.reset_cause.empty());
  command(0xFE);
  EXPECT_EQ(system.reset_cause, "8042 command FEh");
  system.reset_cause.clear();
  command(0xD1, 0xDE);
  EXPECT_EQ(system.reset_cause, "8042 output port");
}

TEST_F(Kbc, MouseResetsAndIdentifies) {
  post();
  mouse(0xFF);
  EXPECT_THAT(drain(), ElementsAre(0xFA, 0xAA, 0x00));
  EXPECT_EQ(irq12.edges, 3);
  EXPECT_EQ(irq1.edges, 0);
  mouse(0xF2);
  EXPECT_THAT(drain(), ElementsAre(0xFA, 0x00));
}

TEST_F(Kbc, MouseReportsMovementOnlyWhenEnabled) {
  post();
  kbc.move_mouse(5, 5, 0);
  EXPECT_THAT(drain(), IsEmpty());
  mouse(0xF4);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  kbc.move_mouse(3, 4, 1);
  EXPECT_THAT(drain(), ElementsAre(0x08 | 0x20 | 0x01, 3, 0xFC));  // down is negative on the wire
  kbc.move_mouse(-1, 0, 0);
  EXPECT_THAT(drain(), ElementsAre(0x18, 0xFF, 0));
  kbc.move_mouse(300, 0, 0);
  EXPECT_THAT(drain(), ElementsAre(0x08, 255, 0, 0x08, 45, 0));
}

TEST_F(Kbc, MouseStatusTellsItsSettings) {
  post();
  for (const std::uint8_t byte : {0xE8, 0x03, 0xF3, 0x28, 0xE7, 0xF4}) {
    mouse(byte);
    EXPECT_THAT(drain(), ElementsAre(0xFA));
  }
  mouse(0xE9);
  EXPECT_THAT(drain(), ElementsAre(0xFA, 0x30, 0x03, 0x28));
  mouse(0xF6);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  mouse(0xE9);
  EXPECT_THAT(drain(), ElementsAre(0xFA, 0x00, 0x02, 0x64));
}

TEST_F(Kbc, RemoteMouseAnswersReadData) {
  post();
  mouse(0xF0);
  drain();
  mouse(0xF4);
  drain();
  kbc.move_mouse(7, 0, 2);
  EXPECT_THAT(drain(), IsEmpty());
  mouse(0xEB);
  EXPECT_THAT(drain(), ElementsAre(0xFA, 0x0A, 7, 0));
}

TEST_F(Kbc, WrapModeEchoes) {
  post();
  mouse(0xEE);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  mouse(0x42);
  EXPECT_THAT(drain(), ElementsAre(0x42));
  mouse(0xEC);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  mouse(0x42);
  EXPECT_THAT(drain(), ElementsAre(0xFE));
}

TEST_F(Kbc, PeekLeavesTheByteThere) {
  post();
  command(0xD2, 0x39);
  EXPECT_EQ(board.peek(0x60), 0x39);
  EXPECT_EQ(board.peek(0x64) & 1, 1);
  EXPECT_TRUE(full());
}

TEST_F(Kbc, GuestThatNeverReadsCannotFillTheHost) {
  for (int i = 0; i < 1000; ++i) command(0xAA);
  EXPECT_LE(kbc.state().own.size(), 16u);
  post();
  mouse(0xF4);
  for (int i = 0; i < 1000; ++i) kbc.move_mouse(1'000'000, -1'000'000, 0);
  EXPECT_LE(kbc.state().mouse.wire.events.size(), 70u);
}

TEST_F(Kbc, RestoreGoesOnWhereItWas) {
  post();
  key({0x1E, 0x9E});
  const Keyboard8042::State saved = kbc.state();
  kbc.reset();
  EXPECT_TRUE(kbc.idle());
  kbc.restore(saved);
  EXPECT_THAT(drain(), ElementsAre(0x1E, 0x9E));
}

TEST(SystemPortTest, Port92ResetsOnARisingBit) {
  test::Board board;
  test::RecordingSystem system;
  SystemPort port(board.ports, system);
  board.out(0x92, 0x03);
  EXPECT_EQ(system.reset_cause, "port 92h");
  EXPECT_TRUE(system.a20_enabled);
  system.reset_cause.clear();
  board.out(0x92, 0x01);
  EXPECT_TRUE(system.reset_cause.empty());
  EXPECT_FALSE(system.a20_enabled);
}

TEST(SystemPortTest, Cf9ResetsWhenRcpuRises) {
  test::Board board;
  test::RecordingSystem system;
  SystemPort port(board.ports, system);
  board.out(0xCF9, 0x02);
  EXPECT_TRUE(system.reset_cause.empty());
  board.out(0xCF9, 0x06);
  EXPECT_EQ(system.reset_cause, "port CF9h");
}

TEST_F(Kbc, AHeldKeyRepeatsAfterHalfASecondElevenTimesASecond) {
  post();
  key({0xE0, 0x50});  // Down
  EXPECT_THAT(drain(), ElementsAre(0xE0, 0x50));
  board.run_to(499 * emu::kMillisecond);
  EXPECT_FALSE(full());
  // At 500 ms, then every 22/240 s = 91.67 ms: 591.67, 683.33, 775.
  board.run_to(502 * emu::kMillisecond);
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 3000; ++i, board.run_for(100 * emu::kMicrosecond))
    if (full()) bytes.push_back(board.in(0x60));
  EXPECT_THAT(bytes, ElementsAre(0xE0, 0x50, 0xE0, 0x50, 0xE0, 0x50, 0xE0, 0x50));  // until 802 ms
  key({0xE0, 0xD0});
  EXPECT_THAT(drain(), ElementsAre(0xE0, 0xD0));
  board.run_for(emu::kSecond);
  EXPECT_FALSE(full());
}

TEST_F(Kbc, OnlyTheLastKeyPressedRepeatsAndItsReleaseEndsThat) {
  post();
  key({0x1D, 0x30});  // Ctrl, B
  EXPECT_THAT(drain(), ElementsAre(0x1D, 0x30));
  key({0x9D});  // Ctrl is released: B goes on
  EXPECT_THAT(drain(), ElementsAre(0x9D));
  board.run_to(510 * emu::kMillisecond);
  EXPECT_THAT(drain(), ElementsAre(0x30));
  key({0xB0});
  EXPECT_THAT(drain(), ElementsAre(0xB0));
  board.run_for(emu::kSecond);
  EXPECT_FALSE(full());
}

TEST_F(Kbc, TypematicCommandSetsDelayAndRate) {
  post();
  board.out(0x60, 0xF3);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  board.out(0x60, 0x00);  // 250 ms, 8/240 s = 33.3 ms: the fastest
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  const emu::Nanoseconds pressed = board.clock.now();
  key({0x1E});
  EXPECT_THAT(drain(), ElementsAre(0x1E));
  board.run_to(pressed + 249 * emu::kMillisecond);
  EXPECT_FALSE(full());
  EXPECT_THAT(drain(), ElementsAre(0x1E, 0x1E));  // 250 and 283.3 ms; the next at 316.7
}

TEST_F(Kbc, AGuestThatReadsNothingIsNotFlooded) {
  post();
  key({0x1E});
  board.run_for(10 * emu::kSecond);
  key({0x9E});
  EXPECT_THAT(drain(), ElementsAre(0x1E, 0x1E, 0x9E)) << "one in the controller, one in the keyboard";
}

TEST_F(Kbc, DisablingOrPauseEndsRepetition) {
  post();
  key({0x1E});
  drain();
  key({0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5});
  EXPECT_EQ(drain().size(), 6u);
  board.run_for(emu::kSecond);
  EXPECT_FALSE(full());
  key({0x1E});
  drain();
  board.out(0x60, 0xF5);
  EXPECT_THAT(drain(), ElementsAre(0xFA));
  board.run_for(emu::kSecond);
  EXPECT_FALSE(full());
}

}  // namespace
}  // namespace devices
