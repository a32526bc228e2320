// Tests of a boot sector with bootsim and GoogleTest.
#include "bootsim/testing/matchers.h"

#include <gtest/gtest.h>

namespace {

using namespace bootsim::testing;
using ::testing::HasSubstr;

TEST(BootSector, ReadsItsSecondSectorAndSaysReady) {
  const Boot boot({BOOT_IMAGE});
  EXPECT_EQ(boot.verdict(), "halted");
  EXPECT_THAT(boot.screen(), HasSubstr("ready"));
  EXPECT_THAT(boot.int13(), InOrder(Read(Drive(0x00), LbaAt(0)),
                                    Read(Drive(0x00), LbaAt(1), Sectors(1), Succeeds(), AnsweredByBios())));
  EXPECT_THAT(boot.int13(), Never(Write()));
  EXPECT_THAT(boot.int13(), AtMost(1, Read(LbaAt(1))));
}

TEST(BootSector, GivesUpWhereItsSecondSectorCannotBeRead) {
  const Boot boot({BOOT_IMAGE, "--fail-read", "lba=1:10"});
  EXPECT_EQ(boot.result().reason, "loader-gave-up");
  EXPECT_THAT(boot.int13(), Prefix(Read(LbaAt(0)), Read(LbaAt(1), Fails(0x10))));
}

TEST(Matchers, NoticeWhatIsNotSo) {
  const Boot boot({BOOT_IMAGE});
  EXPECT_THAT(boot.int13(), ::testing::Not(InOrder(Read(LbaAt(1)), Read(LbaAt(0)))));
  EXPECT_THAT(boot.int13(), ::testing::Not(Exactly(Read(LbaAt(0)))));
  EXPECT_THAT(boot.int13(), ::testing::Not(Never(Read(LbaAt(1)))));
}

}  // namespace
