#include "ui/panes/code_view.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

using debugger::views::CodeLine;
using debugger::views::SourceText;

CodeLine plain(bool next = false) {
  CodeLine line;
  line.next = next;
  return line;
}
CodeLine sourced(bool next = false) {
  CodeLine line = plain(next);
  line.source = SourceText{"boot.asm:1", "nop"};
  return line;
}
CodeLine named(bool next = false) {
  CodeLine line = sourced(next);
  line.label = "start";
  return line;
}

TEST(CodeView, ANameAndASourceLineTakeARowEach) {
  EXPECT_EQ(rows_of(plain()), 1);
  EXPECT_EQ(rows_of(sourced()), 2);
  EXPECT_EQ(rows_of(named()), 3);
}

TEST(CodeView, KeepsThePageWhereTheNextInstructionIsInSight) {
  const std::vector<CodeLine> lines = {plain(), plain(), plain(true), plain()};
  EXPECT_EQ(lines_to_drop(lines, 3), 0u);
  EXPECT_EQ(lines_to_drop(lines, 2), 1u);
  EXPECT_EQ(lines_to_drop(std::vector<CodeLine>{plain(), plain()}, 1), 0u);
}

TEST(CodeView, SourceLinesPushTheNextInstructionDown) {
  const std::vector<CodeLine> lines = {sourced(), sourced(), sourced(true)};
  EXPECT_EQ(lines_to_drop(lines, 6), 0u);
  EXPECT_EQ(lines_to_drop(lines, 5), 1u);
  EXPECT_EQ(lines_to_drop(lines, 4), 1u);
  EXPECT_EQ(lines_to_drop(lines, 3), 2u);
}

TEST(CodeView, TheTopmostLineSaysItsSourceAgain) {
  // Three instructions of one line, and the next: from the second on it takes 1 for the source, 2, and the last's 2.
  const std::vector<CodeLine> lines = {sourced(), plain(), plain(), sourced(true)};
  EXPECT_EQ(lines_to_drop(lines, 6), 0u);
  EXPECT_EQ(lines_to_drop(lines, 5), 1u);
  EXPECT_EQ(lines_to_drop(lines, 4), 2u);
}

TEST(CodeView, TheNextInstructionStaysHoweverLittleRoomThereIs) {
  EXPECT_EQ(lines_to_drop(std::vector<CodeLine>{plain(), named(true)}, 1), 1u);
}

}  // namespace
}  // namespace ui
