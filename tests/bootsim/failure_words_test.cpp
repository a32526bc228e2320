#include "bootsim/failure_words.h"

#include <gtest/gtest.h>

namespace bootsim {
namespace {

bool failed(std::vector<std::string> screen, Rest rest = Rest::kKeyWait) {
  screen.resize(25);
  return known_failure(screen, rest).has_value();
}

TEST(FailureWords, RescuePromptIsAFailureOnlyAsTheLastLine) {
  EXPECT_TRUE(failed({"error: unknown filesystem.", "Entering rescue mode...", "grub rescue>"}));
  EXPECT_FALSE(failed({"grub rescue> normal", "GNU GRUB  version 2.06"}));
}

TEST(FailureWords, ErrorThenKeyWaitThatReboots) {
  EXPECT_TRUE(failed({"Disk error 20, AX = 4280", "Press any key to reboot."}));
  EXPECT_TRUE(
      failed({"This is not a bootable disk.  Please insert a bootable floppy and", "press any key to try again ..."}));
  EXPECT_FALSE(failed({"Installation finished.", "Press any key to reboot."}));
  EXPECT_FALSE(failed({"error: no such device.", "Press any key to continue..."}));
  EXPECT_FALSE(failed({"Disk error 20", "Press any key to reboot."}, Rest::kHalt));
}

TEST(FailureWords, LastWordsOfBootSectors) {
  EXPECT_TRUE(failed({"Boot error"}));
  EXPECT_TRUE(failed({"SYSLINUX 6.04 EDD Load error - Boot error"}));
  EXPECT_FALSE(failed({"Load error - Boot error means that ldlinux.sys was moved.", "boot:"}));
  EXPECT_TRUE(failed({"Booting from hard disk", "Missing operating system."}, Rest::kHalt));
  EXPECT_FALSE(failed({"Boot errors are explained in the manual.", "a", "b", "c", "d", "boot:"}));
}

TEST(FailureWords, MenusAndPromptsAreNoFailures) {
  EXPECT_FALSE(failed({"GNU GRUB  version 2.06", "Press enter to boot the selected OS"}));
  EXPECT_FALSE(failed({"boot:"}));
  EXPECT_FALSE(failed({}));
}

TEST(FailureWords, ErrorLineIsTheMostTellingOneThatBeginsLikeAnError) {
  EXPECT_EQ(error_line({"error: no such device.", "", "  error: unknown filesystem.",
                        "Failed to boot both default and fallback entries.", "Press any key to continue..."}),
            "error: unknown filesystem.");
  EXPECT_EQ(error_line({"Could not find kernel image: linux", "boot:"}), "Could not find kernel image: linux");
  EXPECT_EQ(error_line({"memory errors are searched for", "boot:"}), std::nullopt);
}

}  // namespace
}  // namespace bootsim
