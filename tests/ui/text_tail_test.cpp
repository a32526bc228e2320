#include "ui/panes/text_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ui {
namespace {

using ::testing::ElementsAre;

TEST(TextTail, FollowsATextThatGrows) {
  TextTail tail;
  EXPECT_TRUE(tail.follow("one\r\ntw"));
  EXPECT_THAT(tail.lines(), ElementsAre("one", "tw"));
  EXPECT_TRUE(tail.follow("one\r\ntwo\r\n\r\nfour"));
  EXPECT_THAT(tail.lines(), ElementsAre("one", "two", "", "four"));
  EXPECT_FALSE(tail.follow("one\r\ntwo\r\n\r\nfour"));
}

TEST(TextTail, GoesBackWithTheGuest) {
  TextTail tail;
  tail.follow("one\ntwo\nthree");
  EXPECT_TRUE(tail.follow("one\ntw"));
  EXPECT_THAT(tail.lines(), ElementsAre("one", "tw"));
  tail.follow("one\ntwo\nthree");
  EXPECT_THAT(tail.lines(), ElementsAre("one", "two", "three"));
  tail.follow("");
  EXPECT_TRUE(tail.lines().empty());
}

TEST(TextTail, LeavesOutTheEscapeSequencesOfTerminals) {
  TextTail tail;
  tail.follow("\x1b[0;32mgreen\x1b[m text\x1b");
  tail.follow("\x1b[0;32mgreen\x1b[m text\x1b[1m!\n");
  EXPECT_THAT(tail.lines(), ElementsAre("green text!"));
}

TEST(TextTail, BeginsALineWhereTheCursorWasMovedTo) {
  TextTail tail;
  const std::string text = "GNU GRUB\x1b[5;1Hentry\x1b[6;1Hother";
  tail.follow(text);
  EXPECT_THAT(tail.lines(), ElementsAre("GNU GRUB", "entry", "other"));
  tail.follow(std::string_view(text).substr(0, 16));
  EXPECT_THAT(tail.lines(), ElementsAre("GNU GRUB", "en"));
}

TEST(TextTail, FindsWithoutRegardToCaseAndGoesRound) {
  TextTail tail;
  tail.follow("Linux\nerror\nLINUX\n");
  EXPECT_EQ(tail.find("linux", 0), 0);
  EXPECT_EQ(tail.find("linux", 1), 2);
  EXPECT_EQ(tail.find("ERR", 2), 1);
  EXPECT_EQ(tail.find("none", 0), -1);
  EXPECT_EQ(tail.find("", 0), -1);
}

}  // namespace
}  // namespace ui
