#include "ui/panes/changed_values.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

TEST(ChangedValues, AreThoseThatDifferFromTheStopBefore) {
  ChangedValues values;
  values.begin_stop();
  values.note("pic/IMR", "FFh");
  values.note("pic/IRR", "00h");
  EXPECT_FALSE(values.changed("pic/IMR")) << "nothing is known of before";
  values.begin_stop();
  values.note("pic/IMR", "B8h");
  values.note("pic/IRR", "00h");
  values.note("pit/count", "1193");
  EXPECT_TRUE(values.changed("pic/IMR"));
  EXPECT_FALSE(values.changed("pic/IRR"));
  EXPECT_FALSE(values.changed("pit/count")) << "it was not looked at before";
  values.begin_stop();
  values.note("pic/IMR", "B8h");
  EXPECT_FALSE(values.changed("pic/IMR"));
  EXPECT_FALSE(values.changed("pic/IRR")) << "it is not looked at any more";
}

TEST(ChangedValues, AreForgottenWithTheBoot) {
  ChangedValues values;
  values.begin_stop();
  values.note("a", "1");
  values.forget();
  values.begin_stop();
  values.note("a", "2");
  EXPECT_FALSE(values.changed("a"));
}

}  // namespace
}  // namespace ui
