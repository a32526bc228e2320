#include "bootsim/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/error.h"

namespace bootsim {
namespace {

using testing::ElementsAre;

// Scan code set 1 (IBM PS/2 Hardware Interface Technical Reference, "Keyboard scan codes").
TEST(Keys, TextAndNamedKeys) {
  const auto presses = parse_keys("a<Enter><lt>");
  ASSERT_EQ(presses.size(), 3u);
  EXPECT_THAT(presses[0].codes.make, ElementsAre(0x1E));
  EXPECT_THAT(presses[0].codes.release, ElementsAre(0x9E));
  EXPECT_THAT(presses[1].codes.make, ElementsAre(0x1C));
  EXPECT_THAT(presses[2].codes.make, ElementsAre(0x2A, 0x33));  // Shift and comma
}

TEST(Keys, ChordsPressModifiersFirst) { EXPECT_THAT(parse_keys("<Ctrl-B>")[0].codes.make, ElementsAre(0x1D, 0x30)); }

TEST(Keys, HeldKeyStaysDown) {
  const auto presses = parse_keys("<Shift:2s>x");
  EXPECT_EQ(presses[0].held, 2 * emu::kSecond);
  EXPECT_EQ(presses[0].pace(), 2 * emu::kSecond + 30 * emu::kMillisecond);
  EXPECT_EQ(presses[1].held, 30 * emu::kMillisecond);
  EXPECT_EQ(presses[1].pace(), 60 * emu::kMillisecond);
}

TEST(Keys, RefusesUnknownKeys) {
  for (const char* text : {"<Any>", "<Enter", "<>", "\xc3\xa4", "<Shift:long>"})
    EXPECT_THROW(parse_keys(text), emu::Error) << text;
}

}  // namespace
}  // namespace bootsim
