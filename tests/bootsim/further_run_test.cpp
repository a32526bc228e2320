#include "bootsim/further_run.h"

#include <gtest/gtest.h>

namespace bootsim {
namespace {

TEST(FurtherRun, KeepsThePcAndItsGoalsAlone) {
  const RunOptions options = without_outputs(parse_run_options(
      {"--hd",         "a.img",    "--persist",       "--until",    "screen:ready", "--limit",  "9s",
       "--wall-limit", "5s",       "--trace=a.trace", "--gdb",      "1234",         "--screen", "--screenshot",
       "a.png",        "--serial", "a.log",           "--debugcon", "b.log",        "--json",   "a.json"}));
  EXPECT_EQ(options.media.at(0).path, "a.img");
  EXPECT_EQ(options.until.at(0).text, "screen:ready");
  EXPECT_EQ(options.limit, 9 * emu::kSecond);
  EXPECT_FALSE(options.trace || options.wall_limit || options.persist || options.screen || options.progress);
  EXPECT_TRUE(options.quiet);
  EXPECT_EQ(options.gdb + options.screenshot + options.serial + options.debugcon + options.json, "");
}

}  // namespace
}  // namespace bootsim
