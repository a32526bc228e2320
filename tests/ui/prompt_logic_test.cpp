#include "ui/panes/prompt_logic.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

TEST(PromptCommands, AreSortedByWhatTheyDoToTheGuest) {
  EXPECT_EQ(kind_of_command("registers"), CommandKind::kLook);
  EXPECT_EQ(kind_of_command("break int13"), CommandKind::kLook);
  EXPECT_EQ(kind_of_command("history"), CommandKind::kLook);
  EXPECT_EQ(kind_of_command("no such thing"), CommandKind::kLook);
  EXPECT_EQ(kind_of_command("continue"), CommandKind::kForward);
  EXPECT_EQ(kind_of_command("  si 5"), CommandKind::kForward);
  EXPECT_EQ(kind_of_command("goto call 3"), CommandKind::kBack);
  EXPECT_EQ(kind_of_command("rc"), CommandKind::kBack);
  EXPECT_EQ(kind_of_command("when-written 7C00h"), CommandKind::kBack);
  EXPECT_EQ(kind_of_command("q"), CommandKind::kQuit);
}

TEST(PromptHistory, IsWalkedThroughAndComesBackToWhatWasTyped) {
  PromptHistory history;
  history.add("registers");
  history.add("step");
  history.add("step");
  EXPECT_EQ(history.older("st"), "step");
  EXPECT_EQ(history.older("step"), "registers");
  EXPECT_EQ(history.older("registers"), "registers");
  EXPECT_EQ(history.newer("registers"), "step");
  EXPECT_EQ(history.newer("step"), "st");
  EXPECT_EQ(history.newer("st"), "st");
}

TEST(PromptHistory, IsEmptyAtFirst) {
  PromptHistory history;
  EXPECT_EQ(history.older("x"), "x");
  EXPECT_EQ(history.newer("x"), "x");
}

TEST(PromptCompletion, AddsWhatTheWordsHaveInCommon) {
  EXPECT_EQ(completed("re", {"registers", "reverse-step"}), "");
  EXPECT_EQ(completed("rev", {"reverse-next", "reverse-step"}), "erse-");
  EXPECT_EQ(completed("break int1", {"int13"}), "3 ");
  EXPECT_EQ(completed("zzz", {}), "");
}

}  // namespace
}  // namespace ui
