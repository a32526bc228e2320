#include "devices/pic8259.h"

#include <gtest/gtest.h>

#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

class Pic8259 : public ::testing::Test {
 protected:
  /// As every PC BIOS does: vectors 08h and 70h, cascade on IRQ 2, everything unmasked.
  void program(std::uint8_t icw4_primary = 0x01, std::uint8_t icw4_secondary = 0x01) {
    for (const int base : {0x20, 0xA0}) {
      const auto port = static_cast<std::uint16_t>(base);
      board.out(port, 0x11);
      board.out(port + 1, base == 0x20 ? 0x08 : 0x70);
      board.out(port + 1, base == 0x20 ? 0x04 : 0x02);
      board.out(port + 1, base == 0x20 ? icw4_primary : icw4_secondary);
      board.out(port + 1, 0x00);
    }
  }
  std::uint8_t isr(std::uint16_t port) {
    board.out(port, 0x0B);
    return board.in(port);
  }
  std::uint8_t irr(std::uint16_t port) {
    board.out(port, 0x0A);
    return board.in(port);
  }

  test::Board board;
  Pic8259Pair pic{board.ports};
};

TEST_F(Pic8259, IsSilentUntilPostProgramsIt) {
  pic.irq(0).set(true);
  pic.irq(8).set(true);
  EXPECT_FALSE(pic.pending());
}

TEST_F(Pic8259, GivesTheVectorOfICW2) {
  program();
  pic.irq(1).set(true);
  ASSERT_TRUE(pic.pending());
  EXPECT_EQ(pic.acknowledge(), 0x09);
  EXPECT_FALSE(pic.pending());
  EXPECT_EQ(isr(0x20), 0x02);
}

TEST_F(Pic8259, KeepsAnEdgeThatFellBeforeTheAcknowledge) {
  program();
  pic.irq(4).pulse();
  EXPECT_EQ(irr(0x20), 0x10);
  EXPECT_EQ(pic.acknowledge(), 0x0C);
}

TEST_F(Pic8259, NeedsANewEdgeForASecondInterrupt) {
  program();
  pic.irq(4).set(true);
  pic.acknowledge();
  board.out(0x20, 0x20);
  EXPECT_FALSE(pic.pending());
  pic.irq(4).set(false);
  pic.irq(4).set(true);
  EXPECT_TRUE(pic.pending());
}

TEST_F(Pic8259, HoldsLowerPrioritiesBackUntilEoi) {
  program();
  pic.irq(1).set(true);
  pic.acknowledge();
  pic.irq(4).set(true);
  EXPECT_FALSE(pic.pending());
  pic.irq(0).set(true);
  EXPECT_EQ(pic.acknowledge(), 0x08);
  board.out(0x20, 0x20);  // ends IRQ 0
  EXPECT_FALSE(pic.pending());
  board.out(0x20, 0x20);  // ends IRQ 1
  EXPECT_EQ(pic.acknowledge(), 0x0C);
}

TEST_F(Pic8259, SpecificEoiEndsTheNamedLevel) {
  program();
  pic.irq(3).set(true);
  pic.acknowledge();
  board.out(0x20, 0x64);
  EXPECT_EQ(isr(0x20), 0x08);
  board.out(0x20, 0x63);
  EXPECT_EQ(isr(0x20), 0x00);
}

TEST_F(Pic8259, CascadesTheSecondaryThroughIrq2) {
  program();
  pic.irq(12).set(true);
  EXPECT_EQ(pic.acknowledge(), 0x74);
  EXPECT_EQ(isr(0x20), 0x04);
  EXPECT_EQ(isr(0xA0), 0x10);
  board.out(0xA0, 0x20);
  board.out(0x20, 0x20);
  EXPECT_FALSE(pic.pending());
  pic.irq(8).set(true);
  EXPECT_EQ(pic.acknowledge(), 0x70);
}

TEST_F(Pic8259, ServesASecondRequestOfTheSecondaryAfterTheFirst) {
  program();
  pic.irq(8).set(true);
  pic.irq(14).set(true);
  EXPECT_EQ(pic.acknowledge(), 0x70);
  EXPECT_FALSE(pic.pending());
  board.out(0xA0, 0x20);
  board.out(0x20, 0x20);
  EXPECT_EQ(pic.acknowledge(), 0x76);
}

TEST_F(Pic8259, SpeciallyFullyNestedLetsTheSecondaryInterruptItself) {
  program(0x11);
  pic.irq(14).set(true);
  pic.acknowledge();
  pic.irq(8).set(true);
  EXPECT_TRUE(pic.pending());
  EXPECT_EQ(pic.acknowledge(), 0x70);
}

