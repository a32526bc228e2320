#include "bootsim/debug/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bootsim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> left(const Arguments& arguments, bool attended = true) {
  return left_to_the_user(parse_run_options(arguments), attended);
}

TEST(DebugOptionsTest, SayWhichOptionsOfRunDoNothingHere) {
  EXPECT_THAT(left({"a.img", "--as", "hd", "--mem", "64M", "--quirk", "no-edd", "--serial", "x"}), IsEmpty());
  EXPECT_THAT(left({"a.img", "--until", "screen:GRUB"}), ElementsAre(HasSubstr("--until")));
  EXPECT_THAT(left({"a.img", "--fail-on", "halt", "--type", "x", "--wall-limit", "3s"}),
              ElementsAre(HasSubstr("--fail-on"), HasSubstr("--wall-limit")));
  EXPECT_THAT(left({"a.img", "--limit", "3s", "--wall-limit", "3s"}, false), IsEmpty());
  EXPECT_THAT(left({"a.img", "--type-at", "serial:login", "x", "--type-at", "kernel", "y"}),
              ElementsAre(HasSubstr("--type-at kernel")));
  EXPECT_THAT(left({"a.img", "--trace", "--screenshot", "a.png", "--json", "-"}),
              ElementsAre(HasSubstr("--trace"), HasSubstr("--screenshot"), HasSubstr("--json")));
}

}  // namespace
}  // namespace bootsim
