#include "bootsim/suite/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_EQ(complaint("media: a\nscren: x\n"),
            "boots/x.yaml:2:1: unknown key \"scren\": media options type until exit reason screen serial calls");
  EXPECT_THAT(complaint("media: a\nuntil:\n  - nonsense\n"), StartsWith("boots/x.yaml:3:5: "));
  EXPECT_THAT(complaint("media: a\ntype: <Any>\n"), StartsWith("boots/x.yaml:2:7: "));
  EXPECT_THAT(complaint("media: [a\n"), StartsWith("boots/x.yaml:"));
  EXPECT_THAT(complaint("media: a\ncalls:\n  - {call: 13/42, lab: 3}\n"), HasSubstr("unknown key \"lab\" in a call"));
  EXPECT_THAT(complaint("- a\n"), HasSubstr("a spec is a map"));
  EXPECT_THAT(complaint("until: halt\n"), HasSubstr("nothing to boot"));
}

TEST(SpecText, WordsAreSplitAsByAShell) {
  EXPECT_THAT(split_words(R"(a  'b c' "d 'e'" f\ g '')"), ElementsAre("a", "b c", "d 'e'", "f g", ""));
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
  return texts(differences(parse("media: a\ncalls:\n" + calls), RunResult{.exit = 0}, kTrace));
}

TEST(SpecCalls, PrefixIsComparedCallByCallInOrderOfBegins) {
  EXPECT_THAT(call_differences("  prefix: [{call: 13/02, chs: 0/0/1, cf: 0}, 13/41, {call: 13/08, cf: 1, drive: 80}]"), IsEmpty());
  EXPECT_THAT(call_differences("  prefix: [13/41]"), ElementsAre(HasSubstr("number 1 should be 13/41, but ah is 02, not 41")));
  EXPECT_THAT(call_differences("  prefix: [13/02, 13/41, 13/08, 13/42]"), ElementsAre(HasSubstr("missing: 13/42")));
}

TEST(SpecCalls, InOrderLeavesOthersInBetween) {
  EXPECT_THAT(call_differences("  - 13/02\n  - 13/08"), IsEmpty());
  EXPECT_THAT(call_differences("  - {call: 13/41, cf: null}"), IsEmpty());
  EXPECT_THAT(call_differences("  - 13/08\n  - 13/02"), ElementsAre(HasSubstr("no 13/02 (2 of 2)")));
}

TEST(SpecResult, ExitReasonScreenAndSerialAreCompared) {
  const Spec spec = parse("media: a\nexit: 3\nreason: no-signature\nscreen: '^one\\ntwo$'\nserial: ok");
  RunResult result;
  result.exit = 3;
  result.reason = "no-signature";
  result.screen = {"one", "two"};
  result.serial = "ok";
  EXPECT_THAT(texts(differences(spec, result, "")), IsEmpty());
  result.exit = 0;
  result.reason = "";
  result.screen = {"one", "", "two"};
  result.serial = "";
  EXPECT_THAT(texts(differences(spec, result, "")),
              ElementsAre(StartsWith("exit: expected 3, got 0"), StartsWith("reason: expected no-signature, got none"),
                          StartsWith("screen: "), StartsWith("serial: ")));
}

}  // namespace
}  // namespace bootsim
