#include "debugger/expression.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace debugger {
namespace {

using testing::HasSubstr;

/// A few names, and sixteen bytes of memory at 7C00h that count from 0.
class Sample : public Names {
 public:
  std::map<std::string, Value, std::less<>> values = {
      {"drive", Value::of(0xE0)},
      {"lba", Value::of(63)},
      {"cf", Value::of(0)},
      {"ah", Value::of(0x42)},
      {"cs", Value::of(0)},
      {"ip", Value::of(0x7C00)},
      {"es", Value::of(0x7C0)},
      {"bx", Value::of(0)},
      {"$pvd", Value::of(16)},
      {"file", Value::of_text("/boot/grub/core.img+2048")},
      {"buffer", Value::far(0, 0x7C00)},
  };
  std::optional<Value> lookup(std::string_view name) const override {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override {
    if (linear < 0x7C00 || linear + out.size() > 0x7C10) return false;
    std::generate(out.begin(), out.end(), [&] { return static_cast<std::uint8_t>(linear++ - 0x7C00); });
    return true;
  }
};

std::uint64_t number(std::string_view text) {
  const auto value = Expression::parse(text).evaluate(Sample());
  EXPECT_TRUE(value && value->kind == Value::Kind::kNumber) << text;
  return value ? value->number : 0xBAD;
}
std::string value(std::string_view text) {
  const auto v = Expression::parse(text).evaluate(Sample());
  return v ? to_string(*v) : "nothing";
}
bool holds(std::string_view text) { return Expression::parse(text).holds(Sample()); }
bool matches(std::string_view pattern, const std::optional<Value>& subject) {
  return Pattern::parse(pattern).matches(subject, Sample());
}
/// What the parser says about a text that is wrong.
std::string complaint(std::string_view text) {
  try {
    Expression::parse(text);
  } catch (const ExpressionError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(Expression, ReadsNumbersAsPeopleInThisFieldWriteThem) {
  EXPECT_EQ(number("63"), 63u);
  EXPECT_EQ(number("0x3F"), 63u);
  EXPECT_EQ(number("3Fh"), 63u);
  EXPECT_EQ(number("E0h"), 0xE0u);
  EXPECT_EQ(number("0b101"), 5u);
  EXPECT_EQ(number("0b1h"), 0xB1u);
  EXPECT_EQ(number("18446744073709551615"), ~std::uint64_t{0});
}

TEST(Expression, TakesAhForTheRegisterAndZeroAhForTen) {
  EXPECT_EQ(number("ah"), 0x42u);
  EXPECT_EQ(number("0Ah"), 10u);
}

TEST(Expression, ReadsDigitsOfFarPointersAsHexadecimal) {
  EXPECT_EQ(value("0000:7C00"), "0000:7C00");
  EXPECT_EQ(value("f000:fff0"), "F000:FFF0");
  EXPECT_EQ(value("10:20"), "0010:0020");
  EXPECT_EQ(value("es:7c00"), "07C0:7C00");
  EXPECT_EQ(value("cs:ip"), "0000:7C00");
  EXPECT_EQ(value("0x10 : 16h"), "0010:0016");
}

TEST(Expression, MovesOffsetsWithinTheirSegment) {
  EXPECT_EQ(value("es:bx+2"), "07C0:0002");
  EXPECT_EQ(value("0000:FFFF + 2"), "0000:0001");
  EXPECT_EQ(value("0000:0000 - 1"), "0000:FFFF");
  EXPECT_EQ(number("07C0:0010 - 0000:7C00"), 16u);
}

TEST(Expression, TakesTwoColonsForAPartOfAName) {
  Sample names;
  names.values.emplace("stage2::main", Value::of(0x8400));
  const auto here = [&](std::string_view text) {
    return to_string(Expression::parse(text).evaluate(names).value_or(Value::of_text("nothing")));
  };
  EXPECT_EQ(here("stage2::main + 4"), to_string(Value::of(0x8404)));
  EXPECT_EQ(here("cs:bx"), to_string(Value::far(0, 0)));
  EXPECT_THAT(complaint("stage2::"), HasSubstr("column 8"));
  EXPECT_THAT(complaint("::main"), HasSubstr("column 1"));
}

TEST(Expression, ReadsMemoryLowByteFirst) {
  EXPECT_EQ(number("byte [7C01h]"), 1u);
  EXPECT_EQ(number("word [es:bx+2]"), 0x0302u);
  EXPECT_EQ(number("dword ptr [cs:ip + 4]"), 0x07060504u);
  EXPECT_EQ(number("qword [0x7C00]"), 0x0706050403020100u);
  EXPECT_EQ(value("byte [0]"), "nothing");
  EXPECT_EQ(value("word [0x7C0F]"), "nothing");
}

TEST(Expression, BindsOperatorsByPrecedence) {
  EXPECT_EQ(number("2 + 3 * 4"), 14u);
  EXPECT_EQ(number("(2 + 3) * 4"), 20u);
  EXPECT_EQ(number("10 - 3 - 2"), 5u);
  EXPECT_EQ(number("7 & 12 | 1 ^ 3"), (7u & 12u) | (1u ^ 3u));
  EXPECT_EQ(number("1 << 4 + 1"), 32u);
  EXPECT_EQ(number("-1 % 16"), 15u);
  EXPECT_EQ(number("~0 >> 63"), 1u);
  EXPECT_EQ(number("1 << 64"), 0u);
  EXPECT_TRUE(holds("ah & 2 == 2"));  // unlike C: the bit is tested first
}

TEST(Expression, ComparesWithoutSigns) {
  EXPECT_TRUE(holds("drive==E0h && lba<1000"));
  EXPECT_TRUE(holds("drive = 0xE0 and not lba > 63"));
  EXPECT_FALSE(holds("lba - 64 < 10"));  // wraps, and is huge
  EXPECT_TRUE(holds("!cf"));
  EXPECT_FALSE(holds("cf || lba != 63"));
}

TEST(Expression, ComparesFarPointersByThePlaceTheyReach) {
  EXPECT_TRUE(holds("buffer == 07C0:0000"));
  EXPECT_TRUE(holds("buffer == 7C00h"));
  EXPECT_TRUE(holds("buffer in 0000:7C00..0000:7DFF"));
}

TEST(Expression, KnowsSetsRangesAndWildcards) {
  EXPECT_TRUE(holds("lba in {1, 60..70, $pvd + 1}"));
  EXPECT_TRUE(holds("lba in 63..63"));
  EXPECT_FALSE(holds("lba in {1, 64..}"));
  EXPECT_FALSE(holds("lba in {}"));
  EXPECT_TRUE(holds("lba in $pvd..$pvd+47"));
  EXPECT_TRUE(holds("file matches \"/boot/*/core.img+????\""));
  EXPECT_FALSE(holds("file matches '/boot'"));
}

TEST(Expression, WhatHasNoValueSpoilsOnlyWhatDependsOnIt) {
  EXPECT_EQ(value("count + 1"), "nothing");
  EXPECT_FALSE(holds("count > 0"));
  EXPECT_FALSE(holds("!(count > 0)"));
  EXPECT_TRUE(holds("count > 0 || lba == 63"));
  EXPECT_EQ(value("count && 0"), "0");
  EXPECT_EQ(value("1 / cf"), "nothing");
  std::string missing;
  EXPECT_FALSE(Expression::parse("lba + count").evaluate(Sample(), &missing));
  EXPECT_EQ(missing, "count");
}

TEST(Expression, SaysWhereATextIsWrongAndWhatItExpected) {
  EXPECT_EQ(complaint("lba == "), "column 8: expected a number, a name or (, found the end");
  EXPECT_EQ(complaint("(lba"), "column 5: expected ), found the end");
  EXPECT_EQ(complaint("lba 63"), "column 5: expected an operator or the end, found 63");
  EXPECT_EQ(complaint("lba == 7C00"), "column 8: 7C00 is no number; hexadecimal ones are written 0x7C00 or 7C00h");
  EXPECT_EQ(complaint("x == 'a"), "column 6: the text that begins here has no closing '");
  EXPECT_EQ(complaint("lba # 3"), "column 5: # means nothing here");
  EXPECT_THAT(complaint("[es:bx]"), HasSubstr("expected a size before the address"));
  EXPECT_THAT(complaint("99999999999999999999"), HasSubstr("does not fit in 64 bits"));
}

TEST(Expression, RefusesToNestWithoutEnd) {
  EXPECT_THAT(complaint(std::string(2000, '(')), HasSubstr("levels of nesting"));
  EXPECT_THAT(complaint(std::string(2000, '-') + "1"), HasSubstr("levels of nesting"));
  EXPECT_THAT(complaint(std::string(5000, ' ')), HasSubstr("more than 4096 characters"));
  std::string sum = "1";
  for (int i = 0; i < 1000; ++i) sum += "+1";
  EXPECT_EQ(number(sum), 1001u);
}

TEST(Expression, ListsItsNamesWithTheirColumns) {
  const Expression e = Expression::parse("lba > $pvd && word [es:bx]");
  ASSERT_EQ(e.names().size(), 4u);
  EXPECT_EQ(e.names()[1].name, "$pvd");
  EXPECT_EQ(e.names()[1].column, 7u);
}

TEST(Pattern, IsAValueARangeAComparisonOrASet) {
  const Value v = Value::of(63);
  for (const char* yes :
       {"63", "3Fh", "$pvd + 47", "60..70", "63..", ">= 63", "!= 1", "{1, 63}", "1, 2, 60..63", "*", "not 0..15"})
    EXPECT_TRUE(matches(yes, v)) << yes;
  for (const char* no : {"64", "$pvd", "0..62", "> 63", "{}", "1, 2", "none", "not *"})
    EXPECT_FALSE(matches(no, v)) << no;
}

TEST(Expression, SaysWhatItWasMadeOfWhenItDoesNotHold) {
  const auto why = [](std::string_view text) { return Expression::parse(text).why_not(Sample()); };
  EXPECT_EQ(why("lba + 1 < lba"), "not so: lba + 1 < lba (lba is 63)");
  EXPECT_EQ(why("word [cs:ip + 2] == 7"), "not so: word [cs:ip + 2] == 7 (cs is 0, ip is 31744, word [07C02h] is 770)");
  EXPECT_EQ(why("sector == 1"), "not so: sector == 1 (sector has no value)");
  EXPECT_EQ(why("byte [0] == 1"), "not so: byte [0] == 1 (there is no memory at 00000h)");
  EXPECT_EQ(why("1 == 2"), "not so: 1 == 2");
}

TEST(Pattern, ARangeThatIsEmptyIsAMistake) {
  EXPECT_THROW(Pattern::parse("9..5"), ExpressionError);
  EXPECT_THROW(Pattern::parse("1, 0x20..16"), ExpressionError);
  EXPECT_THROW(Expression::parse("lba in {70..60}"), ExpressionError);
  EXPECT_NO_THROW(Pattern::parse("5..5"));
  EXPECT_NO_THROW(Pattern::parse("$pvd..5"));
}

TEST(Pattern, KnowsAbsenceFromZero) {
  EXPECT_TRUE(matches("none", std::nullopt));
  EXPECT_TRUE(matches("null, 5", std::nullopt));
  EXPECT_FALSE(matches("*", std::nullopt));
  EXPECT_FALSE(matches("0", std::nullopt));
  EXPECT_FALSE(matches("not 0", std::nullopt));
  EXPECT_FALSE(matches("none", Value::of(0)));
}

TEST(Pattern, MatchesTextWithWildcards) {
  const Value file = Value::of_text("/boot/vmlinuz+0");
  EXPECT_TRUE(matches("'/boot/*'", file));
  EXPECT_TRUE(matches("'/efi/*', '*vmlinuz*'", file));
  EXPECT_FALSE(matches("'/boot'", file));
}

TEST(Pattern, KnowsWhenItIsACaptureAlone) {
  EXPECT_EQ(Pattern::parse("$pvd").capture(), "$pvd");
  EXPECT_EQ(Pattern::parse("$pvd + 1").capture(), std::nullopt);
  EXPECT_EQ(Pattern::parse("63").capture(), std::nullopt);
  EXPECT_EQ(Pattern::parse("not $pvd").capture(), std::nullopt);
}

TEST(Glob, TakesAsLittleOrAsMuchAsFits) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("a*b*c", "aXbXbXc"));
  EXPECT_FALSE(glob_matches("a*b*c", "aXbXbX"));
  EXPECT_TRUE(glob_matches("??", "ab"));
  EXPECT_FALSE(glob_matches("?", ""));
}

TEST(ValueOfText, SeesFarPointersInText) {
  EXPECT_EQ(value_of_text("0000:7c00"), Value::far(0, 0x7C00));
  EXPECT_EQ(value_of_text("bios").kind, Value::Kind::kText);
  EXPECT_EQ(value_of_text("0000:7c00 x").kind, Value::Kind::kText);
  EXPECT_EQ(value_of_text("\"").kind, Value::Kind::kText);
}

}  // namespace
}  // namespace debugger
