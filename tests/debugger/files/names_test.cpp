#include <gtest/gtest.h>

#include "debugger/extent_map.h"
#include "debugger/files/file_system.h"
#include "debugger/files/walk.h"

using debugger::ExtentMap;
using debugger::files::clean_name;

TEST(CleanName, KeepsUtf8) {
  EXPECT_EQ(clean_name("grub.cfg"), "grub.cfg");
  EXPECT_EQ(clean_name("Grüße 日本 \U0001F600"), "Grüße 日本 \U0001F600");
}

TEST(CleanName, EscapesWhatCouldForgeALineOrAPath) {
  EXPECT_EQ(clean_name("a\nb"), "a\\x0Ab");
  EXPECT_EQ(clean_name("a/b\\c"), "a\\x2Fb\\x5Cc");
  EXPECT_EQ(clean_name("\x1B[2J"), "\\x1B[2J");
  EXPECT_EQ(clean_name("\xC2\x9B"), "\\xC2\\x9B");  // CSI as a C1 control
}

TEST(CleanName, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(clean_name("\xFFz"), "\\xFFz");
  EXPECT_EQ(clean_name("\xC0\xAF"), "\\xC0\\xAF");           // overlong
  EXPECT_EQ(clean_name("\xED\xA0\x80"), "\\xED\\xA0\\x80");  // a surrogate
  EXPECT_EQ(clean_name("ok\xE2\x82"), "ok\\xE2\\x82");       // cut short
}

TEST(Utf16, ReplacesUnpairedSurrogates) {
  const char16_t units[] = {u'a', 0xD83D, 0xDE00, 0xD800, u'b'};
  EXPECT_EQ(debugger::files::utf8_from_utf16(units), "a\U0001F600\uFFFDb");
}

TEST(ExtentMap, LetsEarlierRangesHideLaterOnes) {
  ExtentMap map;
  map.add(100, 10, map.add_name("inner", true), 5);
  map.add(0, 1000, map.add_name("outer", true));
  map.add(90, 30, map.add_name("hidden", false));
  map.finish();
  std::size_t hint = 0;
  EXPECT_EQ(map.at(99, hint), "outer+99");
  EXPECT_EQ(map.at(100, hint), "inner+5");
  EXPECT_EQ(map.at(109, hint), "inner+14");
  EXPECT_EQ(map.at(110, hint), "outer+110");
  EXPECT_EQ(map.at(999, hint), "outer+999");
  EXPECT_EQ(map.at(1000, hint), "");
}

TEST(ExtentMap, KnowsNothingBetweenItsRanges) {
  ExtentMap map;
  std::size_t hint = 0;
  EXPECT_EQ(map.at(0, hint), "");
  map.add(512, 512, map.add_name("a", false));
  map.add(2048, 512, map.add_name("b", false));
  map.finish();
  EXPECT_EQ(map.at(511, hint), "");
  EXPECT_EQ(map.at(512, hint), "a");
  EXPECT_EQ(map.at(1024, hint), "");
  EXPECT_EQ(map.at(2559, hint), "b");
}
