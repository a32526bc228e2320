#include "bootsim/suite/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bootsim/suite/call_record.h"
#include "bootsim/suite/compare.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using devices::media::Attach;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

Spec parse(const std::string& text) { return parse_spec(text, "boots/x.yaml", {}); }

std::string complaint(const std::string& text) {
  try {
    parse(text);
    return "accepted";
  } catch (const emu::Error& error) {
    EXPECT_EQ(error.exit_code(), 2);
    return error.what();
  }
}

TEST(SpecText, HoldsAWholeBoot) {
  const Spec spec = parse(R"(
media:
  - cd: a.iso
  - usb-hd: b.img
  - hd: none
options: --mem 64M --type-at 'screen:a b' x
type: {at: "screen:boot:", keys: "linux<Enter>"}
until: [screen:ok, halt]
exit: 3
reason: loader-gave-up
screen: 'Boot error'
)");
  EXPECT_EQ(spec.name, "x");
  ASSERT_EQ(spec.options.media.size(), 3u);
  EXPECT_EQ(spec.options.media[0].attach, Attach::kCd);
  EXPECT_EQ(spec.options.media[0].path, "boots/a.iso");
  EXPECT_EQ(spec.options.media[1].attach, Attach::kUsbHardDisk);
  EXPECT_TRUE(spec.options.media[2].path.empty());
  EXPECT_EQ(spec.options.memory, 64u << 20);
  ASSERT_EQ(spec.options.type.size(), 2u);
  EXPECT_EQ(spec.options.type[0].when->text, "screen:a b");
  EXPECT_EQ(spec.options.until.size(), 2u);
  EXPECT_EQ(spec.exit, 3);
  EXPECT_EQ(spec.reason, "loader-gave-up");
  EXPECT_EQ(spec.screen.size(), 1u);
}

TEST(SpecText, ComplaintsNameTheirPlace) {
  EXPECT_EQ(
      complaint("media: a\nscren: x\n"),
      "boots/x.yaml:2:1: unknown key \"scren\": media options type until profiles exit reason verdict screen serial "
      "calls sectors disk-calls virtual-ms reads memory handoff golden");
  EXPECT_THAT(complaint("media: a\nuntil:\n  - nonsense\n"), StartsWith("boots/x.yaml:3:5: "));
  EXPECT_THAT(complaint("media: a\ntype: <Any>\n"), StartsWith("boots/x.yaml:2:7: "));
  EXPECT_THAT(complaint("media: [a\n"), StartsWith("boots/x.yaml:"));
  EXPECT_THAT(complaint("media: a\ncalls:\n  - {call: 13/42, lab: 3}\n"), HasSubstr("unknown key \"lab\" in a call"));
  EXPECT_THAT(complaint("- a\n"), HasSubstr("a spec is a map"));
  EXPECT_THAT(complaint("until: halt\n"), HasSubstr("nothing to boot"));
  EXPECT_THAT(complaint("media: a\nmedia: b\n"), StartsWith("boots/x.yaml:2:1: the key \"media\" stands here twice"));
  EXPECT_THAT(complaint("media: a\ncalls:\n  - {call: 13/42, lba: 3 +}\n"), StartsWith("boots/x.yaml:3:24: "));
  EXPECT_THAT(complaint("media: a\ncalls:\n  - {call: 13/42, lba: $a + 1}\n"), HasSubstr("$a has no value here"));
  EXPECT_THAT(complaint("media: a\ncalls:\n  - {call: 13/42, if: lab > 3}\n"), HasSubstr("a call has no \"lab\""));
}

TEST(SpecText, WordsAreSplitAsByAShell) {
  EXPECT_THAT(split_words(R"(a  'b c' "d 'e'" f\ g '')"), ElementsAre("a", "b c", "d 'e'", "f g", ""));
  EXPECT_THROW(split_words("a 'b c"), emu::Error);
}

constexpr const char* kTrace =
    R"({"bootsim":"0.1.0","engine":"kit","media":[]}
{"seq":1,"int":"13","ah":"02","name":"read","drive":"80","lba":0,"chs":[0,0,1],"cf":0}
{"seq":3,"int":"13","ah":"08","name":"geometry","drive":"80","lba":null,"chs":null,"cf":1}
{"seq":2,"int":"13","ah":"41","name":"check","drive":"80","lba":null,"chs":null,"cf":null}
)";

std::vector<std::string> texts(const std::vector<Difference>& differences) {
  std::vector<std::string> all;
  for (const Difference& difference : differences) all.push_back(difference.text);
  return all;
}

