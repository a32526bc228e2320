#include <gtest/gtest.h>

#include "bootsim/suite/command_line.h"

namespace bootsim {
namespace {

/// As words, options, and words again.
std::string again(const Arguments& words) { return shell_line(run_arguments(parse_run_options(words))); }

TEST(RunArguments, GiveTheSameMachineAgain) {
  const Arguments words = {"stick.img",
                           "--as",
                           "usb-hd",
                           "--hd",
                           "inner disk.img",
                           "--floppy",
                           "none",
                           "--boot",
                           "cd,80h",
                           "--entry",
                           "1",
                           "--mem",
                           "1088K",
                           "--option-rom",
                           "a.rom",
                           "--quirk",
                           "no-edd,clobber,dl=81",
                           "--rtc",
                           "2024-02-29"};
  EXPECT_EQ(again(words), shell_line(words));
}

TEST(RunArguments, GiveTheSameKernelAgain) {
  const Arguments words = {"--kernel", "vmlinuz", "--initrd", "a", "--initrd", "b", "--append", "quiet root=/dev/sda1",
                           "--mem",    "1G"};
  EXPECT_EQ(again(words), shell_line(words));
}

TEST(RunArguments, GiveTheSameGoalsAndKeysAgain) {
  const Arguments words = {"a.iso",        "--until",      "screen:GNU GRUB", "--fail-on", "halt",    "--type-at",
                           "screen:boot:", "linux<Enter>", "--type",          "x",         "--limit", "1500ms"};
  EXPECT_EQ(again(words), shell_line(words));
}

TEST(RunArguments, GiveFaultsThatFailTheSameCalls) {
  const Arguments words = {"a.img",       "--fail-read",   "lba=63", "--fail-write", "every=3:0a,short",
                           "--fail-read", "media-change=7"};
  const RunOptions once = parse_run_options(words), twice = parse_run_options(run_arguments(once));
  ASSERT_EQ(twice.faults.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(twice.faults[i].on, once.faults[i].on);
    EXPECT_EQ(twice.faults[i].call, once.faults[i].call);
    EXPECT_EQ(twice.faults[i].lba_first, once.faults[i].lba_first);
    EXPECT_EQ(twice.faults[i].lba_last, once.faults[i].lba_last);
    EXPECT_EQ(twice.faults[i].every, once.faults[i].every);
    EXPECT_EQ(twice.faults[i].short_transfer, once.faults[i].short_transfer);
    EXPECT_EQ(twice.faults[i].status, once.faults[i].status);
  }
}

TEST(RunArguments, LeaveOutputsOut) {
  EXPECT_EQ(again({"a.iso", "--trace", "--json", "x.json", "--serial", "-", "--screenshot", "p.png", "--quiet"}),
            "a.iso");
}

}  // namespace
}  // namespace bootsim
