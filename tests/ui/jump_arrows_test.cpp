#include "ui/panes/jump_arrows.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

TEST(JumpArrows, ShortOnesLieInsideLongOnes) {
  // 0: jmp 3; 1: jmp 2
  const std::vector<JumpRow> rows = {{0x10, 0x16}, {0x12, 0x14}, {0x14, {}}, {0x16, {}}};
  const auto arrows = jump_arrows(rows, 4);
  ASSERT_EQ(arrows.size(), 2u);
  EXPECT_EQ(arrows[0].from, 1);
  EXPECT_EQ(arrows[0].to, 2);
  EXPECT_EQ(arrows[0].lane, 0);
  EXPECT_EQ(arrows[1].from, 0);
  EXPECT_EQ(arrows[1].to, 3);
  EXPECT_EQ(arrows[1].lane, 1);
}

TEST(JumpArrows, TargetsOutOfSightAreStubs) {
  const std::vector<JumpRow> rows = {{0x10, 0x1000}, {0x12, 0x2}, {0x14, {}}};
  const auto arrows = jump_arrows(rows, 4);
  ASSERT_EQ(arrows.size(), 2u);
  EXPECT_FALSE(arrows[0].to);
  EXPECT_TRUE(arrows[0].down);
  EXPECT_FALSE(arrows[1].to);
  EXPECT_FALSE(arrows[1].down);
}

TEST(JumpArrows, ThoseToOnePlaceShareALane) {
  const std::vector<JumpRow> rows = {{0x10, 0x16}, {0x12, 0x16}, {0x14, 0x16}, {0x16, {}}};
  for (const JumpArrow& arrow : jump_arrows(rows, 4)) EXPECT_EQ(arrow.lane, 0);
}

TEST(JumpArrows, NeverUseMoreLanesThanThereAre) {
  std::vector<JumpRow> rows;  // each jumps over the next ones' targets
  for (std::uint64_t i = 0; i < 10; ++i) rows.push_back({i, 10 + i});
  for (std::uint64_t i = 10; i < 20; ++i) rows.push_back({i, {}});
  for (const JumpArrow& arrow : jump_arrows(rows, 3)) EXPECT_LT(arrow.lane, 3);
}

TEST(JumpArrows, ALoopToItselfHasNoLength) {
  const std::vector<JumpRow> rows = {{0x10, 0x10}};
  const auto arrows = jump_arrows(rows, 4);
  ASSERT_EQ(arrows.size(), 1u);
  EXPECT_EQ(arrows[0].to, 0);
}

}  // namespace
}  // namespace ui