TEST_F(Pic8259, MaskKeepsTheRequestForLater) {
  program();
  board.out(0x21, 0xFF);
  pic.irq(0).set(true);
  EXPECT_FALSE(pic.pending());
  EXPECT_EQ(board.in(0x21), 0xFF);
  board.out(0x21, 0xFE);
  EXPECT_TRUE(pic.pending());
}

TEST_F(Pic8259, SpuriousAcknowledgeGivesIrq7WithoutService) {
  program();
  EXPECT_EQ(pic.acknowledge(), 0x0F);
  EXPECT_EQ(isr(0x20), 0x00);
}

TEST_F(Pic8259, MaskingTheSecondarysOnlyRequestWithdrawsTheCascade) {
  program();
  pic.irq(14).set(true);
  EXPECT_TRUE(pic.pending());
  board.out(0xA1, 0x40);
  EXPECT_FALSE(pic.pending());
  EXPECT_EQ(pic.acknowledge(), 0x0F);  // whoever asks all the same gets the spurious vector
  board.out(0xA1, 0x00);
  EXPECT_EQ(pic.acknowledge(), 0x76);
}

TEST_F(Pic8259, AutoEoiLeavesNothingInService) {
  program(0x03);
  pic.irq(5).pulse();
  EXPECT_EQ(pic.acknowledge(), 0x0D);
  EXPECT_EQ(isr(0x20), 0x00);
}

TEST_F(Pic8259, RotateOnEoiMakesTheServedLevelTheLowest) {
  program();
  pic.irq(0).pulse();
  pic.acknowledge();
  board.out(0x20, 0xA0);
  pic.irq(0).pulse();
  pic.irq(1).pulse();
  EXPECT_EQ(pic.acknowledge(), 0x09);
}

TEST_F(Pic8259, SetPriorityNamesTheLowestLevel) {
  program();
  board.out(0x20, 0xC4);  // IRQ 5 is now the highest
  pic.irq(0).pulse();
  pic.irq(5).pulse();
  EXPECT_EQ(pic.acknowledge(), 0x0D);
}

TEST_F(Pic8259, SpecialMaskModeLetsLowerLevelsThrough) {
  program();
  pic.irq(1).pulse();
  pic.acknowledge();
  pic.irq(6).pulse();
  EXPECT_FALSE(pic.pending());
  board.out(0x20, 0x68);
  board.out(0x21, 0x02);
  EXPECT_EQ(pic.acknowledge(), 0x0E);
}

TEST_F(Pic8259, PollAcknowledgesOnceAndPeekDoesNot) {
  program();
  pic.irq(3).pulse();
  board.out(0x20, 0x0C);
  EXPECT_EQ(board.peek(0x20), 0x83);
  EXPECT_TRUE(pic.pending());
  EXPECT_EQ(board.in(0x20), 0x83);
  EXPECT_FALSE(pic.pending());
  EXPECT_EQ(isr(0x20), 0x08);
}

TEST_F(Pic8259, LevelTriggeredLineAsksAgainWhileItIsHigh) {
  program();
  board.out(0x4D0, 0xFF);
  EXPECT_EQ(board.in(0x4D0), 0xF8);  // IRQ 0-2 stay edge triggered
  pic.irq(5).set(true);
  pic.acknowledge();
  board.out(0x20, 0x20);
  EXPECT_TRUE(pic.pending());
  pic.irq(5).set(false);
  EXPECT_FALSE(pic.pending());
}

TEST_F(Pic8259, TellsTheMachineWhenIntrChanges) {
  program();
  int changes = 0;
  pic.on_intr_change = [&] { ++changes; };
  pic.irq(1).set(true);
  EXPECT_EQ(changes, 1);
  pic.acknowledge();
  EXPECT_EQ(changes, 2);
  board.out(0x21, 0xFF);
  pic.irq(3).set(true);
  EXPECT_EQ(changes, 2);
  board.out(0x21, 0x00);
  EXPECT_EQ(changes, 2);  // IRQ 1 is still in service
  board.out(0x20, 0x20);
  EXPECT_EQ(changes, 3);
}

TEST_F(Pic8259, ResetForgetsTheProgram) {
  program();
  pic.irq(1).set(true);
  pic.reset();
  EXPECT_FALSE(pic.pending());
  EXPECT_FALSE(pic.state().primary.programmed);
}

}  // namespace
}  // namespace devices
