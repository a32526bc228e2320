#include "ui/boot_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/error.h"

namespace ui {
namespace {

using devices::media::Attach;

TEST(BootChoice, BecomesTheOptionsOfRun) {
  const BootChoice choice{.media = {{"stick.img", "usb-hd"}, {"inner.img", "hd"}},
                          .memory = "64M",
                          .quirks = {"usb-as-80h", "dl=81"},
                          .options = "--type-at 'screen:boot: ' linux<Enter>"};
  const bootsim::RunOptions options = options_of(choice);
  ASSERT_EQ(options.media.size(), 2u);
  EXPECT_EQ(options.media[0].attach, Attach::kUsbHardDisk);
  EXPECT_EQ(options.memory, 64u << 20);
  EXPECT_TRUE(options.quirks.usb_as_80h);
  EXPECT_EQ(options.quirks.handover_dl, 0x81);
  ASSERT_EQ(options.type.size(), 1u);
  EXPECT_EQ(options.type[0].text, "linux<Enter>");
}

TEST(BootChoice, IsALineForAShell) {
  EXPECT_EQ(command_of({.media = {{"my disk.iso", ""}}, .memory = "128M", .quirks = {}, .options = "--limit 5s"}),
            "bootsim run 'my disk.iso' --limit 5s");
}

TEST(BootChoice, SaysWhatIsWrong) {
  EXPECT_THROW(options_of({}), emu::Error);
  EXPECT_THROW(options_of({.media = {{"a.iso", ""}}, .memory = "lots", .quirks = {}, .options = {}}), emu::Error);
  EXPECT_THROW(options_of({.media = {{"a.iso", ""}}, .memory = "128M", .quirks = {}, .options = "--flopy"}),
               emu::Error);
  EXPECT_THROW(options_of({.media = {{"a.iso", ""}}, .memory = "128M", .quirks = {}, .options = "--gdb tcp:1234"}),
               emu::Error);
}

TEST(BootChoice, TakesAFileWhoseNameBeginsWithADash) {
  const bootsim::RunOptions options =
      options_of({.media = {{"-a.iso", ""}}, .memory = "128M", .quirks = {}, .options = {}});
  EXPECT_EQ(options.media.at(0).path, "./-a.iso");
}

TEST(Outlook, NamesAFileThatIsNotThere) {
  const Outlook outlook = look_at_medium("/none/x.iso");
  EXPECT_TRUE(outlook.error);
  EXPECT_THAT(outlook.words, ::testing::HasSubstr("/none/x.iso"));
}

}  // namespace
}  // namespace ui