std::vector<std::string> call_differences(const std::string& calls) {
  return texts(differences(parse("media: a\ncalls:\n" + calls), RunResult{.exit = 0}, read_trace(kTrace, "").calls));
}

TEST(SpecCalls, PrefixIsComparedCallByCallInOrderOfBegins) {
  EXPECT_THAT(call_differences("  prefix: [{call: 13/02, chs: 0/0/1, cf: 0}, 13/41, {call: 13/08, cf: 1, drive: 80}]"),
              IsEmpty());
  EXPECT_THAT(call_differences("  prefix: [13/41]"), ElementsAre(HasSubstr("number 1 should be 13/41")));
  EXPECT_THAT(call_differences("  prefix: [13/02, 13/41, 13/08, 13/42]"), ElementsAre(HasSubstr("missing: 13/42")));
}

TEST(SpecCalls, InOrderLeavesOthersInBetween) {
  EXPECT_THAT(call_differences("  - 13/02\n  - 13/08"), IsEmpty());
  EXPECT_THAT(call_differences("  - {call: 13/41, cf: null}"), IsEmpty());
  EXPECT_THAT(call_differences("  - 13/08\n  - 13/02"), ElementsAre(HasSubstr("no 13/02 (2 of 2)")));
}

constexpr const char* kReads =
    R"({"seq":1,"int":"13","ah":"42","name":"extended read","drive":"e0","lba":16,"count":1,"cf":0,"by":"bios","file":"primary volume descriptor"}
{"seq":2,"int":"13","ah":"42","name":"extended read","drive":"e0","lba":17,"count":1,"cf":0,"by":"bios","file":"/boot/cat"}
{"seq":3,"int":"13","ah":"42","name":"extended read","drive":"e0","lba":40,"count":4,"cf":1,"status":"04","by":"9c00:0000"}
{"seq":4,"int":"13","ah":"42","name":"extended read","drive":"e0","lba":41,"count":4,"cf":0,"by":"bios"}
)";

/// The differences of kReads from `calls`.
std::vector<std::string> of_reads(const std::string& calls) {
  return texts(differences(parse("media: a\ncalls: " + calls), RunResult{.exit = 0}, read_trace(kReads, "").calls));
}

TEST(SpecCalls, ExactWantsNoOthers) {
  EXPECT_THAT(of_reads("{exact: [13/42, 13/42, 13/42, 13/42]}"), IsEmpty());
  EXPECT_THAT(of_reads("{exact: [13/42, any, {any: 2}]}"), IsEmpty());
  EXPECT_THAT(of_reads("{exact: [{any: '*'}, {call: 13/42, lba: 41}]}"), IsEmpty());
  EXPECT_THAT(of_reads("{exact: [13/42, 13/42, 13/42]}"), ElementsAre(StartsWith("calls: 3 expected, 4 made")));
  EXPECT_THAT(of_reads("{exact: [{any: '*'}, {call: 13/42, lba: 40}]}"), testing::SizeIs(1));
}

TEST(SpecCalls, NeverAndAtMostCount) {
  EXPECT_THAT(of_reads("{never: [13/03, {call: 13/42, lba: 99}]}"), IsEmpty());
  EXPECT_THAT(of_reads("{never: [{call: 13/42, cf: 1}]}"), ElementsAre(HasSubstr("> #3")));
  EXPECT_THAT(of_reads("{at-most: [{call: 13/42, times: 4}]}"), IsEmpty());
  EXPECT_THAT(of_reads("{at-most: [{call: 13/42, times: 3}]}"), ElementsAre(HasSubstr("at most 3")));
}

TEST(SpecCalls, ASingleOneNeedsNoList) {
  EXPECT_THAT(of_reads("{never: 13/03, at-most: {call: 13/42, times: 3}}"), ElementsAre(HasSubstr("at most 3")));
  EXPECT_THAT(of_reads("13/03"), testing::SizeIs(1));
  EXPECT_THAT(of_reads("{call: 13/42, lba: 40}"), IsEmpty());
}

