#include "bootsim/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bios/bios.h"
#include "bootsim/quirks.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using devices::media::Attach;
using testing::HasSubstr;

/// The message with which a command line is refused, or "accepted".
std::string refusal(const Arguments& arguments) {
  try {
    parse_run_options(arguments);
    return "accepted";
  } catch (const emu::Error& error) {
    EXPECT_EQ(error.exit_code(), 2);
    return error.what();
  }
}

TEST(RunOptionsTest, DrivesKeepTheirOrderAndNoneIsAnEmptyOne) {
  const RunOptions options = parse_run_options({"--hd", "a.img", "b.iso", "--cd=none", "--floppy", "c.img"});
  ASSERT_EQ(options.media.size(), 4u);
  EXPECT_EQ(options.media[0].attach, Attach::kHardDisk);
  EXPECT_EQ(options.media[1].path, "b.iso");
  EXPECT_FALSE(options.media[1].attach);
  EXPECT_EQ(options.media[2].attach, Attach::kCd);
  EXPECT_TRUE(options.media[2].path.empty());
  EXPECT_EQ(options.media[3].attach, Attach::kFloppy);
}

TEST(RunOptionsTest, AsSpeaksOfTheImageBeforeIt) {
  const RunOptions options = parse_run_options({"a.img", "--as", "usb-hd", "b.img"});
  EXPECT_EQ(options.media[0].attach, Attach::kUsbHardDisk);
  EXPECT_FALSE(options.media[1].attach);
  EXPECT_THAT(refusal({"--as", "cd", "a.img"}), HasSubstr("IMAGE before it"));
  EXPECT_THAT(refusal({"--hd", "a.img", "--as", "cd"}), HasSubstr("IMAGE before it"));
}

std::vector<std::string> idle(std::string_view quirks, std::vector<Attach> kinds) {
  bios::Quirks parsed;
  parse_quirks(quirks, parsed);
  std::vector<bios::AttachedMedium> media;
  for (const Attach kind : kinds) media.push_back({.attach = kind, .medium = nullptr});
  return quirks_without_effect(parsed, media);
}

TEST(Quirks, ThatCannotShowWithTheseMediaAreNamed) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(idle("usb-as-fd0", {Attach::kHardDisk}), ElementsAre(HasSubstr("usb-as-fd0 does nothing")));
  EXPECT_THAT(idle("usb-as-80h", {Attach::kHardDisk}), ElementsAre(HasSubstr("--as usb-hd")));
  EXPECT_THAT(idle("usb-as-fd0", {Attach::kHardDisk, Attach::kUsbHardDisk}), IsEmpty());
  EXPECT_THAT(idle("usb-as-fd0,usb-as-80h", {Attach::kUsbHardDisk}), ElementsAre(HasSubstr("usb-as-80h does nothing")));
  EXPECT_THAT(idle("floppy-edd", {Attach::kCd}), ElementsAre(HasSubstr("floppy-edd does nothing")));
  EXPECT_THAT(idle("floppy-edd", {Attach::kUsbFloppy}), IsEmpty());
  EXPECT_THAT(idle("floppy-edd,usb-as-fd0", {Attach::kUsbHardDisk}), IsEmpty());
  EXPECT_THAT(idle("clobber,no-edd", {Attach::kHardDisk}), IsEmpty());
}

TEST(RunOptionsTest, TraceNeverEatsTheNextArgument) {
  const RunOptions options = parse_run_options({"--trace", "a.iso"});
  ASSERT_TRUE(options.trace);
  EXPECT_TRUE(options.trace->file.empty());
  ASSERT_EQ(options.media.size(), 1u);
  EXPECT_EQ(options.media[0].path, "a.iso");
  EXPECT_EQ(parse_run_options({"--trace=t.txt", "a.iso"}).trace->file, "t.txt");
}

TEST(RunOptionsTest, TraceIsOfDiskCallsUnlessToldOtherwise) {
  EXPECT_EQ(parse_run_options({"a", "--trace"}).trace->vectors, std::bitset<256>().set(0x13));
  EXPECT_EQ(parse_run_options({"a", "--trace-calls", "int10,int1a"}).trace->vectors,
            std::bitset<256>().set(0x10).set(0x1A));
  EXPECT_EQ(parse_trace_calls("all").count(), 11u);
  EXPECT_THAT(refusal({"a", "--trace-calls", "int21"}), HasSubstr("int21"));
}

TEST(RunOptionsTest, TypedKeysFormOneQueue) {
  const RunOptions options =
      parse_run_options({"a", "--type", "<F12>", "--type-at", "screen:boot:", "linux", "--type", "<Enter>"});
  ASSERT_EQ(options.type.size(), 3u);
  EXPECT_FALSE(options.type[0].when);
  EXPECT_EQ(options.type[1].when->text, "screen:boot:");
  EXPECT_EQ(options.type[1].keys.size(), 5u);
  EXPECT_EQ(options.type[2].text, "<Enter>");
}

