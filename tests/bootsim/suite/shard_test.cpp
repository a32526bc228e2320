#include "bootsim/suite/shard.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bootsim/suite/collect.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using Variables = std::map<std::string, const char*>;

ShardEnvironment environment(const Variables& variables) {
  return shard_environment([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second;
  });
}

TEST(ShardTest, TheOptionCountsFromOne) {
  EXPECT_EQ(parse_shard("1/4").index, 0u);
  EXPECT_EQ(parse_shard("4/4").index, 3u);
  EXPECT_EQ(parse_shard("4/4").count, 4u);
  for (const char* wrong : {"0/4", "5/4", "4", "", "/", "1/", "/4", "a/b", "1/4x", "-1/4", "1/0"}) {
    EXPECT_THROW(parse_shard(wrong), emu::Error) << wrong;
  }
}

TEST(ShardTest, TheEnvironmentCountsFromZero) {
  EXPECT_FALSE(environment({}).shard);
  EXPECT_EQ(environment({{"TEST_TOTAL_SHARDS", "3"}, {"TEST_SHARD_INDEX", "2"}}).shard->index, 2u);
  EXPECT_EQ(environment({{"GTEST_TOTAL_SHARDS", "3"}, {"GTEST_SHARD_INDEX", "0"}}).shard->count, 3u);
  EXPECT_EQ(environment({{"TEST_SHARD_STATUS_FILE", "/x"}}).status_file, "/x");
}

TEST(ShardTest, HalfAnEnvironmentIsRefused) {
  EXPECT_THROW(environment({{"TEST_TOTAL_SHARDS", "3"}}), emu::Error);
  EXPECT_THROW(environment({{"GTEST_SHARD_INDEX", "3"}}), emu::Error);
  EXPECT_THROW(environment({{"TEST_TOTAL_SHARDS", "3"}, {"TEST_SHARD_INDEX", "3"}}), emu::Error);
  EXPECT_THROW(environment({{"TEST_TOTAL_SHARDS", "0"}, {"TEST_SHARD_INDEX", "0"}}), emu::Error);
}

TEST(ShardTest, ShardsTakeEachSpecOnce) {
  for (std::size_t position = 0; position < 10; ++position) {
    int takers = 0;
    for (std::size_t index = 0; index < 3; ++index) takers += Shard{.index = index, .count = 3}.has(position);
    EXPECT_EQ(takers, 1);
  }
}

TEST(FilterTest, PlainTextFitsAnyPartAndAGlobTheWhole) {
  EXPECT_TRUE(filter_fits("grub", "cd/grub-2"));
  EXPECT_FALSE(filter_fits("grub*", "cd/grub-2"));
  EXPECT_TRUE(filter_fits("cd/*-?", "cd/grub-2"));
  EXPECT_TRUE(filter_fits("", "x"));
}

}  // namespace
}  // namespace bootsim
