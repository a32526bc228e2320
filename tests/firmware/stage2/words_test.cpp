#include "stage2/config/words.h"

#include <gtest/gtest.h>

#include "text.h"

namespace stage2 {
namespace {

class TwoVariables final : public VariableSource {
 public:
  Text variable(Text name) const override {
    if (name == Text("kernel")) return "/boot/vmlinuz";
    if (name == Text("two")) return "a b";
    return {};
  }
};

SplitLine split(const char* line) { return split_line(line, TwoVariables()); }

TEST(Words, EndAtBlanks) { EXPECT_EQ(joined(split("  ls\t -l   /boot ").words), "ls\n-l\n/boot\n"); }

TEST(Words, CommentsAndEmptyLinesHaveNone) {
  EXPECT_TRUE(split("# ls").words.empty());
  EXPECT_TRUE(split("   ").words.empty());
}

TEST(Words, QuotesHoldBlanksAndOtherQuotes) {
  EXPECT_EQ(joined(split("echo \"it's one\" 'say \"x\"' a\"b c\"d").words), "echo\nit's one\nsay \"x\"\nab cd\n");
}

TEST(Words, EmptyQuotesAreAWord) { EXPECT_EQ(split("set ''").words.size(), 2u); }

TEST(Words, VariablesAreReplacedButNotBetweenSingleQuotes) {
  EXPECT_EQ(joined(split("linux ${kernel} x=${kernel}.old '${kernel}' ${none}").words),
            "linux\n/boot/vmlinuz\nx=/boot/vmlinuz.old\n${kernel}\n");
}

TEST(Words, AVariablesValueIsNotSplit) { EXPECT_EQ(joined(split("cat ${two}").words), "cat\na b\n"); }

TEST(Words, BackslashTakesMeaningAway) {
  EXPECT_EQ(joined(split("echo a\\ b \\\"q\\\" \\${two} c\\d").words), "echo\na b\n\"q\"\n${two}\nc\\d\n");
}

TEST(Words, RestKeepsQuotesAndSpacing) {
  EXPECT_EQ(str(split("linux  ${kernel}  opt=\"a  b\"   quiet  ").rest), "/boot/vmlinuz  opt=\"a  b\"   quiet");
  EXPECT_EQ(str(split("boot").rest), "");
}

TEST(Words, AnUnclosedQuoteOrBraceEndsWithTheLine) {
  EXPECT_EQ(joined(split("echo \"a b").words), "echo\na b\n");
  EXPECT_EQ(joined(split("echo ${two").words), "echo\na b\n");
  EXPECT_EQ(joined(split("echo x\\").words), "echo\nx\\\n");
}

}  // namespace
}  // namespace stage2