TEST(RunOptionsTest, InitrdNeedsItsKernel) {
  EXPECT_THAT(refusal({"--initrd", "i", "--kernel", "k"}), HasSubstr("--kernel"));
  const RunOptions options =
      parse_run_options({"--kernel", "k", "--initrd", "i", "--initrd", "j", "--append", "quiet x=1"});
  EXPECT_EQ(options.kernel->initrds.size(), 2u);
  EXPECT_EQ(options.kernel->command_line, "quiet x=1");
}

TEST(RunOptionsTest, DefaultsAreThoseOfTheManual) {
  const RunOptions options = parse_run_options({"a.iso"});
  EXPECT_EQ(options.memory, 128u << 20);
  EXPECT_EQ(options.limit, 120 * emu::kSecond);
  EXPECT_FALSE(options.wall_limit);
  EXPECT_FALSE(options.trace);
}

TEST(RunOptionsTest, SomethingMustBeBooted) {
  EXPECT_THAT(refusal({}), HasSubstr("IMAGE"));
  EXPECT_THAT(refusal({"--trace"}), HasSubstr("IMAGE"));
  EXPECT_EQ(refusal({"--bios", "rom.bin"}), "accepted");
}

TEST(RunOptionsTest, MistypedOptionsGetASuggestion) {
  EXPECT_THAT(refusal({"a", "--flopy", "x"}), HasSubstr("did you mean --floppy?"));
  EXPECT_THAT(refusal({"a", "--limit"}), HasSubstr("--limit needs TIME"));
  EXPECT_THAT(refusal({"a", "--limit", "--trace"}), HasSubstr("--limit needs TIME"));
  EXPECT_THAT(refusal({"a", "--screen=1"}), HasSubstr("takes no value"));
}

TEST(RunOptionsTest, BadValuesAreRefused) {
  EXPECT_THAT(refusal({"a", "--mem", "3000K"}), HasSubstr("64K"));
  EXPECT_THAT(refusal({"a", "--rtc", "yesterday"}), HasSubstr("--rtc"));
  EXPECT_THAT(refusal({"a", "--until", "screen:("}), HasSubstr("regular expression"));
  EXPECT_THAT(refusal({"a", "--serial", "-", "--json", "-"}), HasSubstr("stdout"));
}

TEST(QuirkList, SetsFlagsAndTheHandoverDrive) {
  const RunOptions options = parse_run_options({"a", "--quirk", "no-edd,dl=00", "--quirk", "limit-8g"});
  EXPECT_TRUE(options.quirks.no_edd);
  EXPECT_TRUE(options.quirks.limit_8g);
  EXPECT_EQ(options.quirks.handover_dl, 0x00);
  EXPECT_THAT(refusal({"a", "--quirk", "dl=1FF"}), HasSubstr("hexadecimal byte"));
  EXPECT_THAT(refusal({"a", "--quirk", "dl=XX"}), HasSubstr("hexadecimal byte"));
  EXPECT_THAT(refusal({"a", "--quirk", "no-such"}), HasSubstr("bootsim quirks"));
}

TEST(QuirkList, NamesMachinesForEveryQuirk) {
  for (const QuirkRow& row : quirk_rows()) EXPECT_FALSE(row.machines.empty()) << row.name;
  EXPECT_THAT(quirks_listing(), HasSubstr("usb-as-80h"));
}

TEST(RunHelp, ShowsExamplesBeforeOptions) {
  const std::string help = run_help();
  EXPECT_LT(help.find("Examples:"), help.find("Options:"));
  EXPECT_THAT(help, HasSubstr("--trace[=FILE]"));
}

TEST(RunOptionsTest, ABiosOfItsOwnTakesNoOptionsOfOurs) {
  EXPECT_EQ(refusal({"--bios", "rom.bin", "a.img"}), "accepted");
  for (const Arguments& ours :
       {Arguments{"--kernel", "vmlinuz"}, Arguments{"--quirk", "clobber"}, Arguments{"--boot", "cd"},
        Arguments{"--entry", "1"}, Arguments{"--option-rom", "x"}, Arguments{"--fail-read", "call=1"}}) {
    Arguments arguments = {"--bios", "rom.bin"};
    arguments.insert(arguments.end(), ours.begin(), ours.end());
    EXPECT_THAT(refusal(arguments), HasSubstr("--bios")) << ours[0];
  }
}

TEST(RunOptionsTest, InitrdAndAppendBelongToAKernel) {
  const RunOptions options =
      parse_run_options({"--kernel", "k", "--initrd", "a", "--initrd", "b", "--append", "x=1 y"});
  ASSERT_TRUE(options.kernel);
  EXPECT_EQ(options.kernel->initrds, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.kernel->command_line, "x=1 y");
  EXPECT_THAT(refusal({"a.img", "--append", "x"}), HasSubstr("--kernel"));
}

}  // namespace
}  // namespace bootsim
