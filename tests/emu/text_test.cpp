#include "emu/text.h"

#include <gtest/gtest.h>

namespace emu {
namespace {

TEST(Text, LettersAreAscii) {
  EXPECT_EQ(lower("LDLINUX.SYS 0AH [@`{"), "ldlinux.sys 0ah [@`{");
  EXPECT_EQ(lower("\xC3\x84"), "\xC3\x84");  // A umlaut in UTF-8
  EXPECT_TRUE(same_words("Int13", "iNT13"));
  EXPECT_FALSE(same_words("int13", "int1"));
  EXPECT_FALSE(same_words("[", "{"));  // as far apart as letters' cases
}

TEST(Text, IsTrimmedAtBothEnds) {
  EXPECT_EQ(trimmed(" \tboot: linux \r\n"), "boot: linux");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Text, WordsAreTakenOneByOne) {
  std::string_view rest = "  break\tint13  if cf ";
  EXPECT_EQ(take_word(rest), "break");
  EXPECT_EQ(rest, "int13  if cf");
  EXPECT_EQ(take_word(rest), "int13");
  EXPECT_EQ(take_word(rest), "if");
  EXPECT_EQ(take_word(rest), "cf");
  EXPECT_EQ(take_word(rest), "");
  EXPECT_EQ(rest, "");
}

TEST(Text, FarPointersAreWrittenAsInListings) { EXPECT_EQ(far_words({0x7C0, 0xE}), "07C0:000E"); }

}  // namespace
}  // namespace emu
