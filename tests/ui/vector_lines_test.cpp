#include "ui/panes/stack_view.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

TEST(VectorLines, HookedOnesComeFirstWithTheirChains) {
  std::vector<debugger::views::VectorRow> rows(3);
  rows[0] = {
      .vector = 0x10, .purpose = "video", .chain = {{.entry = {0xF000, 0x1000}, .owner = "BIOS ROM"}}, .hooked = false};
  rows[1] = {
      .vector = 0x13,
      .purpose = "disk",
      .chain = {{.entry = {0x9F00, 0x0010}, .owner = "MEMDISK"}, {.entry = {0xF000, 0xE3FE}, .owner = "BIOS ROM"}},
      .hooked = true};
  rows[2] = {.vector = 0x15,
             .purpose = "system services",
             .chain = {{.entry = {0xF000, 0x2000}, .owner = "BIOS ROM"}},
             .hooked = false};
  const auto lines = vector_lines(rows);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].vector, 0x13);
  EXPECT_EQ(lines[0].hop, 0);
  EXPECT_EQ(lines[1].vector, 0x13);
  EXPECT_EQ(lines[1].hop, 1);
  EXPECT_EQ(lines[1].owner.owner, "BIOS ROM");
  EXPECT_EQ(lines[2].vector, 0x10);
  EXPECT_EQ(lines[3].vector, 0x15);
}

}  // namespace
}  // namespace ui
