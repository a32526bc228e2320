#include <gtest/gtest.h>

#include "stage2/base/format.h"
#include "text.h"

namespace stage2 {
namespace {

TEST(Stage2String, ParsesDecimalAndHexadecimalUpTo64Bits) {
  u64 value = 0;
  EXPECT_TRUE(parse_number("18446744073709551615", value));
  EXPECT_EQ(value, 18446744073709551615u);
  EXPECT_TRUE(parse_number("0xfF", value));
  EXPECT_EQ(value, 255u);
  EXPECT_FALSE(parse_number("18446744073709551616", value));
  EXPECT_FALSE(parse_number("0x10000000000000000", value));
  EXPECT_FALSE(parse_number("12a", value));
  EXPECT_FALSE(parse_number("0x", value));
  EXPECT_FALSE(parse_number("", value));
  EXPECT_EQ(value, 255u) << "a failure leaves the value alone";
}

TEST(Stage2String, TakesLinesWithEitherEnd) {
  Text text("one\r\ntwo\n\nlast");
  EXPECT_EQ(str(take_line(text)), "one");
  EXPECT_EQ(str(take_line(text)), "two");
  EXPECT_EQ(str(take_line(text)), "");
  EXPECT_EQ(str(take_line(text)), "last");
  EXPECT_TRUE(text.empty());
}

TEST(Stage2Format, WidthsZerosAndHexadecimal) {
  EXPECT_EQ(str(format("{:4}|{:04x}|{:x}|{:5}|{}", 7, 0xbeefu, 255, "ab", -3)), "   7|BEEF|FF|ab   |-3");
  EXPECT_EQ(str(format("{}", 18446744073709551615u)), "18446744073709551615");
}

TEST(Stage2Format, BracesAndMissingArguments) {
  EXPECT_EQ(str(format("{{{}", 'x')), "{x");
  EXPECT_EQ(str(format("{} {}", 1)), "1 ");
  EXPECT_EQ(str(format("{")), "");
}

TEST(Stage2Vector, AcceptsItsOwnElementWhileGrowing) {
  Vector<String> list;
  list.push_back("first");
  for (int i = 0; i < 20; ++i) list.push_back(list[0]);
  EXPECT_EQ(str(list.back()), "first");
  list.insert(1, "second");
  EXPECT_EQ(str(list[1]), "second");
  list.erase(0);
  EXPECT_EQ(str(list[0]), "second");
  EXPECT_EQ(list.size(), 21u);
}

}  // namespace
}  // namespace stage2