TEST(SpecCalls, ValuesAreRangesSetsComparisonsAndWildcards) {
  EXPECT_THAT(
      of_reads("[{call: 13/42, lba: 16..20, drive: e0..ff}, {call: 13/42, lba: [1, 17]}, {call: 13/42, lba: '>= 40'}]"),
      IsEmpty());
  EXPECT_THAT(of_reads("[{call: 13/42, file: '/BOOT/*', by: not 9c00*}, {call: 13/42, by: '*:0000', status: 4}]"),
              IsEmpty());
  EXPECT_THAT(of_reads("[{call: 13/42, file: null, status: '*'}]"), IsEmpty());
  EXPECT_THAT(of_reads("[{call: 13/42, lba: 18..39}]"), testing::SizeIs(1));
  EXPECT_THAT(of_reads("[{call: 13/42, if: lba + count == 44 && cf}]"), IsEmpty());
}

TEST(SpecCalls, CapturesCarryAValueToLaterCalls) {
  EXPECT_THAT(of_reads("[{call: 13/42, lba: $pvd, drive: $cd}, {call: 13/42, lba: $pvd + 1, drive: $cd}]"), IsEmpty());
  EXPECT_THAT(of_reads("[{call: 13/42, lba: $a}, {call: 13/42, lba: $a}]"), testing::SizeIs(1));
  // The first call would be a wrong choice for $a: another one is tried.
  EXPECT_THAT(of_reads("[{call: 13/42, lba: $a}, {call: 13/42, lba: $a + 23}, {call: 13/42, lba: $a + 24}]"),
              IsEmpty());
}

TEST(SpecCalls, ADifferenceNamesItsPlaceAndItsCall) {
  const Spec spec = parse("media: a\ncalls:\n  prefix:\n    - 13/42\n    - {call: 13/42, lba: 18}\n");
  const auto found = differences(spec, RunResult{.exit = 0}, read_trace(kReads, "").calls);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].place.line, 5);
  EXPECT_EQ(found[0].place.column, 7);
  EXPECT_EQ(found[0].call, 2u);
  EXPECT_THAT(found[0].text, HasSubstr("[lba is 17, not 18]"));
}

TEST(SpecCalls, ADifferenceSaysWhatNamesStandFor) {
  EXPECT_THAT(of_reads("{prefix: [{call: 13/42, lba: $pvd}, {call: 13/42, lba: $pvd + 3}]}"),
              ElementsAre(HasSubstr("[lba is 17, not $pvd + 3 ($pvd is 16)]")));
  EXPECT_THAT(of_reads("{prefix: [{call: 13/42, if: lba < 16}]}"),
              ElementsAre(HasSubstr("[not so: lba < 16 (lba is 16)]")));
}

TEST(SpecCalls, AnInsertedCallIsShownAsOne) {
  const auto found = of_reads("{prefix: [{call: 13/42, lba: 16}, {call: 13/42, lba: 40}, {call: 13/42, lba: 41}]}");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0], testing::ContainsRegex("lba=16 +=[^\n]*#1"));
  EXPECT_THAT(found[0], testing::ContainsRegex("\n +\\+ #2"));
  EXPECT_THAT(found[0], testing::ContainsRegex("lba=40 +=[^\n]*#3"));
}

TEST(SpecNumbers, AreHeldAgainstTheRun) {
  const Spec spec = parse("media: a\nsectors: <= 600\ndisk-calls: 3..5\nvirtual-ms: < 2000\nverdict: [idle, waits]\n");
  RunResult result{.exit = 0, .verdict = "waits", .disk_calls = 4, .sectors = 600, .virtual_time = 1'999'999'999};
  EXPECT_THAT(differences(spec, result, {}), IsEmpty());
  result.sectors = 601;
  result.virtual_time = 2'000'000'000;
  result.verdict = "halted";
  EXPECT_THAT(texts(differences(spec, result, {})),
              ElementsAre("verdict: expected idle or waits, got halted", "sectors: expected <= 600, got 601",
                          "virtual-ms: expected < 2000, got 2000"));
}

TEST(SpecResult, ExitReasonScreenAndSerialAreCompared) {
  const Spec spec = parse("media: a\nexit: 3\nreason: no-signature\nscreen: '^one\\ntwo$'\nserial: ok");
  RunResult result;
  result.exit = 3;
  result.reason = "no-signature";
  result.screen = {"one", "two"};
  result.serial = "ok";
  EXPECT_THAT(texts(differences(spec, result, {})), IsEmpty());
  result.exit = 0;
  result.reason = "";
  result.screen = {"one", "", "two"};
  result.serial = "";
  EXPECT_THAT(texts(differences(spec, result, {})),
              ElementsAre(StartsWith("exit: expected 3, got 0"), StartsWith("reason: expected no-signature, got none"),
                          StartsWith("screen: "), StartsWith("serial: ")));
}

}  // namespace
}  // namespace bootsim
