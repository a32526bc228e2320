#include "ui/key_log.h"

#include <gtest/gtest.h>

#include "bootsim/keys.h"

namespace ui {
namespace {

using Codes = std::vector<std::uint8_t>;

/// Presses and releases keys as `--type` would, at a time, with a screen whose last line is `line`.
void type(KeyLog& log, emu::Nanoseconds now, const std::string& keys, const std::string& line) {
  for (const bootsim::KeyPress& key : bootsim::parse_keys(keys)) {
    log.press(now, key.codes.make, {line});
    log.press(now, key.codes.release, {line});
  }
}

TEST(KeyLog, GivesBackWhatWasTyped) {
  KeyLog log;
  const std::string keys = "Aa<lt>/ <Enter><Esc><Down><F10><Ctrl-B><Ctrl-Alt-Del><Shift-F10>";
  type(log, 1, keys, "");
  const auto steps = log.steps();
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].text, keys);
  EXPECT_FALSE(steps[0].when);
}

TEST(KeyLog, IsOneStepForAPromptThatGrows) {
  KeyLog log;
  type(log, 1, "li", "boot:");
  type(log, 2, "nux", "boot: li");
  type(log, 3, "<Enter>", "boot: linux");
  type(log, 4, "root<Enter>", "login:");
  const auto steps = log.steps();
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].text, "linux<Enter>");
  EXPECT_EQ(steps[0].when->text, "screen:boot:");
  EXPECT_EQ(steps[1].text, "root<Enter>");
  EXPECT_EQ(steps[1].when->text, "screen:login:");
}

TEST(KeyLog, ForgetsTheFutureThatWasTypedOver) {
  KeyLog log;
  type(log, 10, "a", "boot:");
  type(log, 20, "b", "boot: a");
  type(log, 15, "c", "boot: a");
  ASSERT_EQ(log.steps().size(), 1u);
  EXPECT_EQ(log.steps()[0].text, "ac");
}

TEST(KeyLog, QuotesWhatIsSpecialInPatterns) {
  KeyLog log;
  type(log, 1, "x", "Choose [1-3]?");
  EXPECT_EQ(log.steps().at(0).when->text, "screen:Choose \\[1-3\\]\\?");
}

}  // namespace
}  // namespace ui
