#include "bootsim/suite/call_alignment.h"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bootsim/suite/record.h"
#include "bootsim/suite/sha256.h"
#include "bootsim/suite/trace_diff.h"

namespace bootsim {
namespace {

using testing::ElementsAre;

/// "ab" and "b" as "a- bb": a letter for each side, - for none.
std::string aligned(std::string_view left, std::string_view right) {
  std::string text;
  for (const AlignedPair& pair :
       align(left.size(), right.size(), [&](std::size_t i, std::size_t j) { return left[i] == right[j] ? 0 : 3; })) {
    text += pair.left ? left[*pair.left] : '-';
    text += pair.right ? right[*pair.right] : '-';
    text += ' ';
  }
  return text;
}

TEST(AlignmentTest, LeavesOutWhatOnlyOneSideHas) {
  EXPECT_EQ(aligned("abc", "abc"), "aa bb cc ");
  EXPECT_EQ(aligned("abc", "ac"), "aa b- cc ");
  EXPECT_EQ(aligned("ac", "abc"), "aa -b cc ");
  EXPECT_EQ(aligned("", "ab"), "-a -b ");
  EXPECT_EQ(aligned("ab", ""), "a- b- ");
}

TEST(AlignmentTest, PairsWhatIsNearlyAlike) {
  EXPECT_EQ(aligned("axc", "ayc"), "aa xy cc ");
  EXPECT_EQ(aligned("xabc", "abcy"), "x- aa bb cc -y ");
}

CallRecord read_of(std::uint64_t seq, std::uint64_t lba) {
  CallRecord call;
  call.seq = seq;
  call.vector = 0x13;
  call.ah = 0x42;
  call.drive = 0x80;
  call.lba = lba;
  call.cf = false;
  call.time = seq * 1000;
  return call;
}

TEST(TraceDiffTest, AnInsertedCallShiftsNothingElse) {
  const std::vector<CallRecord> before = {read_of(1, 0), read_of(2, 5), read_of(3, 9)};
  const std::vector<CallRecord> now = {read_of(1, 0), read_of(2, 70), read_of(3, 5), read_of(4, 9)};
  const TraceDiff diff = diff_traces(before, now, {});
  EXPECT_EQ(diff.alike, 3u);
  EXPECT_EQ(diff.added, 1u);
  ASSERT_EQ(diff.changes.size(), 1u);
  EXPECT_EQ(diff.changes[0].right, 2u);
}

TEST(TraceDiffTest, WhatIsGoneShowsAtTheCallBehindIt) {
  const std::vector<CallRecord> before = {read_of(1, 0), read_of(2, 70), read_of(3, 5), read_of(4, 9), read_of(5, 99)};
  const std::vector<CallRecord> now = {read_of(1, 0), read_of(2, 5), read_of(3, 9)};
  const TraceDiff diff = diff_traces(before, now, {});
  ASSERT_EQ(diff.changes.size(), 2u);
  EXPECT_EQ(diff.changes[0].left, 2u);
  EXPECT_EQ(diff.changes[0].shows_at, 2u);
  EXPECT_EQ(diff.changes[1].left, 5u);
  EXPECT_EQ(diff.changes[1].shows_at, 3u);  // nothing is behind it: the last
}

TEST(TraceDiffTest, TimesAreNoDifferenceAndIgnoredKeysAreNone) {
  std::vector<CallRecord> before = {read_of(1, 0)}, now = {read_of(1, 0)};
  now[0].time = 7;
  EXPECT_TRUE(diff_traces(before, now, {}).same());
  now[0].buffer = "1000:0000";
  EXPECT_FALSE(diff_traces(before, now, {}).same());
  EXPECT_TRUE(diff_traces(before, now, {"buffer"}).same());
}

TEST(YamlValueTest, QuotesWhatYamlWouldReadOtherwise) {
  EXPECT_EQ(yaml_value("rescue.iso"), "rescue.iso");
  EXPECT_EQ(yaml_value("12"), "'12'");
  EXPECT_EQ(yaml_value("no"), "'no'");
  EXPECT_EQ(yaml_value("it's: x"), "'it''s: x'");
  EXPECT_EQ(yaml_value(""), "''");
  EXPECT_EQ(yaml_value("a\nb"), "\"a\\x0ab\"");
}

TEST(ShellLineTest, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_line({"a.iso", "--until", "screen:a b", "it's", ""}), R"(a.iso --until 'screen:a b' 'it'\''s' '')");
}

TEST(RunWordsTest, SortsMediaKeysGoalsAndOutputs) {
  const RunWords words = sort_run_words({"a.img", "--as", "usb-hd", "--cd", "b.iso", "--trace=x", "--mem", "64M",
                                         "--until", "halt", "--type-at", "screen:x", "y"});
  ASSERT_EQ(words.media.size(), 2u);
  EXPECT_EQ(words.media[0].kind, "usb-hd");
  EXPECT_EQ(words.media[1].kind, "cd");
  EXPECT_THAT(words.options, ElementsAre("--mem", "64M"));
  EXPECT_THAT(words.until, ElementsAre("halt"));
  ASSERT_EQ(words.type.size(), 1u);
  EXPECT_EQ(words.type[0].keys, "y");
}

std::string sha256_of(std::string_view text) {
  return sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(Sha256Test, GivesTheDigestsOfFips180) {
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace bootsim
